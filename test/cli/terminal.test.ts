import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { barLine } from "../../src/cli/progress-display.ts";
import { formatTable } from "../../src/figures/table.ts";
import { expectClean, HAS_SCRIPT, missingWords, onTerminal } from "./on-terminal.ts";
import { emptyFolder, grids, spawnBdpde } from "./run.ts";

describe.skipIf(!HAS_SCRIPT)("on a terminal, each command with a bar leaves what it printed, and nothing else", () => {
  const folder = emptyFolder();
  const at = (name: string) => join(folder, name);
  const well = join(grids, "double-well.json");
  const small = ["--n", "50", "--dt", "0.05", "--replicas", "4"];
  const reference = at("reference.nc");
  const particles = at("particles.npz");

  beforeAll(async () => {
    await spawnBdpde(["reference", well, "--end", "0.25", "--tolerance", "1e-2", "--out", reference]);
    await spawnBdpde(["particles", well, "--end", "0.25", ...small, "--out", particles]);
  });

  test.each([
    ["solve", [well, "--cells", "64", "--end", "0.25"]],
    ["particles", [well, ...small]],
    ["reference", [well, "--end", "0.25", "--tolerance", "1e-2"]],
    ["fluctuations", [well, "--n", "50", "--dt", "0.05", "--end", "0.25", "--replicas", "16"]],
    ["compare", [reference, particles, "--dt-bias", "0.05"]],
    ["plan", [well, "--detect", "sd=0.2", "--end", "0.25"]],
  ])("%s, 80 x 24", async (command, args) => {
    const plain = await spawnBdpde([command, ...args]);
    const seen = await onTerminal([command, ...args]);
    expect(seen.code).toBe(plain.code);
    expectClean(seen, 80);
    expect(missingWords(plain.stdout, seen)).toEqual([]);
  });

  test("ensemble, 80 x 24", async () => {
    const seen = await onTerminal(["ensemble", "run", well, ...small, "--dir", at("ensemble")]);
    expectClean(seen, 80);
    expect(seen.lines.join(" ")).toContain("all 4 replicas are in");
  });

  test("Ctrl-C leaves an empty line for the prompt, with the cursor and the wrapping as they were", async () => {
    const seen = await onTerminal(["particles", well, "--n", "100000", "--replicas", "1000"], { typed: "\u0003" });
    expect(seen.code).toBe(130);
    expectClean(seen, 80);
  });

  test("verdicts have colours, but with NO_COLOR", async () => {
    const args = ["compare", reference, particles, "--dt-bias", "0.05"];
    const [seen, plain] = [await onTerminal(args), await onTerminal(args, { env: { NO_COLOR: "1" } })];
    expect(seen.lines).toEqual(plain.lines);
    expect(seen.raw).toContain("\u001b[33minconclusive\u001b[39m");
    expect(plain.raw).not.toContain("\u001b[3");
  });
});

describe("the bar fits its line: first it gives way, then the amount, and the label between words only", () => {
  const state = { share: 0.456, amount: "456 of 1000 replicas | 31.2/s", left: "17 s", label: "simulating a well with two minima" };
  test.each([
    [
      120,
      "\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2588\u2591\u2591\u2591\u2591\u2591\u2591\u2591\u2591\u2591\u2591\u2591\u2591\u2591 45% | 456 of 1000 replicas | 31.2/s | ETA 17 s | simulating a well with two minima",
    ],
    [
      100,
      "\u2588\u2588\u2588\u2588\u2588\u2591\u2591\u2591\u2591\u2591 45% | 456 of 1000 replicas | 31.2/s | ETA 17 s | simulating a well with two minima",
    ],
    [80, "\u2588\u2588\u2588\u2588\u2588\u2591\u2591\u2591\u2591\u2591 45% | ETA 17 s | simulating a well with two minima"],
    [50, "\u2588\u2588\u2588\u2588\u2588\u2591\u2591\u2591\u2591\u2591 45% | ETA 17 s | simulating a well \u2026"],
    [30, "\u2588\u2588\u2588\u2588\u2588\u2591\u2591\u2591\u2591\u2591 45% | ETA 17 s"],
  ])("%i columns", (columns, line) => {
    expect(barLine(state, columns)).toBe(line);
    expect(line.length).toBeLessThan(columns);
  });
});

test("a table wider than its lines is split by columns, each part with what tells the rows apart", () => {
  const header = ["time", "observable", "particles", "reference"];
  const rows = [
    [0.5, "mean", 1.25, 1.5],
    [1, "mean", 1e-290, -0.125],
  ];
  expect(formatTable(header, rows, 6, { width: 30, keys: 2 })).toBe(
    [
      "time  observable  particles",
      " 0.5        mean       1.25",
      "   1        mean          0",
      "",
      "time  observable  reference",
      " 0.5        mean        1.5",
      "   1        mean     -0.125",
    ].join("\n"),
  );
});
