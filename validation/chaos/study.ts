import { consistent, estimated, normalInterval, type Range } from "../claims.ts";
import { draw, linear } from "../shared/draw.ts";
import type { Estimate } from "../shared/root-n.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, resultOf, tabulateFields } from "../study.ts";
import { type ChaosConfig, type ChaosRow, measureChaos } from "./measure.ts";

/** Times the largest prediction. */
const MOST_VARIANCE = 1.3;
/** A bound on n times the bias: that of a stationary 1/n, by the size of n Var. */
const MOST_BIAS: Range = [-1, 1];
const HALF = 1.959964;

const intervalOf = ({ value, error }: Estimate) => normalInterval([value - HALF * error, value + HALF * error]);

export const chaosStudy = defineStudy({
  name: "chaos",
  title: "Chaos in time",
  claim:
    "For Langevin in a confining well particles stay as near to the mean field at late times as at early ones: n Var and n times the bias stay bounded.",
  takesProblems: false,
  seconds: { quick: 12, full: 100 },
  sizes: {
    quick: { sizes: sizesOf([50, 100], [2000, 2000]), end: 8, snapshots: 8 },
    full: { sizes: sizesOf([50, 100, 200], [8000, 8000, 8000]), end: 16, snapshots: 16 },
  },
  async run({ workers, progress, keep }, sizes) {
    const config: ChaosConfig = { ...sizes, dt: 0.1, seed: 1991, workers };
    const { rows, trends } = await measureChaos(config, progress, keep);
    const largest = Math.max(...rows.map(({ predicted }) => predicted));
    const finest = Math.max(...rows.map(({ n }) => n));
    const judged = rows.filter(({ n }) => n === finest).map((row) => ({ row, z: (row.nVariance.value - row.predicted) / row.nVariance.error })); // biome-ignore format: one line
    const worst = judged.reduce((a, b) => (Math.abs(b.z) > Math.abs(a.z) ? b : a));
    const curve = (n: number, observable: string) => rows.filter((row) => row.n === n && row.observable === observable);
    const curves = [...new Set(rows.map(({ n }) => n))].flatMap((n) => ["mean", "second"].map((observable) => ({ n, observable })));
    const traces = (of: (row: ChaosRow) => Estimate) =>
      curves.map(({ n, observable }) =>
        draw(`${observable}, n = ${n}`, curve(n, observable), "time", (row) => of(row).value, {
          error: (row) => HALF * of(row).error,
        }),
      );
    return [
      resultOf({
        name: "chaos in time",
        claims: [
          consistent(`n Var at n = ${finest} against its limit, the farthest of ${judged.length} (${worst.row.observable}, t = ${worst.row.time})`, { z: worst.z }, judged.length), // biome-ignore format: one claim
          estimated("n Var over the largest predicted one, all times", rows.map(({ nVariance: { value, error } }) => intervalOf({ value: value / largest, error: error / largest })), [0, MOST_VARIANCE]), // biome-ignore format: one claim
          estimated(
            "n times the bias, all times",
            rows.map(({ nBias }) => intervalOf(nBias)),
            MOST_BIAS,
          ),
          estimated("change of n Var a unit of time over the later half", trends.map(({ variance }) => normalInterval(variance.interval)), [-0.05, 0.05]), // biome-ignore format: one claim
          estimated("change of n times the bias a unit of time over the later half", trends.map(({ bias }) => normalInterval(bias.interval)), [-0.25, 0.25]), // biome-ignore format: one claim
        ],
        notes: [
          `F = x^2 / 2 + sqrt(1 + x^2), K = x x' / 2, tau = 0.5, from N(1, 0.5^2) to t = ${config.end}, dt = ${config.dt}; the limit is that of the same dt, so that its bias does not count.`,
        ],
        tables: [tabulateFields("n Var, and n times the bias of the mean over replicas", rows)],
        figures: [
          linear("n Var against time", "time", "n Var", [
            ...traces(({ nVariance }) => nVariance),
            ...["mean", "second"].map((observable) => draw(`${observable}, predicted`, curve(finest, observable), "time", "predicted", { mode: "lines", dashed: true })), // biome-ignore format: one line
          ]),
          linear(
            "n times the bias against time",
            "time",
            "n (E mean - limit)",
            traces(({ nBias }) => nBias),
          ),
        ],
        settings: config,
      }),
    ];
  },
});
