import { cpus, loadavg } from "node:os";
import { solveCharacteristics } from "../src/characteristics/solve.ts";
import { solveMoving } from "../src/finite-volume/moving/solve-moving.ts";
import { type Solution, solve } from "../src/finite-volume/solve.ts";
import { createProblem, type Problem } from "../src/problem/problem.ts";
import { readGrid } from "./particles.ts";

/**
 * Error against CPU time of finite volumes, on fixed cells and on cells that follow the mass, as a Markdown table: the largest error of an observable at each time, against
 * characteristics. Every run is repeated, and its least time counts; the cost of starting is in it. `--quick` leaves out what takes minutes.
 */
interface Case {
  problem: string;
  times: readonly number[];
  cells: readonly number[];
  /** Of the characteristics. */
  tolerance: number;
}

const CASES: readonly Case[] = [
  { problem: "double-well", times: [1, 4, 8], cells: [64, 128, 256, 512], tolerance: 1e-8 },
  { problem: "gaussian-repulsion", times: [0.5, 2], cells: [64, 128, 256, 512], tolerance: 1e-8 },
  { problem: "circle", times: [1, 4], cells: [64, 128, 256], tolerance: 1e-7 },
  { problem: "coupled-well", times: [0.25, 1, 2], cells: [32, 48, 64, 128], tolerance: 1e-5 },
];
const LONG: readonly Case[] = [
  { problem: "trimer", times: [0.25], cells: [16, 24, 32], tolerance: 1e-6 },
  { problem: "mixture-of-gaussians", times: [0.25, 1], cells: [48, 64, 96], tolerance: 1e-4 },
];

type Run = Pick<Solution, "steps" | "snapshots">;
const WAYS: readonly { name: string; run(problem: Problem): Run }[] = [
  { name: "fixed, muscl", run: (problem) => solve(problem) },
  { name: "fixed, large-step", run: (problem) => solve(problem, { flux: "large-step" }) },
  { name: "moving", run: (problem) => solveMoving(problem) },
];
/** Runs longer than this are not repeated. */
const LONG_RUN = 3000;

const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function timed(run: () => Run): { solution: Run; milliseconds: number } {
  let least = Infinity;
  for (let repeat = 0; ; repeat++) {
    const start = cpuMilliseconds();
    const solution = run();
    const milliseconds = cpuMilliseconds() - start;
    least = Math.min(least, milliseconds);
    if (repeat === 2 || milliseconds > LONG_RUN) return { solution, milliseconds: least };
  }
}

async function table({ problem: name, times, cells, tolerance }: Case): Promise<void> {
  const time = { end: times[times.length - 1], snapshots: [...times] };
  const load = (count: number) => createProblem({ ...readGrid(name), time }, { cells: count });
  const exact = solveCharacteristics(await load(cells[0]), { tolerance });
  console.log(`\n**${name}** (errors against characteristics to ${tolerance}${exact.converged ? "" : ", not reached"})\n`);
  console.log(`| grid | cells an axis | steps | CPU, ms | ${times.map((t) => `error at t = ${t}`).join(" | ")} |`);
  console.log(`| --- | --- | --- | --- | ${times.map(() => "---").join(" | ")} |`);
  for (const way of WAYS) {
    for (const count of cells) {
      const problem = await load(count);
      const { solution, milliseconds } = timed(() => way.run(problem));
      const errors = solution.snapshots.map(({ observables, resolved }, s) => {
        const known = exact.snapshots[s].observables;
        const error = Math.max(...Object.keys(known).map((key) => Math.abs(observables[key] - known[key])));
        return `${error.toExponential(1)}${resolved ? "" : " *"}`;
      });
      console.log(`| ${[way.name, count, solution.steps, milliseconds.toFixed(0), ...errors].join(" | ")} |`);
    }
  }
}

console.log(`${cpus()[0].model}, Node ${process.version}, load ${loadavg()[0].toFixed(1)}; * peaks too narrow for the cells`);
for (const each of process.argv.includes("--quick") ? CASES : [...CASES, ...LONG]) await table(each);
