import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStream } from "../../src/numerics/random.ts";
import { type Moment, runKilled } from "./run-killed.ts";

/**
 * Commands that keep what they have done are killed (SIGKILL) at random moments, by the clock and while they write, and started again until they end by themselves. Their outputs must then be those of a run that nobody
 * killed, but for recorded times; where something was kept before, a start says from where it goes on; and no part file is left.
 */
export interface Resumable {
  name: string;
  args(folder: string): string[];
  outputs: readonly string[];
  /** Where it keeps what it has done. */
  kept: string;
}

/** Where in a run a kill fell, by what lies in the folder after it. */
export const PHASES = [
  "before anything was kept",
  "with some kept",
  "while a kept file was written",
  "with all kept and no output in place",
  "between two outputs",
  "with the outputs in place",
] as const;
export type Phase = (typeof PHASES)[number];

export interface ResumeKills {
  name: string;
  kills: number;
  phases: Record<Phase, number>;
  /** Starts that found something, and said so. */
  resumed: number;
  /** Runs that ended by themselves, after any number of kills. */
  ended: number;
  /** What was wrong, in sentences. */
  broken: string[];
}

/** Of a run that ends by itself: those of its verdict. */
const VERDICTS = [0, 1, 3];

/** States are kept often enough for runs of a second or two. */
const OFTEN = ["--checkpoint-every", "0.02"];
const WRITES = (f: string) => ["--out", join(f, "run.nc"), "--summary", join(f, "run.json"), "--force"];
const NUMBERS = { outputs: ["run.nc", "run.json"], kept: "kept" };

const REPORTS = { outputs: ["report/report.json", "report/report.html"], kept: "report/resume" };
const PREDICTIONS = { outputs: ["run.json"], kept: "kept" };

const solveWith = (name: string, ...options: string[]): Resumable => ({
  name,
  args: (f) => ["solve", join(f, "problem.json"), ...options, "--checkpoint", join(f, "kept"), ...OFTEN, ...WRITES(f)],
  ...NUMBERS,
});

export const RESUMABLES: readonly Resumable[] = [
  solveWith("solve"),
  solveWith("solve --grid moving", "--grid", "moving"),
  solveWith("solve --tolerance", "--tolerance", "1e-5", "--cells", "64"),
  solveWith("solve --method characteristics", "--method", "characteristics", "--end", "0.3"),
  solveWith("solve --method spectral", "--method", "spectral", "--end", "0.3", "--tolerance", "1e-5"),
  {
    name: "reference",
    args: (f) => ["reference", join(f, "problem.json"), "--cells", "128", "--tolerance", "3e-3", "--checkpoint", join(f, "kept"), ...OFTEN, ...WRITES(f)],
    ...NUMBERS,
  },
  {
    name: "fluctuations",
    args: (f) => ["fluctuations", join(f, "problem.json"), "--n", "200", "--replicas", "400", "--checkpoint", join(f, "kept"), ...OFTEN, "--summary", join(f, "run.json"), "--force"],
    ...PREDICTIONS,
  },
  {
    name: "fluctuations in the plane",
    args: (f) => ["fluctuations", "grids/coupled-well.json", "--nodes", "16", "--end", "0.25", "--n", "200", "--replicas", "30", "--checkpoint", join(f, "kept"), ...OFTEN, "--summary", join(f, "run.json"), "--force"],
    ...PREDICTIONS,
  },
  {
    name: "validate",
    args: (f) => ["validate", join(f, "small.json"), "--study", "agreement,lln,fluctuations", "--quick", "--workers", "1", "--report", join(f, "report"), "--resume", "--force"],
    ...REPORTS,
  },
  {
    name: "validate in parts",
    args: (f) => ["validate", join(f, "small.json"), "--study", "mean-field-map", "--quick", "--workers", "1", "--report", join(f, "report"), "--resume", "--force"],
    ...REPORTS,
  },
]; // biome-ignore format: a table

const PROBLEM = {
  name: "killed and resumed",
  variables: { x: { min: -3.5, max: 3.5, cells: 256 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x", K: { type: "convolution", expression: "0.5*exp(-2*x^2)" } },
  alpha: "2 + sin(t)",
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 1, snapshots: 10 },
  observables: { mean: "x", second: "x^2" },
};

/** For studies: their replicas are many, so they are cheap. */
const SMALL = {
  ...PROBLEM,
  variables: { x: { min: -3.5, max: 3.5, cells: 64 } },
  potential: { F: PROBLEM.potential.F },
  time: { end: 0.25, snapshots: 2 },
  observables: { mean: "x" },
};

export async function measureResumes({
  resumables,
  kills,
  seed,
  folder,
  onKill = () => {},
}: {
  resumables: readonly Resumable[];
  kills: number;
  seed: number;
  folder: string;
  onKill?: (text: string) => void;
}): Promise<ResumeKills[]> {
  const measured: ResumeKills[] = [];
  for (const [k, resumable] of resumables.entries()) {
    const stream = createStream(seed, k);
    const phases = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
    const found: ResumeKills = { name: resumable.name, kills: 0, phases, resumed: 0, ended: 0, broken: [] };
    begin(folder);
    let changes = 0;
    const watcher = watch(folder, { recursive: true }, () => changes++);
    const started = performance.now();
    const whole = await runKilled(resumable.args(folder), null, VERDICTS);
    let duration = performance.now() - started;
    watcher.close();
    if (whole.killed) throw new Error(`${resumable.name} was killed by others`);
    const expected = outputsOf(folder, resumable);
    const all = keptIn(folder, resumable);
    begin(folder);
    let attempts = 0;
    while (found.kills < kills || attempts > 0) {
      const before = keptIn(folder, resumable);
      const earlier = { placed: inodesOf(folder, resumable), parts: partsIn(folder, resumable), all };
      const share = stream.uniform();
      const moment: Moment | null =
        found.kills >= kills
          ? null
          : found.kills % 2 === 0
            ? { milliseconds: share * duration }
            : { changes: 1 + Math.floor(share * changes), folder };
      const startedAgain = performance.now();
      const { killed, stderr } = await runKilled(resumable.args(folder), moment, VERDICTS);
      // The machine may be busier or calmer than it was.
      if (!killed && attempts === 0) duration = performance.now() - startedAgain;
      attempts++;
      const said = stderr.includes("goes on from");
      if (before > 0 && said) found.resumed++;
      // A run that was killed early had no time to say so.
      if (before > 0 && !said && !killed)
        found.broken.push(`${before} files were kept and the start does not say from where it goes on`);
      if (stderr.includes("warning: ") && stderr.includes("set aside")) found.broken.push(stderr);
      const phase = phaseOf(folder, resumable, earlier);
      onKill(
        `${resumable.name}, ${killed ? `killed ${describe(moment)}, ${phase}` : "ended"}: ${before} files kept before, ${keptIn(folder, resumable)} now`,
      );
      if (killed) {
        found.kills++;
        phases[phase]++;
        continue;
      }
      found.ended++;
      for (const [name, content] of outputsOf(folder, resumable)) {
        const whole = expected.get(name) as string;
        if (content !== whole)
          found.broken.push(`${name} differs from that of an undisturbed run: ${firstDifference(content, whole)}`);
      }
      const left = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".part"));
      if (left.length > 0) found.broken.push(`left ${left.join(", ")}`);
      begin(folder);
      attempts = 0;
    }
    measured.push(found);
  }
  return measured;
}

function begin(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "problem.json"), JSON.stringify(PROBLEM));
  writeFileSync(join(folder, "small.json"), JSON.stringify(SMALL));
}

/** What a start may go on from: a snapshot without a state, which is written after it, is none. */
function keptIn(folder: string, { kept }: Resumable): number {
  const path = join(folder, kept);
  return existsSync(path) ? readdirSync(path).filter((name) => /(?<!-snapshot-\d+)\.kept$/.test(name)).length : 0;
}

function describe(moment: Moment | null): string {
  if (moment === null) return "by others";
  return "milliseconds" in moment ? `after ${moment.milliseconds.toFixed(0)} ms` : `at change ${moment.changes} of a file`;
}

interface Earlier {
  /** Inodes of the outputs before the run. */
  placed: (number | null)[];
  /** Part files of kills before. */
  parts: string[];
  /** How many files a whole run keeps. */
  all: number;
}

function phaseOf(folder: string, resumable: Resumable, { placed, parts, all }: Earlier): Phase {
  const fresh = inodesOf(folder, resumable).filter((inode, k) => inode !== null && inode !== placed[k]).length;
  if (fresh > 0) return fresh < resumable.outputs.length ? "between two outputs" : "with the outputs in place";
  if (partsIn(folder, resumable).some((name) => !parts.includes(name))) return "while a kept file was written";
  const count = keptIn(folder, resumable);
  if (count === 0) return "before anything was kept";
  return count < all ? "with some kept" : "with all kept and no output in place";
}

function partsIn(folder: string, { kept }: Resumable): string[] {
  const path = join(folder, kept);
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".part")) : [];
}

/** Of each output; null where there is none. */
function inodesOf(folder: string, { outputs }: Resumable): (number | null)[] {
  return outputs.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.ino ?? null);
}

/** The outputs without recorded times, and what is made of these. */
function outputsOf(folder: string, { outputs }: Resumable): Map<string, string> {
  return new Map(
    outputs.map((name) => {
      const bytes = readFileSync(join(folder, name));
      if (!name.endsWith(".json"))
        return [name, name.endsWith(".html") ? withoutTimes(bytes.toString("utf8")) : bytes.toString("base64")];
      const timeless = (key: string, value: unknown) => (/^(seconds|elapsedSeconds|sha256)$/.test(key) ? null : value);
      return [name, withoutTimes(JSON.stringify(JSON.parse(bytes.toString("utf8")), timeless))];
    }),
  );
}

function firstDifference(a: string, b: string): string {
  const at = Array.from(a).findIndex((character, k) => character !== b[k]);
  const near = (text: string) => text.slice(Math.max(0, at - 60), at + 60);
  return at < 0 ? "it is shorter" : `${near(a)} and not ${near(b)}`;
}

/** Without seconds as the page and the notes of a report print them. */
const withoutTimes = (text: string) => text.replaceAll(/\d+(\.\d+)? s\b/g, "");
