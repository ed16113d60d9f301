import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const FOLDER = new URL("../../notebooks/", import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));

const ALLOWED = ["birth-death-pde", "./figures", "node:fs", "node:path"];

const text = z.union([z.string(), z.array(z.string())]).transform((lines) => [lines].flat().join(""));
const id = z.string().regex(/^[\w-]{1,64}$/);
const metadata = z.record(z.string(), z.unknown());

const output = z.discriminatedUnion("output_type", [
  z.strictObject({ output_type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text }),
  z.strictObject({ output_type: z.literal("display_data"), data: z.record(z.string(), text), metadata }),
  z.strictObject({ output_type: z.literal("error"), ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) }),
]);

/** Version 4.5 of the format, as far as a kernel without results of its own uses it. */
const notebook = z.strictObject({
  nbformat: z.literal(4),
  nbformat_minor: z.literal(5),
  metadata: z.object({ kernelspec: z.object({ name: z.literal("tslab"), language: z.literal("typescript") }) }),
  cells: z.array(
    z.discriminatedUnion("cell_type", [
      z.strictObject({ cell_type: z.literal("markdown"), id, metadata, source: text }),
      z.strictObject({
        cell_type: z.literal("code"),
        id,
        metadata,
        source: text,
        execution_count: z.int().nullable(),
        outputs: z.array(output),
      }),
    ]),
  ),
});

const read = (name: string) => notebook.parse(JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")));
const codeCellsOf = (name: string) => read(name).cells.filter((cell) => cell.cell_type === "code");

test("there are seven notebooks", () => {
  expect(NAMES).toHaveLength(7);
});

describe.each(NAMES)("%s", (name) => {
  test("is a notebook of format 4.5 for the kernel tslab, its cells told apart by their ids", () => {
    const ids = read(name).cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("imports nothing but the package, the figures, and node's own fs and path", () => {
    const imported = codeCellsOf(name).flatMap(({ source }) =>
      [...source.matchAll(/(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["']([^"']+)["']/g)].map(([, module]) => module),
    );
    expect(imported).toContain("birth-death-pde");
    expect(imported.filter((module) => !ALLOWED.includes(module))).toEqual([]);
  });

  test("was run from its first cell to its last without an error", () => {
    const cells = codeCellsOf(name);
    expect(cells.map((cell) => cell.execution_count)).toEqual(cells.map((_, k) => k + 1));
    const outputs = cells.flatMap((cell) => cell.outputs);
    expect(outputs.filter((one) => one.output_type === "error" || (one.output_type === "stream" && one.name === "stderr"))).toEqual(
      [],
    );
  });

  test("has a static picture before every interactive figure, and a figure for every call of show", () => {
    const cells = codeCellsOf(name);
    for (const { source, outputs } of cells) {
      const kinds = outputs.flatMap((one) => (one.output_type === "display_data" ? Object.keys(one.data) : []));
      const calls = source.match(/\bshow\(/g)?.length ?? 0;
      // A call shows two figures beside each other, and more below those.
      expect(kinds).toEqual(Array.from({ length: kinds.length / 2 }, () => ["image/png", "text/html"]).flat());
      expect(kinds.length / 2, source).toBeGreaterThanOrEqual(calls);
      if (calls === 0) expect(kinds).toEqual([]);
    }
    const pictures = cells.flatMap(({ outputs }) =>
      outputs.flatMap((one) => (one.output_type === "display_data" && "image/png" in one.data ? [one.data["image/png"]] : [])),
    );
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures) expect(Buffer.from(picture, "base64").subarray(1, 4).toString("latin1")).toBe("PNG");
  });

  test("has no figure that takes more than a dozen lines", () => {
    const figures = codeCellsOf(name).flatMap(({ source }) => source.match(/^await show\(.*?\);$/gms) ?? []);
    expect(figures.length).toBeGreaterThan(0);
    expect(figures.filter((figure) => figure.split("\n").length > 12)).toEqual([]);
  });

  test("holds no address of a machine or a network, and plotly itself nowhere", () => {
    const content = JSON.stringify(
      read(name).cells.map((cell) =>
        cell.cell_type === "markdown" ? cell : { ...cell, outputs: cell.outputs.map((one) => withoutPictures(one)) },
      ),
    );
    expect(content).not.toMatch(/https?:|file:|localhost|[A-Z]:\\\\|\/(home|root|tmp|work|Users|usr|opt)\//);
    expect(content.length).toBeLessThan(150_000);
  });
});

function withoutPictures(one: z.infer<typeof output>): object {
  return one.output_type === "display_data" ? { ...one, data: { ...one.data, "image/png": "" } } : one;
}
