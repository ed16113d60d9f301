import { needs, show } from "../claims.ts";
import { claimRoot } from "../shared/root-n.ts";
import { resultOf, type StudyResult, tabulate } from "../study.ts";
import type { LlnConfig, LlnOutcome } from "./measure.ts";

export const CLAIM = "The empirical measure of Algorithm 1 tends to the solution of the equation like n^-1/2.";

export function reportLln(config: LlnConfig, { dt, bias, rows, fit, wassersteinFit }: LlnOutcome): StudyResult {
  const { problem, referenceCells, seed } = config;
  const n = rows.map((row) => row.n);
  const guide = (y0: number) => ({
    name: "n^-1/2",
    x: n,
    y: n.map((each) => y0 * Math.sqrt(n[0] / each)),
    mode: "lines" as const,
    dashed: true,
  });
  const points = (name: string, key: "discrepancy" | "wasserstein") => ({
    name,
    x: n,
    y: rows.map((row) => row[key]),
    errors: rows.map((row) => 1.96 * row[`${key}Error`]),
    mode: "markers" as const,
  });
  const share = (key: "bias" | "referenceError") => Math.max(...bias.map((row) => row[key] / row.noise));
  return resultOf({
    name: `law of large numbers: ${problem.name}`,
    claim: CLAIM,
    claims: [
      ...claimRoot("the RMS discrepancy of the observables", fit),
      ...(wassersteinFit === null ? [] : claimRoot("the mean W1 distance", wassersteinFit)),
      needs(
        "error of the reference, as a share of the noise at the largest n",
        share("referenceError"),
        1 / 8,
        "it may hide in the noise",
      ),
      needs("bias of dt, as a share of the noise at the largest n", share("bias"), 1 / 3, "it may change the slope"),
    ],
    notes: [
      `Algorithm 1 at dt = ${show(dt)} against the finite-volume solution (muscl + strang, ${JSON.stringify(referenceCells)} cells) at t = ${problem.end}; independent replicas, seed ${seed}.`,
      "dt was halved until its bias, the difference of the mean-field map at dt and dt/2 times two, was under a quarter of the noise at the largest n for every observable (table).",
      "Discrepancies of the observables are in units of their standard deviation under mu and averaged over observables. Slopes are weighted by the errors of the points.",
      "At fixed dt the noise of population control falls as n dt grows from below 1 to above it, which can make the slope a little steeper than -1/2.",
      ...(wassersteinFit === null ? ["W1 is exact on a line without period only; it is left out here."] : []),
    ],
    tables: [
      tabulate(
        "Discrepancy from the equation",
        ["n", "replicas", "RMS discrepancy", "+-", ...(wassersteinFit === null ? [] : ["mean W1", "+-"])],
        rows,
        (row) => [row.n, row.replicas, row.discrepancy, row.discrepancyError, ...(wassersteinFit === null ? [] : [row.wasserstein, row.wassersteinError])], // biome-ignore format: one row
      ),
      tabulate(
        `Bias of dt = ${show(dt)} against noise at n = ${Math.max(...n)}`,
        ["observable", "bias of dt", "noise", "ratio", "error of the reference"],
        bias,
        (row) => [row.observable, row.bias, row.noise, row.bias / row.noise, row.referenceError],
      ),
    ],
    figures: [
      {
        title: `Discrepancy from the equation against n (${problem.name})`,
        x: { title: "particles n", log: true },
        y: { title: "discrepancy", log: true },
        traces: [
          points(`observables: ${fit.slope.toFixed(3)}`, "discrepancy"),
          guide(rows[0].discrepancy),
          ...(wassersteinFit === null
            ? []
            : [points(`W1: ${wassersteinFit.slope.toFixed(3)}`, "wasserstein"), guide(rows[0].wasserstein)]),
        ],
      },
    ],
    settings: { ...config, dt },
  });
}
