import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Configuration } from "../../../src/explorer/engine/configuration.ts";
import type { CheckEvent, CheckRequest } from "../../../src/explorer/engine/messages.ts";
import type { Question } from "../../../src/explorer/engine/questions.ts";
import { createDrafting, type Drafting } from "../../../src/explorer/state/drafting.ts";

/** In place of the workers of a page: they answer when a test says so. */
class Checker {
  static all: Checker[] = [];
  requests: CheckRequest[] = [];
  ended = false;
  hear: (event: { data: CheckEvent }) => void = () => {};
  constructor() {
    Checker.all.push(this);
  }
  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === "message") this.hear = listener as never;
  }
  postMessage(request: CheckRequest): void {
    this.requests.push(request);
  }
  terminate(): void {
    this.ended = true;
  }
  answer(refused: string | null, questions: readonly Question[] = []): void {
    const { id, problem, particles } = this.requests[this.requests.length - 1];
    const error = { name: "InputError", message: refused, fields: { field: "--n" } };
    const good = { type: "good", id, configuration: { problem, particles }, questions };
    this.hear({ data: (refused === null ? good : { type: "refused", id, error }) as CheckEvent });
  }
}

const first = {
  problem: { variables: { x: { min: 0, max: 1, cells: 16 } } },
  particles: { scheme: "algorithm-1", n: 100, dt: 0.01, seed: 0 },
} as unknown as Configuration;

let drafting: Drafting;
let good: number[];

const last = () => Checker.all[Checker.all.length - 1];
const type = (n: number) => {
  const now = drafting.draft.peek();
  drafting.draft.value = { ...now, particles: { ...now.particles, n } };
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Worker", Checker);
  Checker.all = [];
  good = [];
  drafting = createDrafting(first, ({ particles }) => good.push(particles.n));
  vi.advanceTimersByTime(200);
  last().answer(null);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a message is about its draft alone: it goes when the draft changes, which is then checked", () => {
  type(1.5);
  vi.advanceTimersByTime(200);
  last().answer("1.5: not a positive integer");
  expect(drafting.complaint.value?.message).toContain("1.5");
  type(1000);
  expect(drafting.complaint.value).toBeNull();
  expect(drafting.checking.value).toBe(true);
  vi.advanceTimersByTime(200);
  last().answer(null);
  expect(drafting.checking.value).toBe(false);
  expect(good).toEqual([100, 1000]);
});

test("a check that takes long is ended where a newer draft waits", () => {
  type(1.5);
  vi.advanceTimersByTime(200);
  last().answer("1.5: not a positive integer");
  type(1e8);
  vi.advanceTimersByTime(200);
  const slow = last();
  expect(slow.requests.at(-1)?.particles.n).toBe(1e8);
  type(1000);
  vi.advanceTimersByTime(700);
  expect(slow.ended).toBe(true);
  expect(last().requests.map(({ particles }) => particles.n)).toEqual([1000]);
  last().answer(null);
  expect({ good, complaint: drafting.complaint.value, checking: drafting.checking.value }).toEqual({
    good: [100, 1000],
    complaint: null,
    checking: false,
  });
});

test("a check that is soon done is not ended, and the newest of the drafts that came meanwhile is next", () => {
  type(200);
  vi.advanceTimersByTime(150);
  const worker = last();
  type(300);
  vi.advanceTimersByTime(150);
  type(400);
  worker.answer(null);
  vi.advanceTimersByTime(10);
  expect(worker.ended).toBe(false);
  expect(worker.requests.map(({ particles }) => particles.n)).toEqual([100, 200, 400]);
  worker.answer(null);
  expect(good).toEqual([100, 200, 400]);
});

test("the answer to a draft that was ended comes to nothing", () => {
  type(1e8);
  vi.advanceTimersByTime(200);
  const slow = last();
  type(1000);
  vi.advanceTimersByTime(700);
  slow.answer("too many");
  expect(drafting.complaint.value).toBeNull();
});

test("a question holds a draft back until its value is kept, does not come again, and goes when the draft changes", () => {
  const question = { field: "alpha", value: 1e9, text: "is that meant?" };
  type(200);
  vi.advanceTimersByTime(200);
  last().answer(null, [question]);
  expect(drafting.question.value).toEqual(question);
  expect(good).toEqual([100]);
  drafting.keep();
  expect(drafting.question.value).toBeNull();
  expect(good).toEqual([100, 200]);
  type(300);
  vi.advanceTimersByTime(200);
  last().answer(null, [question]);
  expect(good).toEqual([100, 200, 300]);
  type(400);
  vi.advanceTimersByTime(200);
  last().answer(null, [{ ...question, value: 1e8 }]);
  expect(drafting.question.value?.value).toBe(1e8);
  type(500);
  expect(drafting.question.value).toBeNull();
  expect(good).toEqual([100, 200, 300]);
});
