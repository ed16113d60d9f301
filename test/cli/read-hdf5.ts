import { type Dataset, File as HdfFile, ready } from "h5wasm/node";

/** The arrays of a file by name. */
export async function readHdf5(path: string) {
  await ready;
  const file = new HdfFile(path, "r");
  const dataset = (name: string) => file.get(name) as Dataset;
  return {
    shape: (name: string) => dataset(name).shape,
    values: (name: string) => dataset(name).value as Float64Array,
    attributes: (name: string) => Object.fromEntries(Object.entries(dataset(name).attrs).map(([key, { value }]) => [key, value])),
  };
}
