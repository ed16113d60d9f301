import { deserialize, serialize } from "node:v8";
import type { Keep } from "../src/numerics/keep.ts";
import { createStream } from "../src/numerics/random.ts";

/** A store that stops the computation, by an error, after some of the parts that it has kept, or just before one. */
export function createStoppingStore(seed: number) {
  const stream = createStream(seed);
  const parts = new Map<string, Uint8Array>();
  const keep: Keep = <Part>(name: string, compute: () => Part): Part => {
    const found = parts.get(name);
    // Arrays that are read are views of the bytes they are read from.
    if (found !== undefined) return deserialize(Uint8Array.from(found)) as Part;
    const part = compute();
    if (stream.uniform() < 0.25) throw new Error("stopped");
    parts.set(name, serialize(part));
    if (stream.uniform() < 0.5) throw new Error("stopped");
    return part;
  };
  return { keep, parts };
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
