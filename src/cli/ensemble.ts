import { Command } from "@commander-js/extra-typings";
import { createMergeCommand } from "./ensemble-merge.ts";
import { createCreateCommand, createRunCommand } from "./ensemble-run.ts";
import { createStatusCommand } from "./ensemble-status.ts";
import { createSubmitCommand } from "./ensemble-submit.ts";
import { createWorkCommand } from "./ensemble-work.ts";

/** @param setExitCode receives 3 where replicas are missing. */
export const createEnsembleCommand = (setExitCode: (code: number) => void) =>
  new Command("ensemble")
    .addCommand(createRunCommand())
    .addCommand(createCreateCommand())
    .addCommand(createSubmitCommand(setExitCode))
    .addCommand(createStatusCommand(setExitCode))
    .addCommand(createMergeCommand(setExitCode))
    .addCommand(createWorkCommand(), { hidden: true });
