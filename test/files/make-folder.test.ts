import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../../src/files/make-folder.ts";
import { emptyFolder } from "../cli/run.ts";

describe("a folder", () => {
  test("is made with those above it, and the first of them is told", () => {
    const root = emptyFolder();
    expect(makeFolder(join(root, "a/b/c"))).toBe(join(root, "a"));
    expect(makeFolder(relative(process.cwd(), join(root, "a/b/d/")))).toBe(join(root, "a/b/d"));
    expect([existsSync(join(root, "a/b/c")), existsSync(join(root, "a/b/d"))]).toEqual([true, true]);
  });

  test("that is there stays, also by a link", () => {
    const root = emptyFolder();
    mkdirSync(join(root, "a"));
    symlinkSync("a", join(root, "link"));
    expect([makeFolder(root), makeFolder(join(root, "link")), makeFolder("/")]).toEqual([undefined, undefined, undefined]);
    expect(makeFolder(join(root, "link/b"))).toBe(join(root, "link/b"));
  });

  test("cannot take the place of a file, or of a link that leads nowhere", () => {
    const root = emptyFolder();
    writeFileSync(join(root, "file"), "");
    symlinkSync("nowhere", join(root, "link"));
    expect(() => makeFolder(join(root, "file"))).toThrow("EEXIST");
    // Newer Nodes take what lies below a file for something that is not there, and fail when they make it.
    expect(() => makeFolder(join(root, "file/a"))).toThrow(/ENOTDIR|EEXIST/);
    expect(() => makeFolder(join(root, "link"))).toThrow("EEXIST");
  });

  // The recursive mkdir of Node never returns there.
  test.runIf(existsSync("/proc/self"))("in a file system that makes none is an error", () => {
    expect(() => makeFolder("/proc/none/below")).toThrow("ENOENT");
  });
});
