import type { DynamicsName } from "../../src/problem/dynamics.ts";
import { MOTIONS } from "../shared/motions.ts";
import { partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy } from "../study.ts";
import { measureShares } from "./line.ts";
import { measureNetwork } from "./network.ts";
import { CLAIM, reportNetwork, reportShares } from "./report.ts";

export const spuriousFixedPointsStudy = defineStudy({
  name: "spurious-fixed-points",
  title: "Spurious fixed points",
  claim: CLAIM,
  takesProblems: false,
  seconds: { quick: 2, full: 12 },
  sizes: {
    quick: { shares: [1e-2, 1e-6, 0], cells: 128, times: [1, 10, 30] },
    full: { shares: [1e-2, 1e-4, 1e-6, 1e-8, 0], cells: 256, times: [1, 10, 30, 100] },
  },
  async run({ load, progress, keep }, { shares, cells, times }) {
    const line = { tilt: 0.15, alpha: 4, shares, cells, end: 24, snapshots: 48 };
    const onLine = reportShares(line, await measureShares(line, partsOf(keep, "share")));
    const network = { times, tolerance: 1e-3, nodes: 16 };
    const { definition } = await load("mixture-of-gaussians");
    const onDone = (count: number) => progress(0.5 + 0.125 * count);
    const measure = (dynamics: DynamicsName) => measureNetwork(definition, dynamics, network);
    const outcomes = await inSequence(MOTIONS, measure, onDone, partsOf(keep, "network"));
    return [onLine, reportNetwork(network, outcomes)];
  },
});
