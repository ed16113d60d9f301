import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBounded, readBoundedText } from "../../src/files/read-bounded.ts";
import { emptyFolder } from "../cli/run.ts";

const folder = emptyFolder();
let files = 0;

function written(content: Uint8Array | string): string {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, content);
  return path;
}

function pipe(): string {
  const path = join(folder, `pipe-${files++}`);
  execFileSync("mkfifo", [path]);
  return path;
}

describe("a bounded read", () => {
  test("gives the bytes of a file of just the size, through a link too, and refuses one more", async () => {
    const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
    const path = written(content);
    expect(await readBounded(path, 1000, "remedy")).toEqual(content);
    symlinkSync(path, join(folder, "link"));
    expect(await readBounded(join(folder, "link"), 1000, "remedy")).toEqual(content);
    await expect(readBounded(path, 999, "remedy")).rejects.toThrow(/has 1000 bytes, and at most 999 are read; give a smaller file/);
  });

  test("of a file with a hole of 8 GB ends before a byte is read", async () => {
    const path = written("x");
    truncateSync(path, 2 ** 33);
    await expect(readBounded(path, 2 ** 31, "remedy")).rejects.toThrow(/has 8589934592 bytes/);
  });

  test("gives what a pipe gives, and no more than the bound", async () => {
    const content = new Uint8Array(200_000).fill(7);
    for (const most of [200_000, 199_999]) {
      const path = pipe();
      // The writer may be cut off.
      const writing = writeFile(path, content).catch(() => {});
      const reading = readBounded(path, most, "remedy");
      if (most === content.length) expect(await reading).toEqual(content);
      else await expect(reading).rejects.toThrow(/gives more than the 199999 bytes that are read/);
      await writing;
    }
  });

  test("refuses devices, folders, empty files and what is not there", async () => {
    mkdirSync(join(folder, "folder"));
    for (const [path, message] of [
      ["/dev/zero", /is a device or a socket/],
      [join(folder, "folder"), /is a folder/],
      [join(folder, "none"), /no such file or folder/],
      [written(""), /is empty/],
    ] as const) {
      await expect(readBounded(path, 100, "remedy"), path).rejects.toThrow(message);
    }
  });

  test("of a file that grows all the time ends", async () => {
    const path = written("x");
    let growing = true;
    const grow = () => {
      if (!growing) return;
      appendFileSync(path, new Uint8Array(4096));
      setImmediate(grow);
    };
    grow();
    // Whole as it was at some time, or refused: never beyond what its size was.
    for (let i = 0; i < 20; i++) {
      const bytes = await readBounded(path, 2 ** 30, "remedy").catch((error: Error) => error);
      if (bytes instanceof Error) expect(bytes.message).toMatch(/changed its size while it was read; wait/);
    }
    growing = false;
  });

  /** Its size is said to be 4096, and it ends after some 20 bytes. */
  const SHORTER = "/sys/kernel/uevent_seqnum";

  test.skipIf(!existsSync(SHORTER))("of a file that ends before its size is refused", async () => {
    await expect(readBounded(SHORTER, 2 ** 20, "remedy")).rejects.toThrow(/changed its size while it was read/);
  });

  test("as text is UTF-8, its mark left out", async () => {
    expect(await readBoundedText(written("\uFEFFθ"), "remedy")).toBe("θ");
    await expect(readBoundedText(written(Uint8Array.of(0xff)), "give a problem file")).rejects.toThrow(/no text in UTF-8\); give/);
  });
});
