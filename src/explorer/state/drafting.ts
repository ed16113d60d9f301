import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type ErrorData, InputError } from "../../errors.ts";
import { fitsSnapshots } from "../../particles/snapshot-steps.ts";
import type { Configuration } from "../engine/configuration.ts";
import type { CheckEvent } from "../engine/messages.ts";
import { type Complaint, type Draft, draftOf, getAt } from "../form/draft.ts";
import { stepMeeting } from "./step-size.ts";
import { createChecker } from "./workers.ts";

/** What is being typed, checked as it changes; what is wrong never gets beyond here. */
export interface Drafting {
  draft: Signal<Draft>;
  complaint: ReadonlySignal<Complaint | null>;
  checking: ReadonlySignal<boolean>;
  complain(error: unknown): void;
  particleFile(configuration: Configuration): Promise<Uint8Array>;
}

/** Milliseconds without a change after which a draft is checked: a word is not checked letter by letter, a slider follows the hand. */
const PAUSE = 120;
/** Milliseconds after which a check is given up. */
const PATIENCE = 30_000;

export function createDrafting(first: Configuration, onGood: (configuration: Configuration) => void): Drafting {
  const draft = signal(draftOf(first));
  const complaint = signal<Complaint | null>(null);
  const checking = signal(false);
  const files = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }>();
  let latest = 0;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const checker = createChecker(receive, (message) => giveUp(`the check failed (${message})`));

  function receive(event: CheckEvent): void {
    const file = files.get(event.id);
    if (file !== undefined) {
      files.delete(event.id);
      if (event.type === "particle-file") file.resolve(event.bytes);
      else if (event.type === "complaint") file.reject(new Error(event.error.message));
      return;
    }
    if (event.id !== latest) return;
    settle();
    if (event.type === "complaint") complaint.value = complaintOf(event.error);
    else if (event.type === "good") {
      complaint.value = null;
      onGood(event.configuration);
    }
  }

  function settle(): void {
    clearTimeout(patience);
    checking.value = false;
  }

  function giveUp(message: string): void {
    checker.stop();
    for (const { reject } of files.values()) reject(new Error(message));
    files.clear();
    settle();
    complaint.value = { field: "problem", message };
  }

  // Whoever changes the frames does not have to find a step that meets them.
  let time = draft.peek().problem;
  effect(() => {
    const before = time;
    time = getAt(draft.value.problem, ["time"]);
    if (time !== before) draft.value = withFittingStep(draft.value);
  });

  effect(() => {
    const { problem, particles } = draft.value;
    const id = ++latest;
    checking.value = true;
    clearTimeout(pause);
    clearTimeout(patience);
    pause = setTimeout(() => {
      checker.post({ type: "check", id, problem, particles: particles as Configuration["particles"] });
      patience = setTimeout(() => giveUp("the check took too long; use fewer cells, or a simpler kernel"), PATIENCE);
    }, PAUSE);
  });

  return {
    draft,
    complaint,
    checking,
    complain(error) {
      complaint.value = { field: error instanceof InputError ? error.field : "problem", message: (error as Error).message };
    },
    particleFile(configuration) {
      const id = ++latest;
      return new Promise((resolve, reject) => {
        files.set(id, { resolve, reject });
        checker.post({ type: "particle-file", id, configuration });
      });
    },
  };
}

function withFittingStep(draft: Draft): Draft {
  const end = getAt(draft.problem, ["time", "end"]);
  const snapshots = getAt(draft.problem, ["time", "snapshots"]);
  const { dt } = draft.particles;
  const usable = typeof end === "number" && end > 0 && typeof dt === "number" && dt > 0;
  if (!usable || typeof snapshots !== "number" || !(snapshots >= 1)) return draft;
  const times = [end / snapshots];
  return fitsSnapshots(times, dt)
    ? draft
    : { ...draft, particles: { ...draft.particles, dt: stepMeeting({ end, snapshots }, dt) } };
}

function complaintOf({ message, fields }: ErrorData): Complaint {
  return { field: typeof fields.field === "string" ? fields.field : "problem", message };
}
