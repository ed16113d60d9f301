import type { ParticleSettings } from "../engine/configuration.ts";
import type { ParticleFrame } from "../engine/frames.ts";
import { type EarlierRun, recorded } from "./view.ts";

const MOST_EARLIER = 4;

/** Runs of one kind differ in n, and in their seeds. */
export function kindOf({ scheme, dt }: Pick<ParticleSettings, "scheme" | "dt">): string {
  return `${scheme} ${dt}`;
}

/**
 * With the run that ends, one of which something was seen: the newest last, the oldest given up. Of a slider that is dragged the runs on the way leave no line: those that end in the gesture
 * in which they were begun.
 */
export function withEarlier(
  earlier: readonly EarlierRun[],
  { scheme, n, dt, seed }: ParticleSettings,
  particles: readonly ParticleFrame[],
  gestures: { begun: number; ended: number },
): readonly EarlierRun[] {
  const frames = recorded(particles);
  if (frames.length < 2 || (gestures.begun > 0 && gestures.begun === gestures.ended)) return earlier;
  const run: EarlierRun = {
    label: `n = ${n}, dt = ${dt}, ${scheme}, seed ${seed}`,
    n,
    kind: kindOf({ scheme, dt }),
    times: frames.map(({ time }) => time),
    distances: frames.map(({ distances }) => distances?.[0].distance ?? Number.NaN),
  };
  return [...earlier.filter(({ label }) => label !== run.label), run].slice(-MOST_EARLIER);
}
