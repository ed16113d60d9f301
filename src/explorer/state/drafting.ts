import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type ErrorData, serialiseError } from "../../errors.ts";
import { fitsSnapshots } from "../../problem/snapshot-steps.ts";
import type { Configuration } from "../engine/configuration.ts";
import type { CheckEvent } from "../engine/messages.ts";
import type { Question } from "../engine/questions.ts";
import { type Complaint, type Draft, draftOf, getAt } from "../form/draft.ts";
import { pageMessage } from "./page-words.ts";
import { stepMeeting } from "./step-size.ts";
import { createChecker } from "./workers.ts";

/** The draft that is being typed, checked as it changes; a mistake never gets beyond here. */
export interface Drafting {
  draft: Signal<Draft>;
  complaint: ReadonlySignal<Complaint | null>;
  checking: ReadonlySignal<boolean>;
  /** A value that is hardly meant: the run waits until it is kept or changed. */
  question: ReadonlySignal<Question | null>;
  /** Keeps the value that is asked about. */
  keep(): void;
  /** Says what is wrong with something that never became a draft, until the draft changes. */
  complain(error: unknown): void;
}

/** Milliseconds between two checks while a draft changes: a slider is followed by the run. */
const PAUSE = 120;
/** Milliseconds after which a check is given up. */
const PATIENCE = 30_000;
/** Milliseconds after which one is ended where a newer draft waits. */
const OVERDUE = 500;

export function createDrafting(first: Configuration, onGood: (configuration: Configuration) => void): Drafting {
  const draft = signal(draftOf(first));
  /** Of a draft alone: nothing is said of a changed one before it is checked. */
  const wrong = signal<{ complaint: Complaint; draft: Draft } | null>(null);
  const complaint = computed(() => (wrong.value?.draft === draft.value ? wrong.value.complaint : null));
  const checking = signal(false);
  /** A draft that is good, and waits for an answer. */
  const waiting = signal<{ configuration: Configuration; questions: readonly Question[]; draft: Draft } | null>(null);
  const kept = new Set<string>();
  const question = computed(() => (waiting.value?.draft === draft.value ? waiting.value.questions[0] : null));
  let posted = 0;
  let running: { id: number; draft: Draft; since: number } | null = null;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const checker = createChecker(receive, (message) => giveUp(`the check failed (${message})`));

  function receive(event: CheckEvent): void {
    if (event.id !== running?.id) return;
    const checked = running.draft;
    // What came meanwhile is next.
    if (draft.peek() !== checked) {
      clearTimeout(pause);
      pause = setTimeout(post, 0);
    }
    settle();
    if (event.type === "refused") wrong.value = { complaint: complaintOf(event.error), draft: checked };
    else if (event.type === "good") ask(event.configuration, event.questions, checked);
  }

  /** Runs what is good, or asks first. */
  function ask(configuration: Configuration, questions: readonly Question[], asked: Draft): void {
    const open = questions.filter(({ field, value }) => !kept.has(`${field} ${value}`));
    waiting.value = open.length > 0 ? { configuration, questions: open, draft: asked } : null;
    if (open.length === 0) onGood(configuration);
  }

  function settle(): void {
    clearTimeout(patience);
    running = null;
    checking.value = pause !== undefined;
  }

  function giveUp(message: string): void {
    const checked = running?.draft ?? draft.peek();
    checker.stop();
    settle();
    wrong.value = { complaint: { field: "problem", message }, draft: checked };
  }

  /** One draft is checked at a time: a newer one waits for its end, or ends it where it takes long. */
  function post(): void {
    pause = undefined;
    if (running !== null) {
      const left = running.since + OVERDUE - performance.now();
      if (left > 0) {
        pause = setTimeout(post, left);
        return;
      }
      checker.stop();
      settle();
    }
    const now = draft.peek();
    const { problem, particles, grid = "fixed" } = now;
    running = { id: ++posted, draft: now, since: performance.now() };
    checking.value = true;
    checker.post({ type: "check", id: posted, problem, particles: particles as Configuration["particles"], grid });
    patience = setTimeout(() => giveUp("the check took too long; use fewer cells, or a simpler kernel"), PATIENCE);
  }

  // Whoever changes the frames does not have to find a step that meets them.
  let time = getAt(draft.peek().problem, ["time"]);
  effect(() => {
    const before = time;
    time = getAt(draft.value.problem, ["time"]);
    if (time !== before) draft.value = withFittingStep(draft.value);
  });

  effect(() => {
    draft.value;
    checking.value = true;
    pause ??= setTimeout(post, PAUSE);
  });

  return {
    draft,
    complaint,
    checking,
    question,
    keep() {
      if (waiting.value === null || question.value === null) return;
      const { configuration, questions, draft: asked } = waiting.value;
      kept.add(`${question.value.field} ${question.value.value}`);
      ask(configuration, questions, asked);
    },
    complain(error) {
      wrong.value = { complaint: complaintOf(serialiseError(error)), draft: draft.peek() };
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

function complaintOf(error: Pick<ErrorData, "message" | "fields">): Complaint {
  const { field } = error.fields;
  return { field: typeof field === "string" ? field : "problem", message: pageMessage(error) };
}
