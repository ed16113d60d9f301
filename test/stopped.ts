import { deserialize, serialize } from "node:v8";
import type { Keep } from "../src/numerics/keep.ts";
import { createStream } from "../src/numerics/random.ts";
import type { KeepPart } from "../validation/shared/parts.ts";

/** A store that stops the computation, by an error, after some of the parts that it has kept, or just before one. */
export function createStoppingStore(seed: number) {
  const stream = createStream(seed);
  const parts = new Map<string, Uint8Array>();
  const has = (name: string) => parts.has(name);
  // Arrays that are read are views of the bytes they are read from.
  const read = (name: string): unknown => deserialize(Uint8Array.from(parts.get(name) ?? []));
  const put = (name: string, part: unknown) => {
    if (stream.uniform() < 0.25) throw new Error("stopped");
    parts.set(name, serialize(part));
    if (stream.uniform() < 0.5) throw new Error("stopped");
  };
  const keep: Keep = <Part>(name: string, compute: () => Part): Part => {
    if (has(name)) return read(name) as Part;
    const part = compute();
    put(name, part);
    return part;
  };
  const keepPart: KeepPart = async <Part>(name: string, compute: () => Part | Promise<Part>): Promise<Part> => {
    if (has(name)) return read(name) as Part;
    const part = await compute();
    put(name, part);
    return part;
  };
  return { keep, keepPart, parts };
}

/** Begins anew whenever the store has stopped it. */
export async function untilItEnds<Result>(compute: () => Result | Promise<Result>): Promise<{ result: Result; stops: number }> {
  for (let stops = 0; ; stops++) {
    try {
      return { result: await compute(), stops };
    } catch (error) {
      if (!(error as Error).message.startsWith("stopped")) throw error;
    }
  }
}
