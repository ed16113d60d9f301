import { configDefaults, defineConfig } from "vitest/config";

/** Tests that start a browser or a Jupyter, or take a whole build: a minute and a half by themselves. */
const PAGES = [
  "test/explorer/page.test.ts",
  "test/validation/report-page.test.ts",
  "test/notebooks/execute.test.ts",
  "test/cli/validate-on-terminal.test.ts",
];

/** Tests that start a Slurm on this machine, which takes its packages and a build. */
const SLURM = ["test/slurm/slurm.test.ts"];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: "100%",
    // No module keeps what one test file could leave to another, and loading them once for each worker saves a third of the time.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "library",
          globalSetup: "test/built-command.ts",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...PAGES, ...SLURM],
        },
      },
      { extends: true, test: { name: "slurm", include: SLURM, testTimeout: 300_000 } },
      { extends: true, test: { name: "pages", include: PAGES, testTimeout: 180_000, hookTimeout: 180_000 } },
    ],
  },
});
