import { batch, computed, effect, type Signal, signal } from "@preact/signals";
import type { ProblemInput } from "../../problem-file/problem-file.ts";
import type { ParticleSettings } from "../engine/configuration.ts";
import { type Draft, draftOf } from "../form/draft.ts";
import type { Drafting } from "./drafting.ts";
import { decodeLink, encodeLink, encodePlace, type Place, type StoryPlace, splitAddress } from "./link.ts";
import { configurationOf, draftOfFile, withParticles } from "./opening.ts";
import type { Session } from "./session.ts";

/** The ways in which another configuration comes onto the page. All go through the draft, and so through its check. */
export interface Opening {
  choose(problem: ProblemInput): void;
  open(text: string, name: string): void;
  /** A step of the tour. */
  tell(place: StoryPlace, problem: ProblemInput, particles: ParticleSettings): void;
  /** The step of the tour that is told; null outside of it. */
  story: Signal<StoryPlace | null>;
  /** The draft before the one that came onto the page last. */
  before: Signal<Draft | null>;
  /** The address of what is on show. @throws InputError for a problem that is too long for a link. */
  address(): string;
}

/** Milliseconds between two changes of the address: browsers refuse more than some hundred in half a minute. */
const CALM = 500;

export function createOpening(session: Session, drafting: Drafting): Opening {
  const story = signal<StoryPlace | null>(null);
  const before = signal<Draft | null>(null);
  const link = computed(() => linkOf(session));
  const place = computed<Place>(() => ({
    time: session.setup.value?.times[session.shown.value] ?? 0,
    ...(story.value === null ? {} : { story: story.value }),
  }));

  /** The run begins at its first frame, and plays unless the reader prefers no motion; or stands at a time. */
  function show(draft: Draft, { story: told, time }: Place = {}): void {
    session.beginNext(time === undefined && !matchMedia("(prefers-reduced-motion: reduce)").matches, time);
    batch(() => {
      before.value = drafting.draft.peek();
      story.value = told ?? null;
      drafting.draft.value = draft;
    });
  }

  /** A mistake in a link is said; the run on show stays, with its address. */
  function follow(hash: string): void {
    const { link: linked, place: wanted } = splitAddress(hash.slice(1));
    if (hash.length < 2 || hash.slice(1) === addressed()) return;
    if (document.getElementById(hash.slice(1)) !== null) {
      // A place on the page was jumped to: the address stays what is on show.
      restoreAddress();
      return;
    }
    try {
      show(draftOf(configurationOf(decodeLink(linked))), wanted);
    } catch (error) {
      drafting.complain(error);
      restoreAddress();
    }
  }

  /** Null where what is on show is too long for a link. */
  function addressed(): string | null {
    return link.value === null ? null : `${link.value}${encodePlace(place.value)}`;
  }

  function restoreAddress(): void {
    const address = session.setup.peek() === null ? null : addressed();
    if (address !== null) history.replaceState(null, "", `#${address}`);
  }

  function open(text: string, name: string): void {
    try {
      show(draftOfFile(text, name, drafting.draft.value));
    } catch (error) {
      drafting.complain(error);
    }
  }

  follow(location.hash);
  before.value = null;
  addEventListener("hashchange", () => follow(location.hash));
  // The address is a link to what is on show, also while it is played; what changes does not fill the history.
  let calm = false;
  effect(() => {
    if (session.setup.value === null) return;
    addressed();
    if (calm) return;
    calm = true;
    setTimeout(() => {
      calm = false;
      restoreAddress();
    }, CALM);
  });

  // A file that is dropped anywhere is opened: the browser would leave the page for it.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    void file?.text().then((text) => open(text, file.name));
  });

  return {
    choose: (problem) => show(draftOf(withParticles(problem))),
    open,
    tell: (told, problem, particles) => show(draftOf({ ...withParticles(problem), particles }), { story: told }),
    story,
    before,
    address: () => `${encodeLink(session.configuration.value)}${encodePlace(place.value)}`,
  };
}

/** Null where what is on show is too long for a link. */
function linkOf({ configuration }: Session): string | null {
  try {
    return encodeLink(configuration.value);
  } catch {
    return null;
  }
}
