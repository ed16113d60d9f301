import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { ProblemDefinition } from "../../problem-file/problem-file.ts";
import type { MeanFieldFrame } from "../engine/frames.ts";
import type { RivalEvent } from "../engine/messages.ts";
import { pageMessage } from "./page-words.ts";
import type { Failure, Rival } from "./view.ts";
import { createRivalSolver } from "./workers.ts";

/** The same problem under other dynamics, solved beside it. */
export interface RivalRuns {
  rivals: ReadonlySignal<readonly Rival[]>;
  failures: ReadonlySignal<readonly Failure[]>;
  /** Begins anew where the problem is another one. */
  run(problem: ProblemDefinition): void;
  stop(): void;
}

/** @param meanField which the rivals do not run ahead of: on a machine of few cores they would hold up what they are compared with. */
export function createRivalRuns(meanField: ReadonlySignal<readonly MeanFieldFrame[]>): RivalRuns {
  const rivals = signal<readonly Rival[]>([]);
  const failures = signal<readonly Failure[]>([]);
  let current = 0;
  let running = "";

  const solver = createRivalSolver(receive, fail);

  function fail(message: string): void {
    failures.value = [...failures.value, { part: "other dynamics", message }];
  }

  function receive(event: RivalEvent): void {
    if (event.run !== current) return;
    if (event.type === "rivals") rivals.value = event.names.map((name) => ({ name, frames: [] }));
    else if (event.type === "frame") {
      rivals.value = rivals.value.map((rival, k) =>
        k === event.rival ? { ...rival, frames: [...rival.frames, event.frame] } : rival,
      );
    } else fail(`${event.rival === null ? "" : `${rivals.value[event.rival].name}: `}${pageMessage(event.error)}`);
  }

  effect(() => {
    solver.post({ type: "allow", frames: meanField.value.length + 1 });
  });

  return {
    rivals,
    failures,
    run(problem) {
      const text = JSON.stringify(problem);
      if (text === running) return;
      running = text;
      rivals.value = [];
      failures.value = [];
      solver.post({ type: "allow", frames: 1 });
      solver.post({ type: "run", run: ++current, problem });
    },
    stop() {
      solver.stop();
      running = "";
    },
  };
}
