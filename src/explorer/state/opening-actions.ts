import { effect } from "@preact/signals";
import type { ProblemInput } from "../../problem-file/problem-file.ts";
import type { ParticleSettings } from "../engine/configuration.ts";
import { type Draft, draftOf } from "../form/draft.ts";
import type { Drafting } from "./drafting.ts";
import { decodeLink, encodeLink } from "./link.ts";
import { draftOfFile, withParticles } from "./opening.ts";
import type { Session } from "./session.ts";

/** The ways in which another configuration comes onto the page. All go through the draft, and so through its check. */
export interface Opening {
  choose(problem: ProblemInput): void;
  open(text: string, name: string): void;
  /** A run of the tour. */
  tell(problem: ProblemInput, particles: ParticleSettings): void;
}

/** Milliseconds after which the address follows what runs: browsers refuse to change it too often. */
const CALM = 500;

export function createOpening(session: Session, drafting: Drafting): Opening {
  /** The run begins at its first frame, and plays unless the reader prefers no motion. */
  function show(draft: Draft): void {
    session.beginNext(!matchMedia("(prefers-reduced-motion: reduce)").matches);
    drafting.draft.value = draft;
  }

  /** A mistake in a link is said; the run on show stays, with its address. */
  function follow(hash: string): void {
    if (hash.length < 2 || hash.slice(1) === linkOf(session)) return;
    if (document.getElementById(hash.slice(1)) !== null) {
      // A place on the page was jumped to: the address stays what is on show.
      restoreAddress();
      return;
    }
    try {
      const { particles, ...linked } = decodeLink(hash.slice(1));
      show({ ...linked, particles: particles as ParticleSettings });
    } catch (error) {
      drafting.complain(error);
      restoreAddress();
    }
  }

  function restoreAddress(): void {
    const link = linkOf(session);
    if (session.setup.value !== null && link !== null) history.replaceState(null, "", `#${link}`);
  }

  function open(text: string, name: string): void {
    try {
      show(draftOfFile(text, name, drafting.draft.value));
    } catch (error) {
      drafting.complain(error);
    }
  }

  follow(location.hash);
  addEventListener("hashchange", () => follow(location.hash));
  // The address is a link to what is on show; what changes does not fill the history.
  let calm: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    if (session.setup.value === null) return;
    const link = linkOf(session);
    clearTimeout(calm);
    if (link !== null) calm = setTimeout(() => history.replaceState(null, "", `#${link}`), CALM);
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
    tell: (problem, particles) => show(draftOf({ ...withParticles(problem), particles })),
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
