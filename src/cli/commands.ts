import type { CommandUnknownOpts } from "@commander-js/extra-typings";

export type SetExitCode = (code: number) => void;

/** A command as the list of commands shows it. */
export interface CommandRow {
  /** The arguments as the list of commands shows them; the command itself says what they are. */
  takes: readonly string[];
  description: string;
  /** Command lines that work as they stand in an empty folder, but for files that an earlier one wrote. */
  examples: readonly [string, string];
  /** @param args the words of the command line */
  load: (setExitCode: SetExitCode, args?: readonly string[]) => Promise<CommandUnknownOpts>;
}

/** In the order of the help. A command is loaded when it is named: they are most of what there is to load. */
export const COMMANDS = {
  solve: {
    takes: ["<problem>"],
    description: "Solve the mean-field equation of a problem file",
    examples: ["solve double-well", "solve coupled-well --cells x=96,y=64 --out run.nc --plot run.svg"],
    load: async (setExitCode) => (await import("./solve.ts")).createSolveCommand(setExitCode),
  },
  particles: {
    takes: ["<problem>"],
    description: "Simulate replicas of a particle scheme",
    examples: [
      "particles double-well --n 1000 --dt 0.01 --replicas 100",
      "particles langevin-double-well --scheme weighted --replicas 64 --out mine.npz",
    ],
    load: async () => (await import("./particles.ts")).createParticlesCommand(),
  },
  ensemble: {
    takes: ["<what>"],
    description:
      "Simulate many replicas as shards in a folder: resumed where it was left, by any number of processes, merged bit for bit",
    examples: ["ensemble run double-well --dir runs --n 10000 --replicas 4000", "ensemble merge runs --summary merged.json"],
    load: async (setExitCode) => (await import("./ensemble.ts")).createEnsembleCommand(setExitCode),
  },
  reference: {
    takes: ["<problem>"],
    description: "Compute densities, energy and observables of stated error: two methods, refined until they agree",
    examples: ["reference double-well --tolerance 1e-3 --out ref.nc", "reference coupled-well --summary - --tolerance 1e-2"],
    load: async (setExitCode) => (await import("./reference.ts")).createReferenceCommand(setExitCode),
  },
  fluctuations: {
    takes: ["<problem>"],
    description:
      "Predict n Var and covariance of the observables of a particle scheme, as n -> infinity, and how far n is from that",
    examples: [
      "fluctuations double-well --n 1000 --dt 0.01",
      "fluctuations langevin-double-well --scheme weighted --n 1000 --dt 0.01 --plot parts.svg",
    ],
    load: async () => (await import("./fluctuations.ts")).createFluctuationsCommand(),
  },
  compare: {
    takes: ["<reference>", "<particles>"],
    description: "Judge particles of any scheme and language against a reference: consistent, inconsistent or inconclusive",
    examples: [
      "compare ref.nc mine.npz --report verdict.html",
      "compare ref.nc mine.npz --power alpha=5% --scheme algorithm-1 --dt 0.01",
    ],
    load: async (setExitCode, args) => (await import("./compare.ts")).createCompareCommand(setExitCode, args),
  },
  plan: {
    takes: ["<problem>"],
    description: "Choose n, replicas and dt with which compare finds an error of a stated size, and predict its power",
    examples: ["plan double-well --detect alpha=5%", "plan gaussian-repulsion --detect drift=5% --n 1000"],
    load: async () => (await import("./plan.ts")).createPlanCommand(),
  },
  validate: {
    takes: ["[problems...]"],
    description: "Run the studies, each of which judges claims by their numbers, and write a report",
    examples: ["validate", "validate double-well --study lln --report mine"],
    load: async (setExitCode) => (await import("./validate.ts")).createValidateCommand(setExitCode),
  },
  problems: {
    takes: ["[what]"],
    description: "List the examples, describe one, or copy its file",
    examples: ["problems", "problems copy double-well mine.json"],
    load: async () => (await import("./problems.ts")).createProblemsCommand(),
  },
  explore: {
    takes: ["[problem]"],
    description: "Serve the web explorer on this machine, until interrupted",
    examples: ["explore", "explore langevin-double-well --port 0"],
    load: async () => (await import("./explore.ts")).createExploreCommand(),
  },
} satisfies Record<string, CommandRow>;
