import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dataFileBeside, readNetworkData } from "../../src/problem-file/read-network-data.ts";
import { bdpde, emptyFolder } from "../cli/run.ts";
import { writeNpz } from "../files/npy-files.ts";

const folder = emptyFolder();

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const CSV = "y,x1,x2\n1,0.5,-2\n-3,0.25,4\n";
const column = (...items: number[]) => ({ descr: "<f8", shape: [items.length], items });

describe("columns of data", () => {
  test("from a table of text, an archive of columns, and one of all inputs together", async () => {
    const expected = { x1: Float64Array.of(0.5, 0.25), x2: Float64Array.of(-2, 4), y: Float64Array.of(1, -3) };
    const names = ["x1", "x2", "y"];
    const y = column(1, -3);
    const separate = writeNpz({ x1: column(0.5, 0.25), x2: column(-2, 4), y });
    const together = writeNpz({ inputs: { descr: "<f8", shape: [2, 2], items: [0.5, -2, 0.25, 4] }, y });
    for (const [name, content] of [["a.csv", CSV], ["a.npz", separate], ["b.npz", together]] as const) {
      expect(await readNetworkData(written(name, content), names, 2)).toEqual(expected);
    } // biome-ignore format: three files
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["a row of another length", "x1,x2,y\n1,2,3\n1,2\n", /line 3 has 2 cells for 3 columns/],
    ["a missing column", "x1,y\n1,2\n", /no column "x2" among its 2;/],
    ["a column twice", "x1,x2,x2,y\n1,2,2,3\n", /2 columns "x2"/],
    ["text in a cell", "x1,x2,y\n1,two,3\n", /line 2, column "x2": what stands there is not a number/],
    ["an archive without a column", writeNpz({ x1: column(1) }), /no array "x2" among its 1;/],
    [
      "inputs of another width",
      writeNpz({ inputs: { descr: "<f8", shape: [1, 3], items: [1, 2, 3] } }),
      /shape \[1, 3\].*\[rows, 2\]/,
    ],
    ["a damaged archive", Uint8Array.of(0x50, 0x4b, 3, 4, 1), /the archive is damaged/],
    ["a blank row", "x1,x2,y\n1,2,3\n\n4,5,6\n", /line 3 is blank; remove it, or write the row/],
    ["no header", "1,2,3\n", /has no header: its first line is one of numbers; .*the inputs and the target/],
    ["an empty file", "", /is empty/],
  ])("refused: %s", async (_, content, message) => {
    await expect(readNetworkData(written("bad", content), ["x1", "x2", "y"], 2)).rejects.toThrow(message);
  });
});

test("the command line reads the data beside the problem, and names a file that is not there", async () => {
  const problem = {
    name: "fit",
    variables: { c: { min: -4, max: 4, cells: 24 }, z: { min: -4, max: 4, cells: 24 } },
    potential: {
      network: { unit: "c*tanh(z*x1 + x2/4)", data: { file: "rows.csv", inputs: ["x1", "x2"] }, target: "y", batch: 2 },
    },
    alpha: 1,
    initial: { c: { type: "normal", mean: 0, sd: 0.7 }, z: { type: "normal", mean: 0, sd: 0.7 } },
    time: { end: 0.1, snapshots: [0, 0.1] },
  };
  const path = written("fit.json", JSON.stringify(problem));
  const absent = await bdpde("solve", path);
  expect(absent).toMatchObject({ code: 2, stderr: expect.stringMatching(/rows\.csv: cannot be read \(no such file/) });
  written("rows.csv", CSV);
  expect(await bdpde("solve", path)).toMatchObject({ code: 0 });
  expect(await bdpde("particles", path, "--n", "20", "--dt", "0.05")).toMatchObject({ code: 0 });
  written("fit.json", JSON.stringify(problem).replace('"batch":2', '"batch":3'));
  const large = await bdpde("solve", path);
  expect(large).toMatchObject({ code: 2, stderr: expect.stringMatching(/batch = 3: larger than the data of 2 rows/) });
});

test("no message shows what stands in the file", async () => {
  const secret = "root:x:0:0\n8675309,1\nhunter2\n";
  for (const content of [
    secret,
    `8675309\n${secret}`,
    `x1,x2,y\n${secret.replaceAll(":", ",")}`,
    `x1,x2,y\n\n${secret}`,
    `# ${secret}`,
  ]) {
    const error = await readNetworkData(written("passwd", content), ["x1", "x2", "y"], 2).catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toMatch(/root|8675309|hunter/);
  }
});

test("the data stay beside the problem file, or in a folder there", () => {
  expect(dataFileBeside(join("a", "p.json"), "rows.csv")).toBe(join("a", "rows.csv"));
  expect(dataFileBeside(join("a", "p.json"), "data/../data/..rows.csv")).toBe(join("a", "data", "..rows.csv"));
  for (const file of ["/etc/passwd", "../rows.csv", "data/../../rows.csv", ".."]) {
    expect(() => dataFileBeside("p.json", file), file).toThrow(
      /data\.file = .* is not in the folder of the problem file; put it beside/,
    );
  }
});
