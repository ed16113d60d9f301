import type { Study } from "../study.ts";
import { measureShares, type SharesConfig } from "./line.ts";
import { measureNetwork, NETWORK_DYNAMICS, type NetworkConfig, type NetworkOutcome } from "./network.ts";
import { reportNetwork, reportShares } from "./report.ts";

export const spuriousFixedPointsStudy: Study = {
  name: "spurious-fixed-points",
  title: "Spurious fixed points",
  takesProblems: false,
  seconds: { quick: 2, full: 12 },
  async run({ quick, load, progress }) {
    const line: SharesConfig = {
      tilt: 0.15,
      alpha: 4,
      shares: quick ? [1e-2, 1e-6, 0] : [1e-2, 1e-4, 1e-6, 1e-8, 0],
      cells: quick ? 128 : 256,
      end: 24,
      snapshots: 48,
    };
    const shares = reportShares(line, await measureShares(line));
    progress(0.5);
    const network: NetworkConfig = { times: quick ? [1, 10, 30] : [1, 10, 30, 100], tolerance: 1e-3, nodes: 16 };
    const { definition } = await load("mixture-of-gaussians");
    const outcomes: NetworkOutcome[] = [];
    for (const dynamics of NETWORK_DYNAMICS) {
      outcomes.push(await measureNetwork(definition, dynamics, network));
      progress(0.5 + 0.125 * outcomes.length);
    }
    return [shares, reportNetwork(network, outcomes)];
  },
};
