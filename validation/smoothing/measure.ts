import { solve } from "../../src/finite-volume/solve.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { fitLine } from "../../src/numerics/statistics.ts";
import { simulate } from "../../src/particles/simulate.ts";
import { createProblem, type Problem } from "../../src/problem/problem.ts";
import type { ProblemDefinition } from "../../src/problem-file/problem-file.ts";
import type { KeepPart } from "../shared/parts.ts";
import type { Estimate } from "../shared/root-n.ts";
import { inSequence, type Size } from "../shared/sizes.ts";

/** The quantity that is compared: a mean that births and deaths move. */
const OBSERVABLE = "cosine";

/** Births and deaths by V + tau log(k_eps * mu), or by the free energy itself. On a circle, where particles have neighbours everywhere: Gibbs has a density of 0.05 at least. */
const problemWith = (reaction: NonNullable<ProblemDefinition["reaction"]>): Promise<Problem> =>
  createProblem({
    name: "smoothed-circle",
    variables: { x: { min: -Math.PI, max: Math.PI, cells: 256, boundary: "periodic" } },
    potential: { F: "cos(x)" },
    alpha: 4,
    temperature: 1,
    reaction,
    initial: { x: { type: "von-mises", mean: 0, concentration: 1 } },
    time: { end: 1, snapshots: 1 },
    observables: { [OBSERVABLE]: "cos(x)" },
  });

export interface BiasConfig {
  bandwidth: number;
  sizes: readonly Size[];
  dt: number;
  seed: number;
  workers: number;
}

/** The mean over replicas less the limit n -> infinity at the same dt and bandwidth. */
export async function measureBias(config: BiasConfig, onShare: (share: number) => void = () => {}, keep?: KeepPart) {
  const { bandwidth, sizes, dt, seed, workers } = config;
  const reaction = { type: "free-energy", bandwidth } as const;
  const limit = iterateMeanFieldMap(await problemWith(reaction), dt)[1].observables[OBSERVABLE];
  const measureSize = async ({ n, replicas }: Size, k: number) => {
    const onProgress = (done: number) => onShare((k + done / replicas) / sizes.length);
    const options = { n, replicas, dt, workers, seed: seed + k, scheme: "algorithm-1" as const, onProgress };
    const { mean, standardError } = (await simulate(await problemWith(reaction), options)).snapshots[1].statistics.observables[
      OBSERVABLE
    ];
    return { n, replicas, mean, limit, bias: { value: mean - limit, error: standardError } };
  };
  const rows = await inSequence(sizes, measureSize, () => {}, keep);
  return { rows, fit: slopeOf(rows), late: slopeOf(rows.slice(-LATE)) };
}

/** Sizes that tell whether the bias goes on to fall: it would not if the limit were another. */
const LATE = 3;

/** Of log |bias| against log n. */
function slopeOf(rows: readonly { n: number; bias: Estimate }[]) {
  return fitLine(
    rows.map(({ n }) => Math.log(n)),
    rows.map(({ bias }) => Math.log(Math.abs(bias.value))),
    rows.map(({ bias }) => bias.error / Math.abs(bias.value)),
  );
}

/** The two reactions differ by some 0.05 dt^2 at steps of dt: 3e-7, a thousandth of the least difference. */
const STEP = 0.0025;

/** How far the equation with the smoothed logarithm is from that with the free energy, on the same cells. */
export async function measureBandwidths(bandwidths: readonly number[]): Promise<number[]> {
  const momentOf = async (reaction: NonNullable<ProblemDefinition["reaction"]>) =>
    solve(await problemWith(reaction), { maxStep: STEP }).snapshots[1].observables[OBSERVABLE];
  const exact = await momentOf("free-energy");
  return inSequence(bandwidths, async (bandwidth) => (await momentOf({ type: "free-energy", bandwidth })) - exact);
}
