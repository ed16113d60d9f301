import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/**
 * Runs the command as a process of its own, from the sources, or as built in BDPDE_BUILT, which starts sooner, and kills it (SIGKILL) after some milliseconds.
 *
 * @param codes the exit codes of a run that ends by itself; any other is an error.
 */
export function runKilled(
  args: readonly string[],
  killAfter: number | null,
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
    const timer = killAfter === null ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (signal === null && !codes.includes(code ?? -1)) fail(new Error(`bdpde ${args.join(" ")} exits with ${code}: ${stderr}`));
      else done({ killed: signal !== null, stderr });
    });
  });
}
