import { consistent, estimated, normalInterval, type Range } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { NEUTRAL, shadesOf } from "../shared/colours.ts";
import { draw, drawGuide, linear } from "../shared/draw.ts";
import type { Estimate } from "../shared/root-n.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, resultOf, tabulateFields } from "../study.ts";
import { type ChaosConfig, type ChaosRow, measureChaos } from "./measure.ts";

/**
 * Of the change over the later half of the run as a share of n Var at the end. Theory: F'' >= 1, so that n Var and n times the bias are stationary after the first half to e^{-2 end / 2}, 3e-4 at t = 4.
 * If n Var grew like t^(1/2) the change would be 1 - (1/2)^(1/2) = 0.29, and 1/2 if it grew like t, as it does without confinement: the range ends halfway to the slower. The bias of a mean is half
 * its second derivative times Var, so that if it grew with t to the size of n Var the change would be 1/2; halfway. The least n gives it best: its error is in proportion to sqrt n. Replicas give
 * both to 0.07 and 0.11 at 95%.
 */
const STAYS: Range = [-0.15, 0.15];
const BIAS_STAYS: Range = [-0.25, 0.25];
const HALF = 1.959964;

const OBSERVED = { mean: "x", second: "x^2" };
const OBSERVABLES = ["mean", "second"] as const;

const intervalOf = ({ value, error }: Estimate) => normalInterval([value - HALF * error, value + HALF * error]);

export const chaosStudy = defineStudy({
  name: "chaos",
  title: "Chaos in time",
  claim:
    "For Langevin in a confining well particles stay as near to the mean field at late times as at early ones: n Var and n times the bias stay bounded.",
  takesProblems: false,
  seconds: { quick: 14, full: 45 },
  sizes: {
    quick: sizesOf([10, 100], [20000, 3000]),
    full: sizesOf([10, 100], [60000, 8000]),
  },
  async run({ workers, progress, keep, seedFrom }, sizes) {
    const config: ChaosConfig = { sizes, end: 8, snapshots: 8, dt: 0.2, seed: seedFrom(1991), workers };
    const { rows, changes } = await measureChaos(config, progress, keep);
    const [few, many] = sizes.map(({ n }) => n);
    const judged = rows.filter(({ n }) => n === many).map((row) => ({ row, z: (row.nVariance.value - row.predicted) / row.nVariance.error })); // biome-ignore format: one line
    const worst = judged.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
    const curve = (n: number, observable: string) => rows.filter((row) => row.n === n && row.observable === observable);
    const traces = (counts: readonly number[], of: (row: ChaosRow) => Estimate) =>
      counts.flatMap((n) =>
        OBSERVABLES.map((observable) => {
          const label = `${OBSERVED[observable]}, n = ${n}`;
          return draw(label, curve(n, observable), "time", (row) => of(row).value, {
            ...{ error: (row: ChaosRow) => HALF * of(row).error, label },
            ...looks[counts.indexOf(n) * OBSERVABLES.length + OBSERVABLES.indexOf(observable)],
          });
        }),
      );
    const looks = shadesOf("gradient-descent", 2 * OBSERVABLES.length);
    const span = [rows[0].time, config.end] as const;
    const band = HALF * Math.max(...judged.map(({ row }) => row.nVariance.error / row.predicted));
    return [
      resultOf({
        name: "chaos in time",
        claims: [
          consistent(`n Var at n = ${many} against its limit, the farthest of ${judged.length} (${worst.row.observable}, t = ${worst.row.time})`, { z: worst.z }, judged.length), // biome-ignore format: one claim
          estimated("change of n Var over the later half, over n Var", changes.map(({ variance }) => intervalOf(variance)), STAYS), // biome-ignore format: one claim
          estimated(
            `change of n times the bias over the later half, over n Var, n = ${few}`,
            changes.filter(({ n }) => n === few).map(({ bias }) => intervalOf(bias)),
            BIAS_STAYS,
          ),
        ],
        notes: [
          `F = x^2 / 2 + sqrt(1 + x^2), K = x x' / 2, tau = 0.5, from N(1, 0.25^2) to t = ${config.end}, dt = ${config.dt}; the limit is that of the same dt, so that its bias does not count. Changes are slopes of each replica times ${config.end / 2}, so that their errors are those of independent replicas.`,
        ],
        tables: [
          tabulateFields("Change over the later half, over n Var", changes),
          tabulateFields("n Var, and n times the bias of the mean over replicas", rows),
        ],
        figures: [
          linear("n Var over its prediction against time, with 95% bars", AXES.time, AXES.varianceRatio, [
            { kind: "area", name: `1 within the 95% of n = ${many}`, x: span, low: [1 - band, 1 - band], high: [1 + band, 1 + band], opacity: 0.25, colour: NEUTRAL }, // biome-ignore format: one trace
            drawGuide("as predicted", span, [1, 1]),
            ...traces([few, many], ({ nVariance: { value, error }, predicted }) => ({ value: value / predicted, error: error / predicted })), // biome-ignore format: one line
          ]),
          linear(
            `n times the bias against time at n = ${few}, with 95% bars`,
            AXES.time,
            { title: "scaled bias", symbol: "n (E m - m*)" },
            [drawGuide("no bias", span, [0, 0]), ...traces([few], ({ nBias }) => nBias)],
          ),
        ],
        settings: config,
      }),
    ];
  },
});
