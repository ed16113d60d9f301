import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { isBroken, type Kill, measureKills, WRITERS } from "./kill.ts";
import { measureEnsembleKills } from "./kill-ensemble.ts";
import { measureResumes, RESUMABLES } from "./kill-resume.ts";
import { builtCommand, emptyFolder } from "./run.ts";

const few = WRITERS.filter(({ name }) => name === "solve" || name === "particles");

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a run that is killed leaves whole files, and the next one removes what lies beside them", async () => {
  vi.stubEnv("BDPDE_BUILT", builtCommand());
  const found = await measureKills({ writers: few, kills: 2, seed: 1, folder: join(emptyFolder(), "outputs") });
  expect(found.filter(isBroken)).toEqual([]);
  expect(found.filter(({ stillThere }) => stillThere.length > 0)).toEqual([]);
});

test("an output that is cut off, or gone though it was there, is seen", () => {
  const kill: Kill = {
    writer: "solve",
    existing: true,
    after: 0,
    from: "start",
    late: false,
    found: { "run.nc": "old", "run.json": "new" },
    leftOver: [],
    stillThere: [],
  };
  expect(isBroken(kill)).toBe(false);
  expect(isBroken({ ...kill, found: { "run.nc": "missing" } })).toBe(true);
  expect(isBroken({ ...kill, existing: false, found: { "run.nc": "missing" } })).toBe(false);
  expect(isBroken({ ...kill, existing: false, found: { "run.nc": "broken: the end is missing" } })).toBe(true);
});

test("an ensemble that is killed goes on from where it was, and ends with the same bytes", async () => {
  vi.stubEnv("BDPDE_BUILT", builtCommand());
  const { kills, ended, broken } = await measureEnsembleKills({ kills: 3, seed: 1, folder: join(emptyFolder(), "kills") });
  expect({ kills, broken }).toEqual({ kills: 3, broken: [] });
  expect(ended).toBeGreaterThan(0);
});

test.each([
  ["its state", "solve --grid moving"],
  ["its parts", "fluctuations in the plane"],
])("a run that keeps %s and is killed goes on from there, and ends with the same bytes: %s", async (_, command) => {
  vi.stubEnv("BDPDE_BUILT", await builtCommand());
  const resumables = RESUMABLES.filter(({ name }) => name === command);
  const [found] = await measureResumes({ resumables, kills: 3, seed: 2, folder: join(emptyFolder(), "resumes") });
  expect({ kills: found.kills, broken: found.broken }).toEqual({ kills: 3, broken: [] });
  expect(found.ended).toBeGreaterThan(0);
});
