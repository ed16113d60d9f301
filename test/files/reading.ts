import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { ParticleData, ReadOptions } from "../../src/files/particle-data.ts";
import { readParticles } from "../../src/files/read-particles.ts";
import { emptyFolder } from "../cli/run.ts";

export const folder = emptyFolder();
let files = 0;

/** Reads a file of this content, against a reference of x and y at 0, 0.5 and 1 by default. */
export function read(content: Uint8Array | string, options: Partial<ReadOptions> = {}): Promise<ParticleData> {
  // A name that says nothing: the kind is told by the first bytes.
  const path = join(folder, `particles-${files++}`);
  writeFileSync(path, content);
  return readParticles(path, { variables: ["x", "y"], referenceTimes: [0, 0.5, 1], ...options });
}

/** The message of the refusal. */
export async function refused(content: Uint8Array | string, options: Partial<ReadOptions> = {}): Promise<string> {
  const error = await read(content, options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}
