import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStream } from "../../src/numerics/random.ts";
import { runKilled } from "./run-killed.ts";

/**
 * Commands that keep what they have done are killed (SIGKILL) at random moments and started again until they end by themselves. Their outputs must then be those of a run that nobody
 * killed, but for recorded times; where something was kept before, a start says from where it goes on; and no part file is left.
 */
export interface Resumable {
  name: string;
  args(folder: string): string[];
  outputs: readonly string[];
  /** Where it keeps what it has done. */
  kept: string;
}

export interface ResumeKills {
  name: string;
  kills: number;
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
    args: (f) => ["validate", "--study", "order,conservation", "--quick", "--workers", "1", "--report", join(f, "report"), "--resume"],
    ...REPORTS,
  },
  {
    name: "validate in parts",
    args: (f) => ["validate", "--study", "mean-field-map", "--quick", "--workers", "1", "--report", join(f, "report"), "--resume"],
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
  const all: ResumeKills[] = [];
  for (const [k, resumable] of resumables.entries()) {
    const stream = createStream(seed, k);
    const found: ResumeKills = { name: resumable.name, kills: 0, resumed: 0, ended: 0, broken: [] };
    begin(folder);
    const started = performance.now();
    const whole = await runKilled(resumable.args(folder), null, VERDICTS);
    const duration = performance.now() - started;
    if (whole.killed) throw new Error(`${resumable.name} was killed by others`);
    const expected = outputsOf(folder, resumable);
    begin(folder);
    let attempts = 0;
    while (found.kills < kills || attempts > 0) {
      const before = keptIn(folder, resumable);
      const after = found.kills < kills ? duration * stream.uniform() : null;
      const { killed, stderr } = await runKilled(resumable.args(folder), after, VERDICTS);
      attempts++;
      const said = stderr.includes("goes on from");
      if (before > 0 && said) found.resumed++;
      // A run that was killed early had no time to say so.
      if (before > 0 && !said && !killed)
        found.broken.push(`${before} files were kept and the start does not say from where it goes on`);
      if (stderr.includes("warning: ") && stderr.includes("set aside")) found.broken.push(stderr);
      onKill(
        `${resumable.name}, ${killed ? `killed after ${after?.toFixed(0)} ms` : "ended"}: ${before} files kept before, ${keptIn(folder, resumable)} now`,
      );
      if (killed) {
        found.kills++;
        continue;
      }
      found.ended++;
      for (const [name, content] of outputsOf(folder, resumable)) {
        if (content !== expected.get(name)) found.broken.push(`${name} differs from that of an undisturbed run`);
      }
      const left = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".part"));
      if (left.length > 0) found.broken.push(`left ${left.join(", ")}`);
      begin(folder);
      attempts = 0;
    }
    all.push(found);
  }
  return all;
}

function begin(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "problem.json"), JSON.stringify(PROBLEM));
}

/** What a start may go on from: a snapshot without a state, which is written after it, is none. */
function keptIn(folder: string, { kept }: Resumable): number {
  const path = join(folder, kept);
  return existsSync(path) ? readdirSync(path).filter((name) => /(?<!-snapshot-\d+)\.kept$/.test(name)).length : 0;
}

/** The outputs without recorded times, and what is made of these. */
function outputsOf(folder: string, { outputs }: Resumable): Map<string, string> {
  return new Map(
    outputs.map((name) => {
      const bytes = readFileSync(join(folder, name));
      if (!name.endsWith(".json"))
        return [name, name.endsWith(".html") ? withoutTimes(bytes.toString("utf8")) : bytes.toString("base64")];
      const timeless = (key: string, value: unknown) => (/^(seconds|elapsedSeconds|sha256)$/.test(key) ? null : value);
      return [name, JSON.stringify(JSON.parse(bytes.toString("utf8")), timeless)];
    }),
  );
}

/** Seconds as the page of a report prints them. */
const withoutTimes = (html: string) => html.replaceAll(/\d+(\.\d+)? s\b/g, "");
