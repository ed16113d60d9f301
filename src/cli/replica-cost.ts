import { runReplica } from "../particles/replica.ts";
import { changeProblem, type Problem } from "../problem/problem.ts";
import { snapshotSteps } from "../problem/snapshot-steps.ts";
import type { SchemeName } from "../schemes/schemes.ts";

/** Particle steps of the run that is timed. */
const TIMED = 2e6;

/** CPU seconds of one replica on this machine: of a run of one, over fewer steps where it is long, after one that is not counted where it is short. */
export async function secondsOfReplica(
  problem: Problem,
  { scheme, n, dt }: { scheme: SchemeName; n: number; dt: number },
): Promise<number> {
  const steps = Math.max(1, ...snapshotSteps(problem.snapshotTimes, dt));
  const timed = Math.min(steps, Math.max(1, Math.ceil(TIMED / n)));
  const short = timed === steps ? problem : await changeProblem(problem, { time: { end: timed * dt, snapshots: [timed * dt] } });
  const run = () => runReplica(short, { scheme, n, dt, seed: 0, keepPositions: false }, 0);
  if (n * timed < TIMED) run();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1e6) * (steps / timed);
}
