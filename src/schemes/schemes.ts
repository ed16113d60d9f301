import { algorithm1 } from "./algorithm-1.ts";
import { authorsNotebook } from "./authors-notebook.ts";
import { eventProcess } from "./event-process.ts";
import { gradientDescent } from "./gradient-descent.ts";
import { reinjection } from "./reinjection.ts";
import { multinomialResampling, resampling, shuffledResampling, systematicResampling } from "./resampling.ts";
import type { ParticleScheme } from "./scheme.ts";

/** The particle schemes by name, each with the dynamics it follows. */
export const SCHEMES = {
  "algorithm-1": algorithm1,
  "event-process": eventProcess,
  resampling,
  "resampling-systematic": systematicResampling,
  "resampling-shuffled": shuffledResampling,
  "resampling-multinomial": multinomialResampling,
  reinjection,
  "authors-notebook": authorsNotebook,
  "gradient-descent": gradientDescent,
} as const satisfies Record<string, ParticleScheme>;

export type SchemeName = keyof typeof SCHEMES;
