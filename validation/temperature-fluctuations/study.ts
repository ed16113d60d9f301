import { consistent, show } from "../claims.ts";
import { draw, logX } from "../shared/draw.ts";
import { defineStudy, resultOf, tabulateFields } from "../study.ts";
import { measureWarm, WARM_CASES, type WarmConfig } from "./measure.ts";

/** Standard errors that are drawn. */
const DRAWN = 3;

export const temperatureFluctuationStudy = defineStudy({
  name: "temperature-fluctuations",
  title: "Fluctuations at a temperature",
  claim:
    "n Var of Langevin, with births and deaths by the energy or by the smoothed free energy, or with weights, follows from the mean-field limit.",
  takesProblems: false,
  seconds: { quick: 20, full: 150 },
  sizes: { quick: { n: 400, replicas: 400 }, full: { n: 1000, replicas: 4000 } },
  async run({ workers, progress, keep }, sizes) {
    const config: WarmConfig = { ...sizes, cases: WARM_CASES, seed: 3101, workers };
    const rows = await measureWarm(config, progress, keep);
    const judged = rows.map((row) => ({ ...row, off: (row.simulated - row.predicted) / row.error }));
    const worst = judged.reduce((a, b) => (Math.abs(b.off) > Math.abs(a.off) ? b : a));
    const square = judged.reduce((total, { off }) => total + off ** 2, 0) / rows.length;
    const what = `predicted n Var against the simulated one in ${rows.length} cases (mean square ${square.toFixed(2)} standard errors, 1 from chance alone), the farthest ${worst.observable} of ${worst.case} at t = ${worst.time}, ${show(worst.predicted)} against ${show(worst.simulated)} +- ${show(worst.error)}`;
    const { n, replicas, seed } = config;
    return [
      resultOf({
        name: "fluctuations at a temperature",
        claims: [consistent(what, { z: worst.off }, rows.length)],
        notes: [
          `A double well with K = cos(x - x') / 2, alpha = 2, tau = 0.4; n = ${n}, ${replicas} replicas, seeds from ${seed}. The prediction is the limit n -> infinity at dt = 0.05, by the adjoint of the noisy step; of weights as dt -> 0, with the squares of the weights, beside particles of dt = 0.0125.`,
        ],
        tables: [
          tabulateFields(
            "n Var, predicted and simulated",
            judged.map(({ off, ...row }) => ({ ...row, standardErrors: off.toFixed(2) })),
          ),
        ],
        figures: [
          logX(
            "Simulated over predicted n Var at a temperature",
            "predicted n Var",
            "simulated / predicted",
            WARM_CASES.map(
              ({ label }) =>
              draw(label, rows.filter((row) => row.case === label), "predicted", (row) => row.simulated / row.predicted, { error: (row) => (DRAWN * row.error) / row.predicted, mode: "markers" }), // biome-ignore format: one call
            ),
          ),
        ],
        settings: config,
      }),
    ];
  },
});
