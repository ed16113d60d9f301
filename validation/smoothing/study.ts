import { estimated, normalInterval, type Range } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { drawGuide, logLog } from "../shared/draw.ts";
import { claimOrder, drawOrders, orderOf, tabulateOrders } from "../shared/orders.ts";
import { drawEstimates, showSlope } from "../shared/root-n.ts";
import { sizesOf } from "../shared/sizes.ts";
import { defineStudy, resultOf, tabulateFields } from "../study.ts";
import { type BiasConfig, measureBandwidths, measureBias } from "./measure.ts";

/**
 * Of log |bias| against log n. At a fixed bandwidth the bias is (c / n) (1 + d n^-1/2 + ...): noise of order 1/n bends the mean of a nonlinear step, and of that noise the share of bringing the population
 * back to n falls like (n dt)^-1/2. Powers differ by 1/2, so the leading one is decided where the slope is nearer to -1 than to -1/2 and -3/2; the next order moves it by less than 0.1 at these n.
 * Replicas give it to 0.05 at 95%, over the three largest n to 0.09: a bias of order n^-1/2 would be 4 standard errors outside at least, and one that does not vanish shows there.
 */
const INVERSE: Range = [-1.25, -0.75];
/**
 * Of the bandwidth: k_eps * mu = mu + eps^2 mu'' / 2 + eps^4 mu'''' / 8 + ..., with derivatives of the size of mu, so that the next order is a share eps^2 / 4 of the first. At the widest bandwidth it is
 * 0.01, which moves a slope over a factor of 4 by 0.01 / log 4 = 0.007; steps move it by a thousandth.
 */
const SQUARE: Range = [1.98, 2.02];

const BANDWIDTHS = [0.05, 0.07, 0.1, 0.14, 0.2];

export const smoothingStudy = defineStudy({
  name: "smoothing",
  title: "Smoothed logarithm",
  claim:
    "Particles whose births and deaths follow V + tau log of a kernel estimate tend, at a fixed bandwidth, to the equation with the smoothed density like 1/n; that tends to the equation of the free energy like the square of the bandwidth.",
  takesProblems: false,
  seconds: { quick: 14, full: 36 },
  sizes: {
    quick: sizesOf([50, 100, 200, 400], [1500, 1500, 1500, 1500]),
    full: sizesOf([50, 100, 200, 400, 800], [4000, 4000, 4000, 4000, 4000]),
  },
  async run({ workers, progress, keep, seedFrom }, sizes) {
    const config: BiasConfig = { bandwidth: 0.2, sizes, dt: 0.25, seed: seedFrom(2024), workers };
    const { rows, fit, late } = await measureBias(config, progress, keep);
    const differences = await keep("bandwidths", () => measureBandwidths(BANDWIDTHS));
    const order = orderOf("E[cos x] of the smoothed equation", [...BANDWIDTHS], differences, SQUARE);
    const ends = [rows[0].n, rows[rows.length - 1].n] as const;
    const size = ({ bias }: (typeof rows)[number]) => ({ value: Math.abs(bias.value), error: bias.error });
    return [
      resultOf({
        name: "smoothing: particles at a fixed bandwidth",
        claims: [
          estimated("slope of log |bias of E[cos x]| against log n", [normalInterval(fit.interval)], INVERSE),
          estimated("the same over the three largest n", [normalInterval(late.interval)], INVERSE),
        ],
        notes: [
          `F = cos x on a circle, tau = 1, alpha = 4, Algorithm 1 with dt = ${config.dt} and bandwidth ${config.bandwidth}, against its mean-field map at the same dt and bandwidth. A particle counts in its own estimate, which is part of the 1/n.`,
        ],
        tables: [
          tabulateFields(
            "Mean over replicas less the limit",
            rows.map((row) => ({ ...row, "n times the bias": row.n * row.bias.value })),
          ),
        ],
        figures: [
          logLog(
            "Bias of E[cos x] against n at a fixed bandwidth",
            AXES.particles,
            { title: "bias of the mean of cos x", symbol: "|b|" },
            [
              drawEstimates(`Algorithm 1, slope ${showSlope(fit)}`, rows, size, shadesOf("birth-death", 1)[0]),
              drawGuide("n^-1", ends, [size(rows[0]).value, (size(rows[0]).value * ends[0]) / ends[1]]),
            ],
          ),
        ],
        settings: config,
      }),
      resultOf({
        name: "smoothing: the bandwidth",
        claims: [claimOrder("the difference from the free energy falls", order, 3)],
        notes: ["Finite volumes on the same 256 cells and the same steps with the smoothed logarithm and without, at t = 1."],
        tables: [
          tabulateOrders(
            "Differences",
            ["quantity", "bandwidth", "difference", "order"],
            [order],
            ({ label, h, errors }, k, local) => [...[label, h[k], errors[k], local]],
          ),
        ],
        figures: [
          drawOrders(
            "Difference from the free energy against the bandwidth",
            { title: "bandwidth", symbol: "epsilon" },
            { title: "difference from the free energy", symbol: "|m_epsilon - m|" },
            [order],
            { dynamics: () => "birth-death", digits: 3 },
          ),
        ],
        settings: { bandwidths: BANDWIDTHS },
      }),
    ];
  },
});
