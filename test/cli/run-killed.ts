import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** When a run is killed: some milliseconds after its start, or at once when so many changes of files were seen in a folder, which is while it writes. */
export type Moment = { milliseconds: number } | { changes: number; folder: string };

/**
 * Runs the command as a process of its own, from the sources, or as built in BDPDE_BUILT, which starts sooner, and kills it (SIGKILL) at that moment.
 *
 * @param codes the exit codes of a run that ends by itself; any other is an error.
 */
export function runKilled(
  args: readonly string[],
  moment: Moment | null,
  codes: readonly number[] = [0],
): Promise<{ killed: boolean; stderr: string }> {
  const built = process.env.BDPDE_BUILT;
  const command = built === undefined ? ["--import", "tsx/esm", join(root, "src/cli/main.ts")] : [resolve(built)];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...command, ...args], { stdio: ["ignore", "ignore", "pipe"], cwd: root });
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const kill = () => child.kill("SIGKILL");
    const disarm = moment === null ? () => {} : arm(moment, kill);
    child.on("error", fail);
    child.on("close", (code, signal) => {
      disarm();
      if (signal === null && !codes.includes(code ?? -1)) fail(new Error(`bdpde ${args.join(" ")} exits with ${code}: ${stderr}`));
      else done({ killed: signal !== null, stderr });
    });
  });
}

/** @returns what ends the wait for the moment. */
function arm(moment: Moment, kill: () => void): () => void {
  if ("milliseconds" in moment) {
    const timer = setTimeout(kill, moment.milliseconds);
    return () => clearTimeout(timer);
  }
  let seen = 0;
  const watcher = watch(moment.folder, { recursive: true }, () => {
    if (++seen === moment.changes) kill();
  });
  return () => watcher.close();
}
