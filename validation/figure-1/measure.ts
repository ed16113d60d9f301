import type { SchemeName } from "../../src/schemes/schemes.ts";
import { type KeepPart, keepNoPart, partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { type MeanFieldConfig, measureMeanField } from "./mean-field.ts";
import { type LargeConfig, measureLarge, measureSmall, type SmallConfig, schemesOf } from "./particles.ts";
import { DYNAMICS_NAMES, type DynamicsName, type Start } from "./settings.ts";

/** The runs from one start. */
export interface PanelConfig {
  start: Start;
  meanField: Omit<MeanFieldConfig, "start">;
  small: Omit<SmallConfig, "start">;
  large: Omit<LargeConfig, "start">;
}

export type PanelOutcome = Awaited<ReturnType<typeof measurePanel>>;

/** All that is measured from one start. */
export async function measurePanel(
  { start, ...config }: PanelConfig,
  onPart: (share: number) => void,
  keep: KeepPart = keepNoPart,
) {
  const meanField = await inSequence(
    DYNAMICS_NAMES,
    (dynamics) => measureMeanField({ ...config.meanField, start }, dynamics),
    (count) => onPart((0.3 * count) / DYNAMICS_NAMES.length),
    partsOf(keep, "mean-field"),
  );
  const small = (dynamics: DynamicsName) =>
    inSequence(
      schemesOf(dynamics),
      (scheme) => measureSmall({ ...config.small, start }, dynamics, scheme),
      () => {},
      partsOf(keep, `small-${DYNAMICS_NAMES.indexOf(dynamics) + 1}`),
    );
  const large = (dynamics: DynamicsName) =>
    measureLarge({ ...config.large, start }, dynamics, partsOf(keep, `large-${DYNAMICS_NAMES.indexOf(dynamics) + 1}`));
  const particles = await inSequence(
    DYNAMICS_NAMES,
    async (dynamics) => ({ small: await small(dynamics), large: await large(dynamics) }),
    (count) => onPart(0.3 + (0.7 * count) / DYNAMICS_NAMES.length),
  );
  return { start, meanField, small: particles.flatMap((each) => each.small), large: particles.map((each) => each.large) };
}

/** Median energies of the authors' code over five seeds, n = 200, dt = 0.01; for orientation. */
const AUTHORS: Record<Start["name"], Partial<Record<DynamicsName, Readonly<Record<number, number>>>>> = {
  favourable: {
    "gradient-descent": { 1: 4.6e-2, 3: 2.2e-2, 10: 4.7e-3, 30: 6e-4 },
    "birth-death": { 1: 2.4e-2, 3: 4.5e-3, 10: 2.1e-4, 30: 5.7e-5 },
  },
  unfavourable: {
    "gradient-descent": { 10: 3.1e-2, 30: 1.5e-2, 100: 1.37e-2 },
    "birth-death": { 10: 1.4e-2, 30: 1.374e-2, 100: 1.37e-2 },
    "reinjection net-deficit": { 10: 1.4e-2, 30: 4.6e-4, 100: 1.3e-4 },
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
