import { expect, test } from "vitest";
import { biasesOfEnsemble } from "../../src/comparison/ensemble-bias.ts";
import { predictFluctuations } from "../../src/fluctuations/predict.ts";
import { iterateMeanFieldMap } from "../../src/mean-field-map/mean-field-map.ts";
import { problemOf, SKEWED_WELL } from "../fixtures.ts";

test("the bias of weighted particles that do not see each other is that of a quotient of means, -M (nu - phibar), with its sign and its error", async () => {
  // As n Var in noisy.test.ts: nu the distribution at twice the rate, M the mass of the squared weights, n Var = M int (phi - phibar)^2 dnu.
  const [dt, scheme] = [0.1, "weighted"] as const;
  const warm = { ...SKEWED_WELL, temperature: 0.4, reaction: "energy", observables: { mean: "x", second: "x^2" } } as const;
  const [once, twice] = await Promise.all([10, 20].map((alpha) => problemOf({ ...warm, alpha })));
  const { snapshots } = predictFluctuations(once, { scheme, n: 64, dt });
  const found = biasesOfEnsemble(once, { scheme, dt });
  if (found === null) throw new Error("an ensemble is affordable");
  for (const [s, { observables: nu }] of iterateMeanFieldMap(twice, dt, { scheme }).entries()) {
    const { mean, second } = snapshots[s].observables;
    const M = mean.nVariance / (nu.second - 2 * mean.mean * nu.mean + mean.mean ** 2);
    [mean, second].forEach((quantity, k) => {
      const expected = -M * (nu[["mean", "second"][k]] - quantity.mean);
      // 3 standard errors, and the next order at n = 64.
      const room = 3 * found.errors[s][k] + (2 * M * Math.abs(expected)) / 64;
      expect(Math.abs(found.values[s][k] - expected)).toBeLessThan(room);
    });
    // W1 is at least the difference of means.
    expect(found.distances[s]).toBeGreaterThan(Math.abs(found.values[s][0]) * (1 - 1e-2));
  }
});
