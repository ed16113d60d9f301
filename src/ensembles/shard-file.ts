import { closeSync, fstatSync, openSync, readSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { encodeNpy, encodeText, particleMembers } from "../files/npz.ts";
import { createParticlesFile, particleArrays } from "../files/particles-file.ts";
import { centralDirectory, localHeader, type StoredMember } from "../files/stored-zip.ts";
import { zip } from "../files/zip.ts";
import { profileLength, projectionsOf } from "../measures/distance-profile.ts";
import { LEAF } from "../numerics/moment-tree.ts";
import { type ReplicaRecord, rowWidth } from "../particles/replica-record.ts";
import type { Problem } from "../problem/problem.ts";
import { WEIGHTED_SCHEMES } from "../schemes/schemes.ts";
import type { EnsemblePlan, Range } from "./plan.ts";

/**
 * A shard: replicas from, ..., to - 1 of an ensemble in a NumPy archive (.npz, stored, without dates), its members in this order:
 *
 *   theta       float64 [replica, snapshot, particle, variable], where particles are kept
 *   weights     float64 [replica, snapshot, particle], where those have any
 *   time, variables, dt, seed, scheme   as in every .npz of particles
 *   shard       text: format, version and platform, the digest of the ensemble, from and to
 *   rows        float64 [replica, snapshot, quantity]: means of the observables, then the diagnostics (ReplicaRecord.table)
 *   profiles    uint32 [group, snapshot, face]: how many particles, or 2^27ths of weight, lie below each face of the projections (distance-profile.ts), summed over a group
 *
 * A group is one replica below 256, and from there those of a leaf of 16 that are in the shard: whole numbers, so their
 * sums are exact in any order. Sums of leaves follow from the rows (moment-tree.ts), so merged results do not depend on
 * how replicas are cut into shards.
 *
 * All but theta, weights, rows and profiles is known before a file is read, so a reader compares every byte: the CRC-32
 * of those, the rest as it is. The same replicas have the same bytes.
 */

/** Of what a shard is a part. */
export interface OpenEnsemble {
  folder: string;
  plan: EnsemblePlan;
  problem: Problem;
  /** Of the plan. */
  digest: string;
}

/** A file that is no whole shard of its name. */
export class ShardError extends Error {
  override readonly name = "ShardError";
}

export interface ShardFile {
  /** In any order. @throws the error of the system where the disk fails, as finish does */
  addReplica(record: ReplicaRecord): void;
  /** Closes the file, with every replica in it. */
  finish(): void;
  abandon(): void;
}

/** Replicas below this have a profile each: of fewer than 256, groups of 16 would leave too few to judge by. */
const SINGLE = 256;

/** Writes a shard into a file that exists and is empty. */
export function createShardFile(path: string, ensemble: OpenEnsemble, range: Range): ShardFile {
  const { plan, problem } = ensemble;
  const { from, to } = range;
  const { rows: width, faces } = lengthsOf(ensemble);
  const starts = groupStarts(range);
  const rows = new Float64Array((to - from) * width);
  const profiles = new Uint32Array(starts.length * faces);
  const meta = { ...plan, weighted: isWeightedPlan(plan), replicas: to - from };
  const archive = plan.particles ? createParticlesFile(path, problem, meta) : null;
  return {
    addReplica({ replica, table, positions, weights, profile }) {
      if (profile === null || (plan.particles && positions === null))
        throw new RangeError("a record without its profile or particles");
      rows.set(table, (replica - from) * width);
      const group = starts.findLastIndex((start) => start <= replica);
      for (let g = 0; g < faces; g++) profiles[group * faces + g] += profile[g];
      if (positions !== null) archive?.addReplica(replica - from, positions, weights);
    },
    finish() {
      const more = membersOf(ensemble, range, rows, profiles);
      if (archive !== null) archive.finish(more);
      else writeFileSync(path, zip({ ...particleMembers(problem, meta), ...more }));
    },
    abandon() {
      try {
        archive?.abandon();
      } catch {
        // It is closed already.
      }
    },
  };
}

/** Whether the particles of an ensemble have weights. */
export const isWeightedPlan = ({ scheme }: Pick<EnsemblePlan, "scheme">): boolean => WEIGHTED_SCHEMES.includes(scheme);

/** First replicas of the groups of a range. */
export function groupStarts({ from, to }: Range): number[] {
  const starts: number[] = [];
  for (let r = from; r < to; r++) if (r === from || r < SINGLE || r % LEAF === 0) starts.push(r);
  return starts;
}

export interface ShardContent {
  /** Shape [replica, snapshot, quantity]. */
  rows: Float64Array;
  /** Shape [group, snapshot, face]. */
  profiles: Uint32Array;
}

export type OnPositions = (replica: number, positions: Float64Array, weights: Float64Array | null) => void;

/**
 * Reads and checks a shard, one replica of particles at a time.
 *
 * @param onPositions receives theta of each replica, and its weights where there are any, in order, before the whole is
 * checked; arrays that the next call overwrites.
 * @throws ShardError for a file that is not whole, or holds something else than its name says; the error of the system
 * where the disk fails
 */
export function readShard(path: string, ensemble: OpenEnsemble, range: Range, onPositions?: OnPositions): ShardContent {
  const expected = expectedMembers(ensemble, range);
  const size = sizeOf(expected);
  const file = openSync(path, "r");
  try {
    const found = fstatSync(file).size;
    if (found !== size) throw new ShardError(`is ${found < size ? "truncated" : "too long"}: ${found} bytes in place of ${size}`);
    const members: StoredMember[] = [];
    const arrays = new Map<string, Uint8Array>();
    let offset = 0;
    /** The weights of a replica, which stand behind theta of all. */
    const weightsOf = (k: number, end: number): Float64Array | null => {
      const found = expected.find(({ name }) => name === "weights.npy");
      if (found === undefined) return null;
      const { name, header, length, piece } = found;
      const start = end + localHeader({ name, size: header.length + length, crc: 0 }).length + header.length;
      return new Float64Array(readBytes(file, start + k * piece, piece).buffer as ArrayBuffer);
    };
    for (const { name, content, header, length, piece } of expected) {
      const local = localHeader({ name, size: header.length + length, crc: 0 }).length;
      let crc = crc32(header);
      const read = (at: number, count: number) => readBytes(file, offset + local + at, count);
      if (!sameBytes(read(0, header.length), header)) throw wrong(name);
      const whole = name === "rows.npy" || name === "profiles.npy";
      for (let at = 0; at < length; at += piece) {
        const bytes = read(header.length + at, Math.min(piece, length - at));
        crc = crc32(bytes, crc);
        if (content !== null && !sameBytes(bytes, content)) throw wrong(name);
        if (whole) arrays.set(name, bytes);
        else if (name === "theta.npy" && onPositions !== undefined) {
          const k = at / piece;
          onPositions(range.from + k, new Float64Array(bytes.buffer), weightsOf(k, offset + local + header.length + length));
        }
      }
      const member = { name, size: header.length + length, crc, offset };
      if (!sameBytes(readBytes(file, offset, local), localHeader(member))) throw wrong(name);
      members.push(member);
      offset += local + member.size;
    }
    const end = centralDirectory(members);
    if (!sameBytes(readBytes(file, offset, end.length), end)) throw wrong("the directory");
    return {
      rows: new Float64Array(arrays.get("rows.npy")?.buffer as ArrayBuffer),
      profiles: new Uint32Array(arrays.get("profiles.npy")?.buffer as ArrayBuffer),
    };
  } finally {
    closeSync(file);
  }
}

/** Bytes of the file of a shard. */
export function shardBytes(ensemble: OpenEnsemble, range: Range): number {
  return sizeOf(expectedMembers(ensemble, range));
}

function wrong(name: string): ShardError {
  return new ShardError(
    name === "shard.npy" ? "holds other replicas than its name says" : `is damaged in ${name.replace(/\.npy$/, "")}`,
  );
}

interface ExpectedMember {
  name: string;
  /** Bytes that are known beforehand: all (`content`, no header), or those that stand before the numbers. */
  content: Uint8Array | null;
  header: Uint8Array;
  /** Bytes after the header, read in pieces of this many. */
  length: number;
  piece: number;
}

/** The members in their order, with what is known of each. */
function expectedMembers(ensemble: OpenEnsemble, range: Range): ExpectedMember[] {
  const { plan, problem } = ensemble;
  const replicas = range.to - range.from;
  const { rows, faces } = lengthsOf(ensemble);
  const none = new Uint8Array(0);
  const known = ([name, content]: [string, Uint8Array]): ExpectedMember => {
    return { name, content, header: none, length: content.length, piece: content.length };
  };
  const unknown = (name: string, header: Uint8Array, piece: number, count: number): ExpectedMember => {
    return { name, content: null, header, length: piece * count, piece };
  };
  const meta = { ...plan, weighted: isWeightedPlan(plan), replicas };
  const groups = groupStarts(range).length;
  const [about, rowsNpy, profilesNpy] = Object.entries(membersOf(ensemble, range, new Float64Array(0), new Uint32Array(0)));
  return [
    ...(plan.particles ? particleArrays(problem, meta) : []).map(({ name, header, perReplica }) =>
      unknown(name, header, perReplica, replicas),
    ),
    ...Object.entries(particleMembers(problem, meta)).map(known),
    known(about),
    unknown(rowsNpy[0], rowsNpy[1], 8 * rows * replicas, 1),
    unknown(profilesNpy[0], profilesNpy[1], 4 * faces * groups, 1),
  ];
}

/** What stands in the archive beside particles and their description. */
function membersOf(ensemble: OpenEnsemble, range: Range, rows: Float64Array, profiles: Uint32Array): Record<string, Uint8Array> {
  const { plan, digest, problem } = ensemble;
  const { format, version, platform } = plan;
  const S = problem.snapshotTimes.length;
  const { rows: width, faces } = lengthsOf(ensemble);
  return {
    "shard.npy": encodeText([], [JSON.stringify({ format, version, platform, ensemble: digest, ...range }).padEnd(ABOUT_LENGTH)]),
    "rows.npy": encodeNpy("<f8", [range.to - range.from, S, width / S], rows),
    "profiles.npy": encodeNpy("<u4", [groupStarts(range).length, S, faces / S], profiles),
  };
}

/** Of the text of a shard, so that shards of as many replicas have the same size. */
const ABOUT_LENGTH = 192;

/** Numbers of one replica: of its row, and of its profile. */
function lengthsOf({ plan, problem }: OpenEnsemble): { rows: number; faces: number } {
  const S = problem.snapshotTimes.length;
  return { rows: S * rowWidth(problem, isWeightedPlan(plan)), faces: S * profileLength(projectionsOf(problem.grid)) };
}

function sizeOf(expected: readonly ExpectedMember[]): number {
  let offset = 0;
  const members = expected.map(({ name, header, length }) => {
    const member = { name, size: header.length + length, crc: 0, offset };
    offset += localHeader(member).length + member.size;
    return member;
  });
  return offset + centralDirectory(members).length;
}

function readBytes(file: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(length));
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, length - at, position + at);
    if (count === 0) throw new ShardError("is truncated while it is read");
    at += count;
  }
  return bytes;
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
