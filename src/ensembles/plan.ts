import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import { firstDifference } from "../files/first-difference.ts";
import { encodeNpy } from "../files/npz.ts";
import { zip } from "../files/zip.ts";
import { dataOf } from "../potential/compile-network.ts";
import type { Problem } from "../problem/problem.ts";
import type { ProblemDefinition } from "../problem-file/problem-file.ts";
import type { SchemeName } from "../schemes/schemes.ts";
import { version } from "../version.ts";

/**
 * What an ensemble is: all that its numbers depend on, and how many replicas of it are wanted. Two plans whose digests
 * agree have the same replicas, bit for bit.
 */
export interface EnsemblePlan {
  /** Of the shards and of this plan. */
  format: number;
  /** The version of bdpde, whose schemes may change. */
  version: string;
  /** The architecture of the processor: compilers of Node may fuse products and sums on one and not on another. */
  platform: string;
  /**
   * As a problem file holds it, with defaults filled in. The data of a network are a file in the folder of the
   * ensemble, whose name holds their digest.
   */
  problem: ProblemDefinition;
  scheme: SchemeName;
  n: number;
  dt: number;
  seed: number;
  /** Of a scheme with weights: see SimulateOptions. */
  resampleBelow?: number;
  /** Whether shards hold the particles at each snapshot. */
  particles: boolean;
  /** Replicas 0, ..., replicas - 1 are wanted. Not part of the digest: more may be wanted later. */
  replicas: number;
  /** Replicas of a shard. Not part of the digest: merged results do not depend on it. */
  shard: number;
}

/** Replicas from, ..., to - 1. */
export interface Range {
  from: number;
  to: number;
}

/** What is chosen beside the problem. */
export type PlanOptions = Pick<EnsemblePlan, "scheme" | "n" | "dt" | "seed" | "particles" | "replicas"> & {
  resampleBelow?: number;
  shard?: number;
};

export const ENSEMBLE_FORMAT = 1;

/** Files of an ensemble, about: folders of many more are slow to list. */
const MOST_SHARDS = 1024;

/** Replicas of a shard unless they are given: 16, or the least multiple of 16 with which there are at most 1024 shards. */
function defaultShard(replicas: number): number {
  return 16 * Math.max(1, Math.ceil(replicas / (16 * MOST_SHARDS)));
}

/** The file of a network's data beside the plan. */
export interface DataFile {
  name: string;
  bytes: Uint8Array;
}

export function createPlan(problem: Problem, options: PlanOptions): { plan: EnsemblePlan; data: DataFile | null } {
  const { scheme, n, dt, seed, resampleBelow, particles, replicas, shard = defaultShard(replicas) } = options;
  const data = dataFileOf(problem);
  const plan: EnsemblePlan = {
    format: ENSEMBLE_FORMAT,
    version,
    platform: process.arch,
    problem: withDataFile(problem.definition, data?.name),
    ...{ scheme, n, dt, seed, ...(resampleBelow === undefined ? {} : { resampleBelow }), particles, replicas, shard },
  };
  return { plan, data };
}

function dataFileOf({ compiled }: Problem): DataFile | null {
  const columns = dataOf(compiled);
  if (columns === null) return null;
  const bytes = zip(
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [
        `${name}.npy`,
        encodeNpy("<f8", [values.length], Float64Array.from(values)),
      ]),
    ),
  );
  return { name: `data-${sha256(bytes).slice(0, 24)}.npz`, bytes };
}

function withDataFile(definition: ProblemDefinition, name: string | undefined): ProblemDefinition {
  const copy = structuredClone(definition);
  if (name !== undefined && "network" in copy.potential && copy.potential.network.data !== undefined) {
    copy.potential.network.data.file = name;
  }
  return copy;
}

/** SHA-256 of all that the numbers of a replica depend on. */
export function digestOfPlan(plan: EnsemblePlan): string {
  return sha256(JSON.stringify(identityOf(plan)));
}

/** The plan without what changes no number, keys in order where their order has no meaning. */
function identityOf({ replicas: _, shard: __, problem, ...rest }: EnsemblePlan): Record<string, unknown> {
  return { ...rest, problem: identityOfDefinition(problem) };
}

function identityOfDefinition({ description: _, $schema: __, parameters = {}, ...definition }: ProblemDefinition): object {
  const sorted = Object.fromEntries(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...definition, parameters: sorted };
}

/** All of a problem that its numbers depend on; of the data of a network their digest, in the name of a file. */
export function identityOfProblem(problem: Problem): object {
  return identityOfDefinition(withDataFile(problem.definition, dataFileOf(problem)?.name));
}

/**
 * The name of the file of a shard: FROM-TO-DIGEST.npz, with the digest of the plan and the range. A file of this name
 * in the folder has these replicas and no others, or is damaged.
 */
export function shardName(digest: string, { from, to }: Range): string {
  const digits = (replica: number) => String(replica).padStart(8, "0");
  return `${digits(from)}-${digits(to)}-${sha256(`${digest} ${from} ${to}`).slice(0, 24)}.npz`;
}

const NAME = /^(\d{8,})-(\d{8,})-[0-9a-f]{24}\.npz$/;

/** The range that a name of a shard holds; null for other names. */
export function rangeOfName(name: string): Range | null {
  const [, from, to] = NAME.exec(name) ?? [];
  return from === undefined ? null : { from: Number(from), to: Number(to) };
}

/** @throws InputError where this bdpde, on this machine, does not compute the numbers of the plan of a folder */
export function checkMaker(folder: string, plan: EnsemblePlan): void {
  checkSameEnsemble(folder, plan, { ...plan, version, platform: process.arch });
}

/** @throws InputError where the two are different ensembles: it names the first field that differs */
export function checkSameEnsemble(folder: string, found: EnsemblePlan, wanted: EnsemblePlan): void {
  if (digestOfPlan(found) === digestOfPlan(wanted)) return;
  const difference = firstDifference(identityOf(found), identityOf(wanted));
  const { field, ...differ } = difference ?? {
    field: "order of variables or observables",
    found: "another",
    wanted: "that of the file",
  };
  const remedy =
    field === "version" || field === "platform" || field === "format"
      ? `finish it with that ${field === "platform" ? "machine" : "version of bdpde"}, or choose another folder`
      : "choose another folder";
  throw new InputError(
    "--dir",
    folder,
    `holds another ensemble: its ${field} is ${differ.found}, and this one's ${differ.wanted}`,
    remedy,
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
