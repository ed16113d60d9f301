import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { combinerOf } from "./combine-crc.ts";
import { type NpzMeta, npyHeader, particleMembers, type Recorded, thetaShape } from "./npz.ts";
import { centralDirectory, localHeader, type StoredMember } from "./stored-zip.ts";

/**
 * Particles on the disk as the `.npz` of `encodeNpz`, written replica by replica: sizes are known beforehand, so each replica has its place, whichever
 * is done first, and none has to stay in memory. The header of `theta` holds a CRC-32 that only the end tells: that of each replica is kept, and all
 * are combined.
 */
export interface ParticlesFile {
  /** theta of one replica, shape [snapshot, particle, variable]. */
  addReplica(replica: number, positions: Float64Array): void;
  /** Closes the file, with every replica in it. @param more members that follow the others, by name. */
  finish(more?: Readonly<Record<string, Uint8Array>>): void;
  /** Closes a file that will not be finished. */
  abandon(): void;
}

/** Bytes of such a file, nearly. */
export function particlesBytes(problem: Recorded, particles: Pick<NpzMeta, "n" | "replicas">): number {
  return 8 * thetaShape(problem, particles).reduce((product, length) => product * length, 1);
}

/** Creates such a file. This and everything after it throws the error of the system where the disk fails. */
export function createParticlesFile(path: string, problem: Recorded, particles: NpzMeta): ParticlesFile {
  const { replicas } = particles;
  const perReplica = particlesBytes(problem, { ...particles, replicas: 1 });
  const header = npyHeader("<f8", thetaShape(problem, particles));
  const theta: StoredMember = { name: "theta.npy", size: header.length + replicas * perReplica, crc: 0, offset: 0 };
  const start = localHeader(theta).length;
  const first = start + header.length;
  const checks = new Uint32Array(replicas);
  const written = new Uint8Array(replicas);

  const file = openSync(path, "r+");
  writeAll(file, header, start);
  return {
    addReplica(replica, positions) {
      const bytes = new Uint8Array(positions.buffer, positions.byteOffset, positions.byteLength);
      if (bytes.length !== perReplica) throw new RangeError(`${bytes.length} bytes of a replica of ${perReplica}`);
      checks[replica] = crc32(bytes);
      written[replica] = 1;
      writeAll(file, bytes, first + replica * perReplica);
    },
    finish(more = {}) {
      if (written.includes(0)) throw new RangeError(`replica ${written.indexOf(0)} is missing`);
      const combine = combinerOf(perReplica);
      theta.crc = checks.reduce(combine, crc32(header));
      writeAll(file, localHeader(theta), 0);
      const members = [theta];
      let offset = theta.size + start;
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
