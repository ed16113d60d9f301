import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { File as HdfFile, ready } from "h5wasm/node";
import { createStream, type RandomStream } from "../../src/numerics/random.ts";

/**
 * Every command that writes is killed (SIGKILL) at random moments. Each output must then be whole: that of an earlier run, bit for bit, or of this
 * one; where there was none before, it may also be missing. What a killed run leaves beside them, the next run to the same place removes.
 */
export interface Writer {
  name: string;
  /** @param earlier whether it is the run whose outputs are there before, of other numbers. */
  args(folder: string, earlier: boolean): string[];
  outputs: readonly string[];
}

const root = resolve(import.meta.dirname, "../..");

/** The longer and the shorter run write files of different sizes. */
const endOf = (earlier: boolean) => ["--end", earlier ? "0.25" : "0.5"];

export const WRITERS: readonly Writer[] = [
  {
    name: "solve",
    args: (f, earlier) => ["solve", join(f, "problem.json"), ...endOf(earlier), "--cells", "256", "--out", join(f, "run.nc"), "--summary", join(f, "run.json"), "--force"],
    outputs: ["run.nc", "run.json"],
  },
  {
    name: "solve --method characteristics",
    args: (f, earlier) => ["solve", join(f, "problem.json"), "--method", "characteristics", ...endOf(earlier), "--out", join(f, "run.nc"), "--summary", join(f, "run.json"), "--force"],
    outputs: ["run.nc", "run.json"],
  },
  {
    name: "particles",
    args: (f, earlier) => ["particles", join(f, "problem.json"), ...endOf(earlier), "--n", "2000", "--dt", "0.05", "--replicas", "24", "--workers", "1", "--out", join(f, "run.npz"), "--summary", join(f, "run.json"), "--force"],
    outputs: ["run.npz", "run.json"],
  },
  {
    name: "reference",
    args: (f, earlier) => ["reference", join(f, "problem.json"), ...endOf(earlier), "--cells", "128", "--tolerance", "1e-2", "--out", join(f, "run.nc"), "--summary", join(f, "run.json"), "--force"],
    outputs: ["run.nc", "run.json"],
  },
  {
    name: "fluctuations",
    args: (f, earlier) => ["fluctuations", join(f, "problem.json"), ...endOf(earlier), "--n", "1000", "--dt", "0.05", "--summary", join(f, "run.json"), "--force"],
    outputs: ["run.json"],
  },
  {
    name: "compare",
    args: (f, earlier) => ["compare", join(f, "reference.nc"), join(f, "particles.npz"), "--power", earlier ? "0.5" : "0.05", "--summary", join(f, "run.json"), "--force"],
    outputs: ["run.json"],
  },
  {
    name: "validate",
    args: (f, earlier) => ["validate", "--study", earlier ? "order" : "conservation", "--quick", "--workers", "1", "--report", join(f, "report"), "--force"],
    outputs: ["report/report.html", "report/report.json"],
  },
]; // biome-ignore format: a table

/** A problem whose files are of some size: 200 snapshots. */
const PROBLEM = {
  name: "killed",
  variables: { x: { min: -3.5, max: 3.5, cells: 256 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 2,
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 0.5, snapshots: Array.from({ length: 11 }, (_, k) => k / 20) },
  observables: { mean: "x", second: "x^2" },
};

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  /** From the start to the end, and from the first change in the folder to the end. */
  milliseconds: Record<"start" | "first change", number>;
}

/**
 * From when the milliseconds to a kill are counted: the start, the first change in the folder, which is when the part files are made, or the first event of the
 * name of an output, which is when the first of them is put in its place.
 */
const FROM = ["start", "first change", "first output"] as const;
type From = (typeof FROM)[number];

/** From the sources, or the built command in BDPDE_BUILT, which starts sooner. */
function run(
  args: readonly string[],
  watched: { folder: string; writer: Writer },
  kill: { after: number; from: From } | null,
): Promise<Ended> {
  return new Promise((done, fail) => {
    const started = performance.now();
    const built = process.env.BDPDE_BUILT;
    const command = built === undefined ? ["--import", "tsx/esm", join(root, "src/cli/main.ts")] : [resolve(built)];
    const child = spawn(process.execPath, [...command, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      cwd: root,
    });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    let timer: NodeJS.Timeout | undefined;
    let changed: number | null = null;
    const arm = (from: From) => {
      if (kill?.from !== from || timer !== undefined) return;
      if (kill.after === 0) child.kill("SIGKILL");
      else timer = setTimeout(() => child.kill("SIGKILL"), kill.after);
    };
    const names = watched.writer.outputs.map((name) => basename(name));
    const watcher = watch(watched.folder, { recursive: true }, (_, name) => {
      changed ??= performance.now();
      arm("first change");
      if (name !== null && names.includes(basename(name)) && !name.includes("unfinished")) arm("first output");
    });
    arm("start");
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      watcher.close();
      const now = performance.now();
      done({ code, signal, stderr, milliseconds: { start: now - started, "first change": now - (changed ?? now) } });
    });
  });
}

/** Creates a folder with the inputs of every command, and the outputs of an earlier run. */
async function prepare(folder: string, writer: Writer): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "problem.json"), JSON.stringify(PROBLEM));
  const problem = join(folder, "problem.json");
  const watched = { folder, writer };
  if (writer.name === "compare") {
    await finish(["reference", problem, "--cells", "128", "--tolerance", "1e-2", "--out", join(folder, "reference.nc")], watched);
    await finish(
      ["particles", problem, "--n", "500", "--dt", "0.05", "--replicas", "16", "--out", join(folder, "particles.npz")],
      watched,
    );
  }
  await finish(writer.args(folder, true), watched);
}

/** Exit codes of a run that has done its work: fine, a claim that does not hold, inconclusive. */
const DONE = [0, 1, 3];

async function finish(args: readonly string[], watched: { folder: string; writer: Writer }): Promise<Ended> {
  const ended = await run(args, watched, null);
  if (!DONE.includes(ended.code ?? -1)) throw new Error(`bdpde ${args.join(" ")} exits with ${ended.code}: ${ended.stderr}`);
  return ended;
}

export interface Kill {
  writer: string;
  /** Whether outputs of an earlier run were there. */
  existing: boolean;
  after: number;
  from: From;
  /** Whether every run had ended by itself before, those of further attempts as well. */
  late: boolean;
  /** Of each output: `old`, `new`, `missing`, or what is wrong. */
  found: Record<string, string>;
  /** What else was left, and what of it is still there after the next run. */
  leftOver: string[];
  stillThere: string[];
}

export interface KillConfig {
  writers: readonly Writer[];
  /** Of each writer. */
  kills: number;
  seed: number;
  folder: string;
  onKill?: (kill: Kill) => void;
}

export async function measureKills({ writers, kills, seed, folder, onKill }: KillConfig): Promise<Kill[]> {
  await ready;
  const all: Kill[] = [];
  for (const [w, writer] of writers.entries()) {
    const stream = createStream(seed, w);
    await prepare(folder, writer);
    const old = contentsOf(folder, writer);
    const inputs = listing(folder);
    const { milliseconds } = await finish(writer.args(folder, false), { folder, writer });
    for (let k = 0; k < kills; k++) {
      const kill = await killOnce(folder, writer, {
        old,
        inputs,
        stream,
        milliseconds,
        existing: k % 3 !== 2,
        from: FROM[(k + Math.floor(k / 3)) % 3],
      });
      all.push(kill);
      onKill?.(kill);
    }
  }
  return all;
}

interface Before {
  old: ReadonlyMap<string, Buffer>;
  inputs: readonly string[];
  stream: RandomStream;
  /** Of a whole run. */
  milliseconds: Ended["milliseconds"];
  existing: boolean;
  from: From;
}

/** Runs that may end before they are killed, until one is. */
const ATTEMPTS = 5;

async function killOnce(folder: string, writer: Writer, before: Before): Promise<Kill> {
  const { old, inputs, stream, milliseconds, existing, from } = before;
  let after = 0;
  let ended: Ended;
  let attempt = 0;
  do {
    for (const [name, bytes] of old) {
      if (existing) writeFileSync(join(folder, name), bytes);
      else rmSync(join(folder, name), { force: true });
    }
    // By shares of the time that a whole run needed; the moment between two outputs is too short to be met but by its event.
    after = from === "first output" ? 0 : milliseconds[from] * stream.uniform();
    ended = await run(writer.args(folder, false), { folder, writer }, { after, from });
    attempt++;
  } while (ended.signal !== "SIGKILL" && attempt < ATTEMPTS);
  const found = Object.fromEntries(
    writer.outputs.map((name) => [name, stateOf(join(folder, name), existing ? old.get(name) : undefined)]),
  );
  if (writer.name === "validate") Object.assign(found, pairOf(folder, found));
  const leftOver = listing(folder).filter((name) => !inputs.includes(name) && !writer.outputs.includes(name));
  if (leftOver.length > 0) await finish(writer.args(folder, false), { folder, writer });
  const stillThere = listing(folder).filter((name) => !inputs.includes(name) && !writer.outputs.includes(name));
  return {
    writer: writer.name,
    existing,
    after,
    from,
    late: ended.signal !== "SIGKILL",
    found,
    leftOver,
    stillThere,
  };
}

/** A page and a json of two runs must not pass for a report: the json holds the digest of its page. */
function pairOf(folder: string, found: Record<string, string>): Record<string, string> {
  const [html, json] = ["report.html", "report.json"].map((name) => join(folder, "report", name));
  if (!existsSync(html) || !existsSync(json)) return {};
  const { page } = JSON.parse(readFileSync(json, "utf8"));
  const belong = page.sha256 === createHash("sha256").update(readFileSync(html)).digest("hex");
  const same = found["report/report.html"] === found["report/report.json"];
  return { pair: belong === same ? (same ? found["report/report.json"] : "new") : "broken: a pair of two runs passes for one" };
}

function contentsOf(folder: string, { outputs }: Writer): Map<string, Buffer> {
  return new Map(outputs.map((name) => [name, readFileSync(join(folder, name))]));
}

function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** Whether a kill left an output that is neither whole nor, where there was none before, missing. */
export function isBroken({ found, existing }: Kill): boolean {
  return Object.values(found).some((state) => !(state === "old" || state === "new" || (state === "missing" && !existing)));
}

function stateOf(path: string, old: Buffer | undefined): string {
  if (!existsSync(path)) return "missing";
  const bytes = readFileSync(path);
  if (old !== undefined && bytes.equals(old)) return "old";
  try {
    checkWhole(path, bytes);
    return "new";
  } catch (error) {
    return `broken: ${(error as Error).message}`;
  }
}

/** Reads a file to its end. @throws where that cannot be done */
function checkWhole(path: string, bytes: Buffer): void {
  if (path.endsWith(".json")) JSON.parse(bytes.toString("utf8"));
  else if (path.endsWith(".html")) {
    if (!/<\/html>\s*$/.test(bytes.toString("utf8"))) throw new Error("the end of the page is missing");
  } else if (path.endsWith(".npz")) {
    for (const [name, data] of Object.entries(unzipSync(bytes))) if (data.length === 0) throw new Error(`${name} is empty`);
  } else {
    const file = new HdfFile(path, "r");
    try {
      const names = file.keys();
      if (names.length === 0) throw new Error("no variables");
      for (const name of names) {
        const item = file.get(name);
        if (item !== null && "value" in item && item.value === null) throw new Error(`${name} cannot be read`);
      }
    } finally {
      file.close();
    }
  }
}
