import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../errors.ts";
import { makeFolder } from "../files/make-folder.ts";
import { putInPlace, removeFile, takePlace } from "../files/part-file.ts";
import { checkSimulateOptions } from "../particles/simulate-options.ts";
import { columnsOf } from "../potential/compile-network.ts";
import { createProblem, type Problem } from "../problem/problem.ts";
import { readNetworkData } from "../problem-file/read-network-data.ts";
import { checkSameEnsemble, createPlan, type DataFile, digestOfPlan, ENSEMBLE_FORMAT, type EnsemblePlan } from "./plan.ts";
import type { OpenEnsemble } from "./shard-file.ts";

/**
 * The folder of an ensemble:
 *
 *   ensemble.json     the plan
 *   data-DIGEST.npz   the data of a network, where it has any
 *   shards/           whole shards, FROM-TO-DIGEST.npz
 *   work/             shards that are being written (part-file.ts), and lists of work
 */
export const PLAN_FILE = "ensemble.json";

export const shardsOf = (folder: string) => join(folder, "shards");
export const workOf = (folder: string) => join(folder, "work");

/**
 * Opens the folder of an ensemble that a command describes, or creates it. The number of replicas and the size of
 * shards of the newest command stand.
 *
 * @param announce receives the path of a temporary file before it is created.
 * @throws InputError for a folder of another ensemble, for one that holds something else, and for one that cannot be written
 */
export function openFolder(
  folder: string,
  { plan, data }: { plan: EnsemblePlan; data: DataFile | null },
  problem: Problem,
  announce: (part: string) => void = () => {},
): OpenEnsemble {
  if (!existsSync(join(folder, PLAN_FILE))) {
    const others = existsSync(folder) ? namesIn(folder).filter((name) => !OURS.test(name)) : [];
    if (others.length > 0)
      throw new InputError(
        "--dir",
        folder,
        "holds other files and no ensemble",
        "choose an empty folder, or one that is not there",
      );
  } else {
    const found = readPlan(folder);
    checkSameEnsemble(folder, found, plan);
    if (found.replicas === plan.replicas && found.shard === plan.shard)
      return { folder, plan, problem, digest: digestOfPlan(plan) };
  }
  try {
    for (const path of [folder, shardsOf(folder), workOf(folder)]) makeFolder(path);
    if (data !== null) writeWhole(join(folder, data.name), data.bytes, announce);
    writeWhole(join(folder, PLAN_FILE), `${JSON.stringify(plan, null, 2)}\n`, announce);
  } catch (error) {
    throw new InputError("--dir", folder, `cannot be written (${(error as Error).message})`, remedyFor(error));
  }
  // Another command may have created the folder at the same moment.
  checkSameEnsemble(folder, readPlan(folder), plan);
  return { folder, plan, problem, digest: digestOfPlan(plan) };
}

function remedyFor(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["ENOSPC", "EDQUOT"].includes(code) ? "free the disk, or choose another folder" : "choose another folder";
}

/** What may stand in a folder that a killed command was about to make one of an ensemble. */
const OURS = /^(shards|work|data-[0-9a-f]{24}\.npz|\..*\.part)$/;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new InputError("--dir", folder, `cannot be read (${(error as Error).message})`, "give the path of a folder");
  }
}

/** The ensemble of a folder. @throws InputError where it holds none */
export async function readFolder(folder: string): Promise<OpenEnsemble> {
  const plan = readPlan(folder);
  const { potential } = plan.problem;
  const network = "network" in potential ? potential.network : undefined;
  const data =
    network?.data === undefined
      ? null
      : await readNetworkData(
          join(folder, network.data.file),
          columnsOf(network, plan.problem.parameters),
          network.data.inputs.length,
        );
  const problem = await createProblem(plan.problem, {}, data);
  const file = network?.data?.file;
  if (file !== createPlan(problem, plan).data?.name)
    throw new InputError(folder, undefined, `holds other data in ${file} than it was begun with`, "put the first ones back");
  try {
    checkSimulateOptions(problem, plan.scheme, plan);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refuseDamaged(folder, ` (${error.message})`);
  }
  return { folder, plan, problem, digest: digestOfPlan(plan) };
}

function refuseDamaged(folder: string, why = ""): never {
  const remedy = "run the command that began it again with a new folder, and move the shards there";
  throw new InputError(folder, undefined, `has a damaged ${PLAN_FILE}${why}`, remedy);
}

function readPlan(folder: string): EnsemblePlan {
  const path = join(folder, PLAN_FILE);
  const refuse = (what: string, remedy: string): never => {
    throw new InputError(folder, undefined, what, remedy);
  };
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    refuse("holds no ensemble", "give the folder of bdpde ensemble run --dir");
  }
  try {
    const plan = JSON.parse(text) as EnsemblePlan;
    if (plan.format === ENSEMBLE_FORMAT && isPlan(plan)) return plan;
    if (typeof plan.format === "number" && plan.format !== ENSEMBLE_FORMAT)
      refuse(`is of format ${plan.format}, and this bdpde reads ${ENSEMBLE_FORMAT}`, `use bdpde ${plan.version}`);
  } catch (error) {
    if (error instanceof InputError) throw error;
  }
  return refuseDamaged(folder);
}

function isPlan(plan: EnsemblePlan): boolean {
  const counts = [plan.n, plan.replicas, plan.shard];
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  return (
    counts.every((count) => Number.isInteger(count) && count > 0) &&
    Number.isInteger(plan.seed) &&
    typeof plan.particles === "boolean" &&
    isObject(plan.problem) &&
    isObject(plan.problem.potential)
  );
}

function writeWhole(target: string, content: Uint8Array | string, announce: (part: string) => void): void {
  const taken = takePlace(target, { announce });
  // Another command writes the same at this moment.
  if ("busy" in taken) return;
  try {
    writeFileSync(taken.part, content);
    putInPlace(taken.part, target, !existsSync(target));
  } finally {
    removeFile(taken.part);
  }
}
