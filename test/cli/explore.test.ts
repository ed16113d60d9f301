import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { servePage } from "../../src/cli/explore.ts";
import { decodeLink } from "../../src/explorer/state/link.ts";
import { bdpde, SOURCES } from "./run.ts";

const root = resolve(import.meta.dirname, "../..");
const page = join(root, "src/explorer");

test("explore serves the page on loopback with its problem in the address, until it is interrupted", async () => {
  const child = spawn(
    process.execPath,
    [...SOURCES, "explore", join(root, "grids/circle.json"), "--port", "0"],
    // The built page is found from the sources, not from the bundle of the tests.
    { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, BDPDE_TEST_BUILD: undefined } },
  ); // biome-ignore format: one command
  const exit = once(child, "exit");
  const [line] = await Promise.race([once(child.stdout, "data"), exit.then(() => ["it ended: is the page built?"])]);
  const url = new URL(String(line).trim());
  expect(url.hostname).toBe("127.0.0.1");
  expect(decodeLink(url.hash.slice(1))).toMatchObject({ problem: { name: "circle" }, particles: { scheme: "algorithm-1" } });
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<div id="app">');
  child.kill("SIGINT");
  expect((await exit)[0]).toBe(0);
});

test("every file is served under the policy of the page, and nothing outside its folder is", async () => {
  const { address, server } = await servePage(page, 0);
  const response = await fetch(`${address}main.tsx`);
  expect(response.headers.get("content-security-policy")).toMatch(
    /default-src 'none'.*script-src 'self' 'wasm-unsafe-eval';.*frame-ancestors 'none'/,
  );
  for (const path of ["../look.ts", "%2e%2e/look.ts", "..%2flook.ts"]) expect((await fetch(`${address}${path}`)).status).toBe(404);
  server.close();
});

test("a port that is taken or is none, and a file that is no problem, are refused with a message", async () => {
  const { address, server } = await servePage(page, 0);
  const { port } = new URL(address);
  expect(await bdpde("explore", "--port", port)).toMatchObject({ code: 2, stdout: "", stderr: `error: --port = ${port}: in use; choose another, or 0 for a free one\n` }); // biome-ignore format: one row
  server.close();
  expect(await bdpde("explore", "--port", "70000")).toMatchObject({ code: 2, stderr: expect.stringContaining("not a port") });
  expect(await bdpde("explore", "no-such.json")).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be read") });
});
