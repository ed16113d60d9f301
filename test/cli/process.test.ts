import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { sayUnknown } from "../../src/cli/exit.ts";
import { bdpde, builtCommand, contents, emptyFolder, grids, spawnBdpde } from "./run.ts";

const wells = join(grids, "double-well.json");

/** Resolves when the command has taken the places of its outputs, that is at its work. */
async function atWork(folder: string): Promise<void> {
  while (!readdirSync(folder).some((name) => name.endsWith(".part"))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A solve of minutes, which computes without a pause. */
const long = (folder: string) => [
  "solve",
  wells,
  "--cells",
  "16384",
  "--out",
  join(folder, "run.nc"),
  "--summary",
  join(folder, "s.json"),
];

describe("as a process,", () => {
  test("an error shows no stack and sets the exit code", async () => {
    const { code, stderr } = await spawnBdpde(["solve", wells, "--cells", "0"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: --cells = "0": not a positive integer; give a whole number >= 1\n$/);
  });

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} ends a computation at once with ${expected}, nothing printed and nothing left`, async () => {
      const folder = emptyFolder();
      const { code, stdout } = await spawnBdpde(long(folder), (child) => void atWork(folder).then(() => child.kill(signal)));
      expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
      expect(contents(folder)).toEqual([]);
    });
  }

  test("SIGINT ends a command that waits for a pipe into which nothing is written", async () => {
    const pipe = join(emptyFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    let writer: FileHandle | undefined;
    const { code } = await spawnBdpde(["solve", pipe], async (child) => {
      // Opened when the command has opened the other end.
      writer = await open(pipe, "w");
      child.kill("SIGINT");
    });
    await writer?.close();
    expect(code).toBe(130);
  });

  test("a second run to the same new file is refused while the first lives, and not after it is killed", async () => {
    const folder = emptyFolder();
    const out = join(folder, "run.nc");
    await spawnBdpde(long(folder), async (child) => {
      await atWork(folder);
      const second = await bdpde("solve", wells, "--cells", "32", "--out", out);
      expect(second).toMatchObject({ code: 2, stdout: "" });
      expect(second.stderr).toContain(`is being written by another run (process ${child.pid})`);
      child.kill("SIGKILL");
    });
    expect(existsSync(out)).toBe(false);
    expect((await bdpde("solve", wells, "--cells", "32", "--out", out)).code).toBe(0);
    // What was left of the summary is of another place.
    expect(contents(folder).filter((name) => name.includes("run.nc"))).toEqual(["run.nc"]);
  });

  test("a reader that has seen enough is no error, and the files are written all the same", async () => {
    const summary = join(emptyFolder(), "s.json");
    const { code, stderr } = await spawnBdpde(["solve", wells, "--cells", "64", "--summary", summary], (child) =>
      child.stdout.destroy(),
    );
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/error|EPIPE/);
    expect(existsSync(summary)).toBe(true);
  });

  test.skipIf(!existsSync("/dev/full"))("a standard output that is full is 74", async () => {
    const command = `"${process.execPath}" "${builtCommand()}" solve "${wells}" --cells 32 > /dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", cwd: join(grids, "..") });
    expect(status).toBe(74);
    expect(stderr).toMatch(/error: standard output could not be written \(no space left on the disk\)\n$/);
  });
});

test("a working folder that is gone is said, with exit 2", () => {
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  // What Node throws; the loader of the sources needs the folder before any of them is run.
  expect(sayUnknown(new Error("ENOENT: no such file or directory, uv_cwd"))).toBe(2);
  expect(said.mock.calls).toEqual([["error: the working folder is not there any more; change to one that is\n"]]);
  said.mockRestore();
});
