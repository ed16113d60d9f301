import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
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
  milliseconds: number;
}

/** From the sources, or the built command in BDPDE_BUILT, which starts sooner. @param untilPart kills so many milliseconds after something appears in the folder, rather than after the start. */
function run(args: readonly string[], kill: { after: number; untilPart: string | null } | null): Promise<Ended> {
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
    let watcher: ReturnType<typeof watch> | undefined;
    let timer: NodeJS.Timeout | undefined;
    const arm = () => {
      timer ??= setTimeout(() => child.kill("SIGKILL"), kill?.after);
    };
    if (kill !== null && kill.untilPart === null) arm();
    else if (kill?.untilPart != null) watcher = watch(kill.untilPart, { recursive: true }, arm);
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      watcher?.close();
      done({ code, signal, stderr, milliseconds: performance.now() - started });
    });
  });
}

/** Creates a folder with the inputs of every command, and the outputs of an earlier run, which is returned. */
async function prepare(folder: string, writer: Writer): Promise<Ended> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "problem.json"), JSON.stringify(PROBLEM));
  const problem = join(folder, "problem.json");
  if (writer.name === "compare") {
    await finish(["reference", problem, "--cells", "128", "--tolerance", "1e-2", "--out", join(folder, "reference.nc")]);
    await finish(["particles", problem, "--n", "500", "--dt", "0.05", "--replicas", "16", "--out", join(folder, "particles.npz")]);
  }
  return finish(writer.args(folder, true));
}

/** Exit codes of a run that has done its work: fine, a claim that does not hold, inconclusive. */
const DONE = [0, 1, 3];

async function finish(args: readonly string[]): Promise<Ended> {
  const ended = await run(args, null);
  if (!DONE.includes(ended.code ?? -1)) throw new Error(`bdpde ${args.join(" ")} exits with ${ended.code}: ${ended.stderr}`);
  return ended;
}

export interface Kill {
  writer: string;
  /** Whether outputs of an earlier run were there. */
  existing: boolean;
  /** Milliseconds after the start, or after the first change in the folder. */
  after: number;
  from: "start" | "first change";
  /** Whether the run had ended by itself before. */
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
    const { milliseconds } = await prepare(folder, writer);
    const old = contentsOf(folder, writer);
    const inputs = listing(folder);
    for (let k = 0; k < kills; k++) {
      const kill = await killOnce(folder, writer, {
        old,
        inputs,
        stream,
        milliseconds,
        existing: k % 2 === 0,
        fromStart: k % 3 === 2,
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
  /** Of the earlier run. */
  milliseconds: number;
  existing: boolean;
  fromStart: boolean;
}

async function killOnce(folder: string, writer: Writer, before: Before): Promise<Kill> {
  const { old, inputs, stream, milliseconds, existing, fromStart } = before;
  for (const [name, bytes] of old) {
    if (existing) writeFileSync(join(folder, name), bytes);
    else rmSync(join(folder, name), { force: true });
  }
  // From the first change on, which is when the part file is made: the work, and the end of it.
  const span = fromStart ? 1.1 * milliseconds : 0.6 * milliseconds;
  const after = span * stream.uniform();
  const ended = await run(writer.args(folder, false), { after, untilPart: fromStart ? null : folder });
  const found = Object.fromEntries(
    writer.outputs.map((name) => [name, stateOf(join(folder, name), existing ? old.get(name) : undefined)]),
  );
  const leftOver = listing(folder).filter((name) => !inputs.includes(name) && !writer.outputs.includes(name));
  if (leftOver.length > 0) await finish(writer.args(folder, false));
  const stillThere = listing(folder).filter((name) => !inputs.includes(name) && !writer.outputs.includes(name));
  return {
    writer: writer.name,
    existing,
    after,
    from: fromStart ? "start" : "first change",
    late: ended.signal !== "SIGKILL",
    found,
    leftOver,
    stillThere,
  };
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
