import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { solve } from "../src/finite-volume/solve.ts";
import { createProblem } from "../src/problem/problem.ts";
import { benchExpressions } from "./expressions.ts";
import { benchConvolution, benchFiniteVolumes, benchPasses } from "./finite-volume.ts";
import { benchNetworks } from "./networks.ts";
import { benchParticles, readGrid } from "./particles.ts";

/**
 * Costs of the kernels, each beside a plain loop timed in the same run and beside its aim. Only ratios carry over from machine to
 * machine. `--quick` makes fewer and shorter runs.
 */

const MEMORY_SIDE = 1024;
const MEMORY_AIM = 400;

/** A few steps without K, then the largest memory the process ever held, in MB. */
async function solveForMemory(): Promise<void> {
  const { F } = readGrid("coupled-well").potential as { F: string };
  const problem = await createProblem(
    { ...readGrid("coupled-well"), potential: { F }, time: { end: 1, snapshots: [1] } },
    { cells: MEMORY_SIDE, end: 1e-3 },
  );
  const { steps } = solve(problem);
  console.log(`${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB after ${steps} steps`);
}

function printMemory(): void {
  const report = execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), "--memory"], {
    encoding: "utf8",
  });
  console.log(
    `\nPeak resident memory of a ${MEMORY_SIDE} x ${MEMORY_SIDE} solve without K: ${report.trim()} (aim: ${MEMORY_AIM} MB)`,
  );
}

if (process.argv.includes("--memory")) await solveForMemory();
else {
  const quick = process.argv.includes("--quick");
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
  benchFiniteVolumes(quick);
  benchPasses(quick);
  benchConvolution(quick);
  await benchExpressions(quick);
  await benchParticles(quick);
  benchNetworks(quick);
  printMemory();
}
