import { estimated, normalInterval, type Range } from "../claims.ts";
import { logLog } from "../shared/draw.ts";
import { claimOrder, drawOrders, orderOf, tabulateOrders } from "../shared/orders.ts";
import { drawEstimates } from "../shared/root-n.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, resultOf, tabulateFields } from "../study.ts";
import { type BiasConfig, measureBandwidths, measureBias } from "./measure.ts";

/** Of log |bias| against log n: -1, with room for the next order in 1/n at these n; -1/2 is outside. */
const INVERSE: Range = [-1.4, -0.6];
/** Of the bandwidth: 2, less by what the next order, eps^4, takes at these bandwidths. */
const SQUARE: Range = [1.85, 2.1];

const BANDWIDTHS = [0.02, 0.028, 0.04, 0.056, 0.08];

export const smoothingStudy = defineStudy({
  name: "smoothing",
  title: "Smoothed logarithm",
  claim:
    "Particles whose births and deaths follow V + tau log of a kernel estimate tend, at a fixed bandwidth, to the equation with the smoothed density like 1/n; that tends to the equation of the free energy like the square of the bandwidth.",
  takesProblems: false,
  seconds: { quick: 15, full: 110 },
  sizes: {
    quick: sizesOf([25, 50, 100], [4000, 4000, 4000]),
    full: sizesOf([25, 50, 100, 200], [16000, 16000, 16000, 16000]),
  },
  async run({ workers, progress, keep }, sizes) {
    const config: BiasConfig = { bandwidth: 0.3, sizes, dt: 0.1, seed: 2024, workers };
    const { rows, fit } = await measureBias(config, progress, keep);
    const differences = await keep("bandwidths", () => measureBandwidths(BANDWIDTHS));
    const order = orderOf("E[x^2] of the smoothed equation", [...BANDWIDTHS], differences, SQUARE);
    const size = ({ bias }: (typeof rows)[number]) => ({ value: Math.abs(bias.value), error: bias.error });
    return [
      resultOf({
        name: "smoothing: particles at a fixed bandwidth",
        claims: [estimated("slope of log |bias of E[x^2]| against log n", [normalInterval(fit.interval)], INVERSE)],
        notes: [
          `F = x^4 / 4, tau = 1, alpha = 4, Algorithm 1 with dt = ${config.dt} and bandwidth ${config.bandwidth}, against its mean-field map at the same dt and bandwidth. A particle counts in its own estimate: part of the 1/n.`,
        ],
        tables: [
          tabulateFields(
            "Mean over replicas less the limit",
            rows.map((row) => ({ ...row, "n times the bias": row.n * row.bias.value })),
          ),
        ],
        figures: [
          logLog("Bias of E[x^2] against n at a fixed bandwidth", "particles n", "|bias|", [
            drawEstimates(`slope ${fit.slope.toFixed(2)}`, rows, size),
          ]),
        ],
        settings: config,
      }),
      resultOf({
        name: "smoothing: the bandwidth",
        claims: [claimOrder("the difference from the free energy falls", order)],
        notes: ["Finite volumes on the same 512 cells and the same steps with the smoothed logarithm and without, at t = 1."],
        tables: [
          tabulateOrders(
            "Differences",
            ["quantity", "bandwidth", "difference", "order"],
            [order],
            ({ label, h, errors }, k, local) => [...[label, h[k], errors[k], local]],
          ),
        ],
        figures: [drawOrders("Difference from the free energy against the bandwidth", "bandwidth", "|difference|", [order])],
        settings: { bandwidths: BANDWIDTHS },
      }),
    ];
  },
});
