import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** Tests that start a browser or a Jupyter, or take a whole build: a minute and a half by themselves. */
const PAGES = [
  "test/explorer/page.test.ts",
  "test/explorer/page-use.test.ts",
  "test/validation/report-page.test.ts",
  "test/notebooks/execute.test.ts",
  "test/cli/validate-on-terminal.test.ts",
  "test/cli/compare-report-page.test.ts",
  "test/package/tarball.test.ts",
  "test/docs/site.test.ts",
];

/**
 * Tests of what only processes show: the built command, Python that reads our files, servers, terminals, full disks, and runs that are killed. Each start takes up
 * to seconds of CPU time, which a change of the mathematics need not wait for: `npm test` has the same code called in its own process.
 */
const PROCESSES = [
  "test/cli/compare-folder.test.ts",
  "test/cli/ensemble.test.ts",
  "test/cli/explore.test.ts",
  "test/cli/full-disk.test.ts",
  "test/cli/kill.test.ts",
  "test/cli/network-data.test.ts",
  "test/cli/process.test.ts",
  "test/cli/supervise.test.ts",
  "test/cli/terminal.test.ts",
  "test/comparison/python.test.ts",
  "test/docs/languages.test.ts",
  "test/docs/readme.test.ts",
  "test/files/every-kind.test.ts",
  "test/files/files.test.ts",
];

/** Tests of the studies of `validate` beyond the main claims, each of which runs small: a sixth of the time of all. */
const STUDIES = [
  "test/validation/false-alarms.test.ts",
  "test/validation/figure-1.test.ts",
  "test/validation/figure-2.test.ts",
  "test/validation/gibbs.test.ts",
  "test/validation/global-convergence.test.ts",
  "test/validation/mean-field-map.test.ts",
  "test/validation/notebook.test.ts",
  "test/validation/parts.test.ts",
  "test/validation/planned-power.test.ts",
  "test/validation/predictions.test.ts",
  "test/validation/proximal.test.ts",
  "test/validation/rates.test.ts",
  "test/validation/reinjection.test.ts",
  "test/validation/spurious-fixed-points.test.ts",
  "test/validation/stated-errors.test.ts",
  "test/validation/temperature.test.ts",
  "test/validation/wrong-schemes.test.ts",
];

/** Tests that start a Slurm on this machine, which takes its packages and a build. */
const SLURM = ["test/slurm/slurm.test.ts"];

/** Tests that have a larger size than in `npm test` (see test/sizes.ts). */
const SIZED = readdirSync(join(import.meta.dirname, "test"), { recursive: true, encoding: "utf8" })
  .map((file) => join("test", file))
  .filter((file) => file.endsWith(".test.ts") && readFileSync(join(import.meta.dirname, file), "utf8").includes("/sizes.ts"));

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: "100%",
    // No module keeps what one test file could leave to another, and loading them once for each worker saves a third of the time.
    isolate: false,
    // Less garbage collection: a tenth of the time. Tests make many short-lived objects, of which a small space for new ones lets half grow old.
    execArgv: ["--max-semi-space-size=64"],
    projects: [
      {
        extends: true,
        test: {
          name: "library",
          globalSetup: "test/built-command.ts",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...PAGES, ...PROCESSES, ...STUDIES, ...SLURM],
        },
      },
      { extends: true, test: { name: "studies", globalSetup: "test/built-command.ts", include: STUDIES } },
      { extends: true, test: { name: "processes", globalSetup: "test/built-command.ts", include: PROCESSES } },
      {
        extends: true,
        test: {
          name: "slow",
          globalSetup: "test/built-command.ts",
          env: { BDPDE_TEST_SIZE: "full" },
          include: SIZED,
          testTimeout: 180_000,
        },
      },
      { extends: true, test: { name: "slurm", include: SLURM, testTimeout: 300_000 } },
      { extends: true, test: { name: "pages", include: PAGES, testTimeout: 180_000, hookTimeout: 180_000 } },
    ],
  },
});
