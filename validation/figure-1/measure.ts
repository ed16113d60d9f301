import type { SchemeName } from "../../src/schemes/schemes.ts";
import { type MeanFieldConfig, type MeanFieldCurve, measureMeanField } from "./mean-field.ts";
import {
  type LargeConfig,
  type LargeRun,
  measureLarge,
  measureSmall,
  type SmallConfig,
  type SmallRun,
  schemesOf,
} from "./particles.ts";
import { DYNAMICS_NAMES, type DynamicsName, type Start } from "./settings.ts";

/** All that is measured from one start. */
export interface PanelOutcome {
  start: Start;
  meanField: MeanFieldCurve[];
  small: SmallRun[];
  large: LargeRun[];
}

/** One start: what is run of it. */
export interface PanelConfig {
  start: Start;
  meanField: Omit<MeanFieldConfig, "start">;
  small: Omit<SmallConfig, "start">;
  large: Omit<LargeConfig, "start">;
}

export async function measurePanel({ start, ...config }: PanelConfig, onPart: (share: number) => void): Promise<PanelOutcome> {
  const meanField = await measureMeanField({ ...config.meanField, start }, (share) => onPart(0.3 * share));
  const small: SmallRun[] = [];
  const large: LargeRun[] = [];
  for (const [k, dynamics] of DYNAMICS_NAMES.entries()) {
    for (const scheme of schemesOf(dynamics)) small.push(await measureSmall({ ...config.small, start }, dynamics, scheme));
    large.push(await measureLarge({ ...config.large, start }, dynamics));
    onPart(0.3 + (0.7 * (k + 1)) / DYNAMICS_NAMES.length);
  }
  return { start, meanField, small, large };
}

/** Median energies of the authors' code over five seeds, n = 200, dt = 0.01; for orientation. */
const AUTHORS: Record<Start["name"], Partial<Record<DynamicsName, Readonly<Record<number, number>>>>> = {
  favourable: {
    "gradient descent": { 1: 4.6e-2, 3: 2.2e-2, 10: 4.7e-3, 30: 6e-4 },
    "birth-death": { 1: 2.4e-2, 3: 4.5e-3, 10: 2.1e-4, 30: 5.7e-5 },
  },
  unfavourable: {
    "gradient descent": { 10: 3.1e-2, 30: 1.5e-2, 100: 1.37e-2 },
    "birth-death": { 10: 1.4e-2, 30: 1.374e-2, 100: 1.37e-2 },
    reinjection: { 10: 1.4e-2, 30: 4.6e-4, 100: 1.3e-4 },
  },
};

/** What the authors' code runs. */
const THEIR_SCHEMES: readonly SchemeName[] = ["authors-notebook", "gradient-descent"];

export type AuthorsRow = ReturnType<typeof authorsRows>[number];

export function authorsRows({ start, small }: PanelOutcome) {
  return small
    .filter(({ scheme }) => THEIR_SCHEMES.includes(scheme))
    .flatMap(({ dynamics, times, quartiles }) =>
      Object.entries(AUTHORS[start.name][dynamics] ?? {}).flatMap(([time, theirs]) => {
        const s = times.indexOf(Number(time));
        return s < 0 ? [] : [{ dynamics, time: Number(time), ...quartiles[s], theirs }];
      }),
    );
}
