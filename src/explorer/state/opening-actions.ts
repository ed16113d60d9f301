import { effect } from "@preact/signals";
import type { ProblemInput } from "../../problem/problem-file.ts";
import type { Configuration, ParticleSettings } from "../engine/configuration.ts";
import { draftOf } from "../form/draft.ts";
import type { Drafting } from "./drafting.ts";
import { decodeLink, encodeLink } from "./link.ts";
import { draftOfFile, withParticles } from "./opening.ts";
import type { Session } from "./session.ts";

/** The ways in which another configuration comes onto the page. All go through the draft, and so through its check. */
export interface Opening {
  choose(problem: ProblemInput): void;
  open(text: string, name: string): void;
  /** A run of the tour: from its first frame, and playing unless the reader asked for no motion. */
  tell(problem: ProblemInput, particles: ParticleSettings): void;
}

export function createOpening(session: Session, drafting: Drafting): Opening {
  const begin = (configuration: Configuration) => {
    session.playback.seek(0);
    drafting.draft.value = draftOf(configuration);
  };

  /** Whether there was a link; what is wrong with it is said, and what is on show stays. */
  function follow(hash: string): void {
    if (hash.length < 2) return;
    try {
      const { problem, particles } = decodeLink(hash.slice(1));
      if (JSON.stringify({ problem, particles }) === JSON.stringify(session.configuration.value)) return;
      session.playback.seek(0);
      drafting.draft.value = { problem, particles: particles as ParticleSettings };
    } catch (error) {
      drafting.complain(error);
    }
  }

  follow(location.hash);
  addEventListener("hashchange", () => follow(location.hash));
  // The address is a link to what is on show; a slider that moves does not fill the history.
  let first = true;
  effect(() => {
    const link = encodeLink(session.configuration.value);
    if (!first) history.replaceState(null, "", `#${link}`);
    first = false;
  });

  function open(text: string, name: string): void {
    try {
      session.playback.seek(0);
      drafting.draft.value = draftOfFile(text, name, drafting.draft.value);
    } catch (error) {
      drafting.complain(error);
    }
  }

  // A file that is dropped anywhere is opened: the browser would leave the page for it.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    void file?.text().then((text) => open(text, file.name));
  });

  return {
    choose: (problem) => begin(withParticles(problem)),
    open,
    tell(problem, particles) {
      begin({ ...withParticles(problem), particles });
      if (!matchMedia("(prefers-reduced-motion: reduce)").matches) session.playback.play();
    },
  };
}
