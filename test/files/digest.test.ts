import { expect, test } from "vitest";
import { digestOf, seal } from "../../src/files/digest.ts";
import { createHdf5, type Hdf5File } from "../../src/files/hdf5.ts";

async function digestAfter(write: (file: Hdf5File) => void): Promise<string> {
  let digest = "";
  await createHdf5((file) => {
    write(file);
    digest = digestOf(file);
  });
  return digest;
}

const numbers = (name: string, data: Float64Array | Float32Array | Int32Array, shape: number[]) => (file: Hdf5File) => {
  file.create_dataset({ name, data, shape });
};
const ZEROS = new Float64Array(4);

test("the digest tells names, types, shapes, numbers and attributes apart, and not their order or itself", async () => {
  const contents: ((file: Hdf5File) => void)[] = [
    numbers("a", ZEROS, [4]),
    numbers("b", ZEROS, [4]),
    numbers("a", ZEROS, [2, 2]),
    numbers("a", new Float32Array(8), [8]),
    numbers("a", new Int32Array(8), [8]),
    numbers("a", Float64Array.of(0, 0, 0, 1e-300), [4]),
    (file) => file.create_attribute("a", ZEROS),
    (file) => file.create_dataset({ name: "a", data: ZEROS, shape: [4] }).create_attribute("unit", "m"),
    (file) => file.create_dataset({ name: "a", data: ZEROS, shape: [4] }).create_attribute("unit", "s"),
  ];
  const digests = await Promise.all(contents.map(digestAfter));
  expect(new Set(digests).size).toBe(contents.length);

  const [a, b] = [contents[0], contents[1]];
  const both = await digestAfter((file) => [a, b].forEach((write) => void write(file)));
  expect(await digestAfter((file) => [b, a].forEach((write) => void write(file)))).toBe(both);
  expect(await digestAfter((file) => [a, b, seal].forEach((write) => void write(file)))).toBe(both);
});
