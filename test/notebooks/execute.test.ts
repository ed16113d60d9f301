import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../notebooks/execute.mjs", import.meta.url));
/** Where `npm ci` was not run beside the script, or there is no Jupyter. Exit 2 alone is also that of bad usage. */
const isUnavailable = (status: number | null, stderr: string) => status === 77 || (status === 2 && /^run `npm ci`/.test(stderr));

function writeNotebook(folder: string, name: string, sources: readonly string[], printed?: string): string {
  const cells = sources.map((source, k) => ({
    cell_type: "code",
    id: `cell-${k + 1}`,
    metadata: {},
    execution_count: null,
    outputs: printed === undefined ? [] : [{ output_type: "stream", name: "stdout", text: [printed] }],
    source,
  }));
  const kernelspec = { display_name: "TypeScript", language: "typescript", name: "tslab" };
  const file = join(folder, `${name}.ipynb`);
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }));
  return file;
}

test("a cell that throws, does not type-check or prints other numbers fails the run, with the names of notebook and cell", ({
  skip,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "notebooks-test-"));
  try {
    const files = [
      writeNotebook(folder, "the-same", ["100 + 1"], "100.0\n"),
      writeNotebook(folder, "changed", ["100 + 10"], "100.0\n"),
      writeNotebook(folder, "fine", ["const one: number = 1;", "const two: number = one + 1;"]),
      writeNotebook(folder, "ill-typed", ["const one: number = 1;", "const two: string = one;"]),
      writeNotebook(folder, "throwing", ["await Promise.reject(new Error('no such luck'));"]),
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...files], { encoding: "utf8" });
    if (isUnavailable(status, stderr) && process.env.CI !== "true") skip(stderr.trim());
    expect(status, stderr).toBe(1);
    expect(stdout).toMatch(/^fine\.ipynb +[\d.]+ s$/m);
    expect(stdout).toMatch(/^the-same\.ipynb +[\d.]+ s$/m);
    expect(stderr).not.toMatch(/(fine|the-same)\.ipynb/);
    expect(stderr).toMatch(/changed\.ipynb: cell 1 \("cell-1"\) does not print what is saved.*100\.0.*110/s);
    expect(stderr).toMatch(
      /ill-typed\.ipynb: cell 2 \("cell-2"\) threw or does not type-check.*Type 'number' is not assignable to type 'string'/s,
    );
    expect(stderr).toMatch(/throwing\.ipynb: cell 1 \("cell-1"\) threw or does not type-check.*no such luck/s);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
