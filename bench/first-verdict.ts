import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * `npm run bench:first-verdict`: the way of someone new from a clone of this checkout's last commit to the verdict on particles of a NumPy program, by the lines of the README word for word, with the time of each.
 */
const root = resolve(import.meta.dirname, "..");
const text = readFileSync(join(root, "README.md"), "utf8");
const section = text.slice(text.indexOf("## Judge your own particles"));
const program = /```python\n([^`]*)```/.exec(section)?.[1] ?? "";
const lines = /```\n\n((?: {4}.*\n)+)/.exec(section)?.[1] ?? "";
const parent = mkdtempSync(join(tmpdir(), "first-"));
const folder = join(parent, "birth-death-pde");

const steps: [command: string, cwd: string][] = [
  [`git clone --quiet ${root} ${folder}`, tmpdir()],
  ...["npm ci", ...lines.trim().split("\n")].map((line): [string, string] => [line.trim(), folder]),
];

process.stdout.write(`load ${loadavg()[0].toFixed(1)}\n`);
const started = performance.now();
for (const [command, cwd] of steps) {
  const before = performance.now();
  const { status, stdout, stderr } = spawnSync(command, { cwd, shell: true, encoding: "utf8" });
  const seconds = (performance.now() - before) / 1000;
  process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  exit ${status}  ${command.replace(folder, ".").replace(root, ".")}\n`);
  if (status !== 0) throw new Error(stderr);
  if (command === "npm ci") writeFileSync(join(folder, "mine.py"), program);
  if (command.includes(" compare ")) process.stdout.write(`          ${stdout.split("\n")[0]}\n`);
}
process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${steps.length} commands\n`);
rmSync(parent, { recursive: true });
