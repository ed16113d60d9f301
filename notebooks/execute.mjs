/**
 * Runs the notebooks from clean kernels: `npm run execute [-- [--write] [file.ipynb ...]]`.
 *
 * Fails, naming notebook and cell, where one throws or does not type-check: the kernel writes both to stderr, so a cell that says anything there has
 * failed. Fails as well where a cell prints something else than what is saved. `--write` instead puts the outputs into the notebooks, without times
 * of execution. Exit 0 fine, 1 a cell failed, 2 bad usage or no installation, 77 no Jupyter to run them with.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
/** A cell may take this many seconds. */
const LONGEST = 300;
const NO_JUPYTER = 77;

function main(args) {
  const write = args.includes("--write");
  const named = args.filter((arg) => arg !== "--write").map((arg) => resolve(arg));
  const missing = named.find((file) => !file.endsWith(".ipynb") || !existsSync(file));
  if (missing !== undefined) return stop(2, `${missing} is no notebook that is there`);
  if (!isInstalled())
    return stop(2, "run `npm ci` in the root and then in notebooks/, so that the package is built and the kernel is there");
  if (spawnSync("jupyter", ["nbconvert", "--version"], { stdio: "ignore" }).status !== 0) {
    return stop(
      NO_JUPYTER,
      "`jupyter nbconvert` is not to be had: the notebooks were not run (notebooks/README.md says how to get it)",
    );
  }
  const place = mkdtempSync(join(tmpdir(), "notebooks-"));
  try {
    const env = environmentIn(place);
    return Math.max(...(named.length > 0 ? named : own()).map((file) => run(file, place, env, write)));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function own() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ipynb"));
  return names.sort().map((name) => join(FOLDER, name));
}

function stop(code, message) {
  console.error(message);
  return code;
}

function isInstalled() {
  try {
    return existsSync(createRequire(import.meta.url).resolve("birth-death-pde")) && existsSync(KERNEL);
  } catch {
    return false;
  }
}

const KERNEL = join(FOLDER, "node_modules", "tslab", "bin", "tslab");

/** A Jupyter of its own, with the kernel and nothing of the user's. */
function environmentIn(place) {
  const spec = join(place, "data", "kernels", "tslab");
  mkdirSync(spec, { recursive: true });
  const argv = [process.execPath, KERNEL, "kernel", "--config-path", "{connection_file}"];
  writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv, display_name: "TypeScript", language: "typescript" }));
  return {
    ...process.env,
    JUPYTER_DATA_DIR: join(place, "data"),
    JUPYTER_PATH: join(place, "data"),
    JUPYTER_CONFIG_DIR: join(place, "config"),
    JUPYTER_RUNTIME_DIR: join(place, "runtime"),
    IPYTHONDIR: join(place, "ipython"),
  };
}

function run(file, place, env, write) {
  const name = basename(file);
  const began = performance.now();
  // Errors are let through so that what the kernel said of them is in the file.
  const options = ["--allow-errors", "--log-level=ERROR", `--ExecutePreprocessor.timeout=${LONGEST}`, "--output-dir", place];
  const { status, stderr } = spawnSync("jupyter", ["nbconvert", "--to", "notebook", "--execute", ...options, file], { env, encoding: "utf8" }); // biome-ignore format: one call
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (status !== 0) return stop(1, `${name}: nbconvert stopped after ${seconds} s\n${stderr.split("\n").slice(-8).join("\n")}`);
  const notebook = JSON.parse(readFileSync(join(place, name), "utf8"));
  const failure = firstFailure(notebook) ?? (write ? null : firstChange(JSON.parse(readFileSync(file, "utf8")), notebook));
  if (failure !== null) return stop(1, `${name}: ${failure}`);
  console.log(`${name.padEnd(36)} ${seconds.padStart(6)} s`);
  if (write) writeFileSync(file, `${JSON.stringify(withoutTimes(notebook), null, 1)}\n`);
  return 0;
}

/** The first cell that threw or did not type-check; the cells after it fail for its sake. */
function firstFailure({ cells }) {
  for (const [k, { id, cell_type, source, outputs = [] }] of cells.entries()) {
    if (cell_type !== "code") continue;
    const said = outputs
      .filter(({ output_type, name }) => output_type === "error" || name === "stderr")
      .flatMap(({ text, evalue }) => text ?? evalue);
    if (said.length === 0) continue;
    return `cell ${k + 1} ("${id}") threw or does not type-check\n${[source].flat().join("").trim()}\n---\n${said.join("").trim()}`;
  }
  return null;
}

/** The first cell whose text is not what is saved. */
function firstChange(saved, fresh) {
  for (const [k, { id, outputs = [] }] of fresh.cells.entries()) {
    const [before, now] = [printed(saved.cells[k].outputs ?? []), printed(outputs)];
    if (agree(before, now)) continue;
    return `cell ${k + 1} ("${id}") does not print what is saved; look at it, and run again with --write\n--- saved\n${before.trim()}\n--- now\n${now.trim()}`;
  }
  return null;
}

const printed = (outputs) => outputs.flatMap(({ text }) => text ?? []).join("");

/** A last digit may differ on another machine, and what is rounding may be anything. */
const RELATIVE = 0.02;
const ABSOLUTE = 1e-9;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** The same words, and numbers that agree. */
function agree(before, now) {
  const words = (text) => text.replace(NUMBER, "0").replace(/\s+/g, " ").trim();
  const numbers = (text) => (text.match(NUMBER) ?? []).map(Number);
  const others = numbers(now);
  return (
    words(before) === words(now) &&
    numbers(before).every((value, i) => Math.abs(value - others[i]) <= ABSOLUTE + RELATIVE * Math.abs(value))
  );
}

/** What differs from run to run without meaning is left out. */
function withoutTimes({ cells, metadata, ...rest }) {
  let count = 0;
  const { kernelspec, language_info } = metadata;
  return {
    cells: cells.map((cell) =>
      cell.cell_type === "code" ? { ...cell, metadata: {}, execution_count: ++count } : { ...cell, metadata: {} },
    ),
    metadata: { kernelspec, language_info },
    ...rest,
  };
}

process.exitCode = main(process.argv.slice(2));
