import type { LineFit } from "../../src/numerics/statistics.ts";
import { nameOfDynamics } from "../../src/problem/dynamics.ts";
import { needs, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { shadesOf } from "../shared/colours.ts";
import { logLog } from "../shared/draw.ts";
import { claimRoot, drawEstimates, drawRoot, type Estimate, showSlope } from "../shared/root-n.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { LlnConfig, LlnOutcome, LlnRow } from "./measure.ts";

export function reportLln(config: LlnConfig, { dt, bias, rows, fit, wassersteinFit }: LlnOutcome): StudyResult {
  const { problem, referenceCells, seed } = config;
  const looks = shadesOf(nameOfDynamics(problem.dynamics), 2);
  const curves = (k: number, name: string, slope: LineFit, of: (row: LlnRow) => Estimate) => [
    drawEstimates(`${name}, slope ${showSlope(slope, 3)}`, rows, of, looks[k]),
    drawRoot(rows, of),
  ];
  const onLine = wassersteinFit !== null;
  const ofNoise = ", as a share of the noise at the largest n";
  const share = (key: "bias" | "referenceError") => Math.max(...bias.map((row) => row[key] / row.noise));
  return resultOf({
    name: `law of large numbers: ${problem.name}`,
    claims: [
      claimRoot("the RMS discrepancy of the observables", fit),
      ...(wassersteinFit === null ? [] : [claimRoot("the mean W1 distance", wassersteinFit)]),
      needs(`error of the reference${ofNoise}`, share("referenceError"), 1 / 8, "it may hide in the noise"),
      needs(`bias of dt${ofNoise}`, share("bias"), 1 / 3, "it may change the slope"),
    ],
    notes: [
      `Algorithm 1 at dt = ${show(dt)} against the finite-volume solution (muscl + strang, ${JSON.stringify(referenceCells)} cells) at t = ${problem.end}; independent replicas, seed ${seed}.`,
      "dt was halved until its bias, the difference of the mean-field map at dt and dt/2 times two, was under a quarter of the noise at the largest n for every observable (table).",
      "Discrepancies of the observables are in units of their standard deviation under mu and averaged over observables. Slopes are weighted by the errors of the points.",
      "At fixed dt the noise of population control falls as n dt grows from below 1 to above it, which can make the slope a little steeper than -1/2.",
      ...(!onLine ? ["W1 is exact on a line without period only; it is left out here."] : []),
    ],
    tables: [
      tabulateFields(
        "Discrepancy from the equation",
        rows.map(({ wasserstein, ...row }) => (onLine ? { ...row, wasserstein } : row)),
      ),
      tabulateFields(
        `Bias of dt = ${show(dt)} against noise at n = ${Math.max(...rows.map(({ n }) => n))}`,
        bias.map((row) => ({ ...row, ratio: row.bias / row.noise })),
      ),
    ],
    figures: [
      logLog(
        `Discrepancy from the equation against n (${problem.name})`,
        AXES.particles,
        { title: "discrepancy, Wasserstein distance", symbol: "D, W1" },
        [
          ...curves(0, "observables", fit, (row) => row.discrepancy),
          ...(wassersteinFit === null ? [] : curves(1, "W1", wassersteinFit, (row) => row.wasserstein)),
        ],
      ),
    ],
    settings: { ...config, dt },
  });
}
