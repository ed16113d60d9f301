import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkProblemDefinition } from "../../src/problem-file/problem-file.ts";
import { measureShares } from "../../validation/spurious-fixed-points/line.ts";
import { measureNetwork } from "../../validation/spurious-fixed-points/network.ts";
import { reportNetwork, reportShares } from "../../validation/spurious-fixed-points/report.ts";
import type { StudyResult } from "../../validation/study.ts";
import { sized } from "../sizes.ts";

function expectPass({ findings }: StudyResult) {
  for (const { text, verdict } of findings) expect(verdict, text).toBe("pass");
}

test("birth-death finds any mass in the deeper well, after a time logarithmic in it, and none where there is none", async () => {
  const config = { tilt: 0.15, alpha: 4, shares: [1e-2, 1e-4, 0], cells: 128, end: 16, snapshots: 32 };
  const outcome = await measureShares(config);
  expectPass(reportShares(config, outcome));
  expect(outcome.rows[2].crossing).toBe(Infinity);
  // The wait is told from that of another rate.
  expect(reportShares({ ...config, alpha: 4.1 }, outcome).verdict).toBe("fail");
});

test("a network that birth-death leaves at a spurious fixed point is freed by a prior", async () => {
  const text = readFileSync(join(import.meta.dirname, "../../grids/mixture-of-gaussians.json"), "utf8");
  const definition = checkProblemDefinition(JSON.parse(text));
  const config = { times: [10, sized(16, 25)], tolerance: 1e-2, nodes: 16 };
  const stuck = await measureNetwork(definition, "birth-death", config);
  const freed = await measureNetwork(definition, "reinjection net-deficit", config);
  expectPass(reportNetwork(config, [stuck, freed]));
  // V lies below Vbar by a gap that does not close, though E no longer falls.
  expect(stuck.points[1].gap / stuck.points[0].gap).toBeGreaterThan(0.95);
  expect(stuck.points[1].energy / stuck.points[0].energy).toBeGreaterThan(0.99);
  expect(reportNetwork(config, [stuck, { ...stuck, dynamics: "reinjection net-deficit" }]).verdict).toBe("fail");
});
