import type { Given } from "./command.ts";
import type { Environment } from "./environment.ts";

/** What a report is about besides its results. */
export interface ReportInfo extends Environment {
  version: string;
  /** The command that repeats the whole report. */
  command: string;
  given: Given;
  seconds: number;
  /** Titles of the studies that were to come when this was written; none in a whole report. */
  unfinished: readonly string[];
}
