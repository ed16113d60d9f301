import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { combinerOf } from "./combine-crc.ts";
import { type NpzMeta, npyHeader, particleMembers, type Recorded, thetaShape } from "./npz.ts";
import { centralDirectory, localHeader, type StoredMember } from "./stored-zip.ts";

/**
 * Particles on the disk as the `.npz` of `encodeNpz`, written replica by replica: sizes are known beforehand, so each replica has its place, whichever
 * is done first, and none has to stay in memory. The headers of `theta` and `weights` hold a CRC-32 that only the end tells: that of each replica is kept, and all
 * are combined.
 */
export interface ParticlesFile {
  /** theta of one replica, shape [snapshot, particle, variable], and where particles have weights those, shape [snapshot, particle]. */
  addReplica(replica: number, positions: Float64Array, weights?: Float64Array | null): void;
  /** Closes the file, with every replica in it. @param more members that follow the others, by name. */
  finish(more?: Readonly<Record<string, Uint8Array>>): void;
  /** Closes a file that will not be finished. */
  abandon(): void;
}

/** Bytes of such a file, nearly. */
export function particlesBytes(problem: Recorded, particles: Pick<NpzMeta, "n" | "replicas" | "weighted">): number {
  return particleArrays(problem, particles).reduce((total, { perReplica }) => total + particles.replicas * perReplica, 0);
}

/** A member with an entry for each particle. */
export interface ParticleArray {
  name: string;
  /** What stands before the numbers. */
  header: Uint8Array;
  /** Bytes. */
  perReplica: number;
}

/** Those of an archive, in their order: `theta`, and `weights` where particles have any. */
export function particleArrays(problem: Recorded, particles: Pick<NpzMeta, "n" | "replicas" | "weighted">): ParticleArray[] {
  const theta = thetaShape(problem, particles);
  const shapes = { "theta.npy": theta, ...(particles.weighted === true ? { "weights.npy": theta.slice(0, 3) } : {}) };
  return Object.entries(shapes).map(([name, shape]) => {
    const numbers = shape.slice(1).reduce((product, length) => product * length, 1);
    return { name, header: npyHeader("<f8", shape), perReplica: 8 * numbers };
  });
}

/** Creates such a file. This and everything after it throws the error of the system where the disk fails. */
export function createParticlesFile(path: string, problem: Recorded, particles: NpzMeta): ParticlesFile {
  const { replicas } = particles;
  let end = 0;
  const arrays = particleArrays(problem, particles).map((array) => {
    const member: StoredMember = { name: array.name, size: array.header.length + replicas * array.perReplica, crc: 0, offset: end };
    const start = end + localHeader(member).length;
    end = start + member.size;
    return { ...array, member, start, checks: new Uint32Array(replicas) };
  });
  const written = new Uint8Array(replicas);

  const file = openSync(path, "r+");
  for (const { header, start } of arrays) writeAll(file, header, start);
  return {
    addReplica(replica, positions, weights = null) {
      for (const [k, { header, perReplica, start, checks }] of arrays.entries()) {
        const numbers = k === 0 ? positions : weights;
        if (numbers?.byteLength !== perReplica)
          throw new RangeError(`${numbers?.byteLength ?? 0} bytes of a replica of ${perReplica}`);
        const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, perReplica);
        checks[replica] = crc32(bytes);
        writeAll(file, bytes, start + header.length + replica * perReplica);
      }
      written[replica] = 1;
    },
    finish(more = {}) {
      if (written.includes(0)) throw new RangeError(`replica ${written.indexOf(0)} is missing`);
      for (const { member, header, perReplica, checks } of arrays) {
        member.crc = checks.reduce(combinerOf(perReplica), crc32(header));
        writeAll(file, localHeader(member), member.offset);
      }
      const members = arrays.map(({ member }) => member);
      let offset = end;
      for (const [name, content] of Object.entries({ ...particleMembers(problem, particles), ...more })) {
        const member = { name, size: content.length, crc: crc32(content), offset };
        const local = localHeader(member);
        writeAll(file, local, offset);
        writeAll(file, content, offset + local.length);
        members.push(member);
        offset += local.length + content.length;
      }
      writeAll(file, centralDirectory(members), offset);
      closeSync(file);
    },
    abandon: () => closeSync(file),
  };
}

/** One call of the system writes at most 2 GB. */
const MOST_AT_ONCE = 2 ** 30;

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(file, bytes, at, Math.min(MOST_AT_ONCE, bytes.length - at), position + at);
  }
}
