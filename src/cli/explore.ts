import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import sirv from "sirv";
import { InputError } from "../errors.ts";
import { POLICY } from "../explorer/policy.ts";
import { encodeLink } from "../explorer/state/link.ts";
import { withParticles } from "../explorer/state/opening.ts";
import { packageRoot } from "../version.ts";
import { PROBLEM, problemPath } from "./examples.ts";
import { readProblem } from "./files.ts";
import { tellHost } from "./host.ts";
import { parseNumber } from "./options.ts";

/** The page is for this machine alone. */
const HOST = "127.0.0.1";
const PORT = 8420;

/** The policy of the page, which its workers take from here alone, and that no other page may frame it. */
const HEADERS = {
  "Content-Security-Policy": `${POLICY}; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

export const createExploreCommand = () =>
  new Command("explore")
    .argument("[problem]", `to begin with: ${PROBLEM}`, problemPath)
    .option("--port <number>", `port on ${HOST}; 0 takes a free one`, parseNumber("--port"), PORT)
    .action(async (path, { port }) => {
      const page = join(packageRoot, "dist", "explorer");
      if (!existsSync(join(page, "index.html"))) {
        throw new InputError("explore", undefined, "the page is not built", "run npm run build");
      }
      const begin = path === undefined ? "" : `#${encodeLink(withParticles((await readProblem(path)).definition))}`;
      const { address } = await servePage(page, port);
      process.stdout.write(`${address}${begin}\n`);
      process.stderr.write("Open this address in a browser. Ctrl-C ends it.\n");
      tellHost({ serving: true });
    });

/**
 * Serves a folder with the explorer in it on the loopback interface.
 *
 * @param port 0 takes a free one.
 * @throws InputError for a port that cannot be had.
 */
export function servePage(folder: string, port: number): Promise<{ address: string; server: Server }> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new InputError("--port", port, "not a port", "give a whole number from 0 to 65535");
  }
  const serve = sirv(folder, {
    dev: true,
    setHeaders(response) {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    },
  });
  const server = createServer((request, response) => serve(request, response));
  return new Promise((resolve, reject) => {
    server.once("listening", () => resolve({ address: `http://${HOST}:${(server.address() as AddressInfo).port}/`, server }));
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        new InputError("--port", port, taken ? "in use" : `cannot be used (${error.code})`, "choose another, or 0 for a free one"),
      );
    });
    server.listen(port, HOST);
  });
}
