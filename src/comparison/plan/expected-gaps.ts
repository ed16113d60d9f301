import type { Problem } from "../../problem/problem.ts";
import type { SchemeName } from "../../schemes/schemes.ts";
import { schemeMeans } from "../scheme-means.ts";
import type { Detect } from "./plan-options.ts";

/** What has to be found, as it shows in the means; arrays have the shape [snapshots * observables]. */
export interface ExpectedGaps {
  /** The gap of each mean, as n -> infinity, for each way in which it may show: an error of a term with either sign. */
  ways: readonly Float64Array[];
  /** Standard deviations of the observables under mu_t. */
  deviations: Float64Array;
  /** Those that vary. */
  counted: readonly number[];
  /** The gap that stands out most, or with `sd` each: where one of these is hidden, so is what has to be found. */
  leading: readonly number[];
}

/** Cost: three runs of the scheme's mean-field map. @throws InvariantError where steps of dt are unstable. */
export function expectedGaps(problem: Problem, scheme: SchemeName, dt: number, detect: Detect): ExpectedGaps {
  const { means, deviations } = schemeMeans(problem, scheme, dt, null);
  const counted = Array.from(deviations.keys()).filter((i) => deviations[i] > 0);
  if (detect.of === "sd") {
    return { ways: [deviations.map((deviation) => detect.size * deviation)], deviations, counted, leading: counted };
  }
  const { of, size } = detect;
  const ways = [size, -size].map((signed) => {
    const wrong = schemeMeans(problem, scheme, dt, { of, size: signed }).means;
    return wrong.map((mean, i) => mean - means[i]);
  });
  const shown = (i: number) => Math.min(...ways.map((gaps) => Math.abs(gaps[i]))) / deviations[i];
  const first = counted.reduce((most, i) => (shown(i) > shown(most) ? i : most), counted[0]);
  return { ways, deviations, counted, leading: counted.length > 0 ? [first] : [] };
}
