/**
 * Gives a part of a long computation: one that was kept when it was made before, or else computes it now. Parts are plain data, and those of one name are the same to the bit.
 *
 * @param name of the part among all of the computation.
 */
export type Keep = <Part>(name: string, compute: () => Part) => Part;

export const keepNothing: Keep = (_, compute) => compute();

/** The parts of one stage among those of a computation of several. */
export function keepWithin(keep: Keep, stage: string): Keep {
  return (name, compute) => keep(`${stage}-${name}`, compute);
}

/** A computation step by step. */
export interface Stepwise<State> {
  /** @param index from 0. */
  step(index: number): void;
  /** All that the steps to come depend on; it may be live. */
  read(): State;
  takeOver(state: State): void;
}

/** Shares of the steps down to which states are kept. */
const FINEST = 32;

/**
 * Takes steps 0 to count - 1, and keeps the state after halves of them, quarters, and so on down to 1/32. A keep that leaves out what takes less than some time so keeps a state
 * about every so often, or every 1/32 of the work, whatever a step takes; the work that is lost where it is stopped is at most one such part.
 */
export function keepSteps<State>(keep: Keep, name: string, count: number, { step, read, takeOver }: Stepwise<State>): void {
  const least = Math.ceil(count / FINEST);
  const halves = (from: number, to: number): void => {
    const middle = from + Math.ceil((to - from) / 2);
    part(from, middle);
    part(middle, to);
  };
  const part = (from: number, to: number): void => {
    let made = false;
    const state = keep(`${name}-${from + 1}-to-${to}`, () => {
      made = true;
      if (to - from > least) halves(from, to);
      else for (let index = from; index < to; index++) step(index);
      return read();
    });
    if (!made) takeOver(state);
  };
  if (count > least) halves(0, count);
  else for (let index = 0; index < count; index++) step(index);
}
