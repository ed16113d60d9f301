import type { Study } from "../study.ts";
import { reportFavourable, reportUnfavourable } from "./claims.ts";
import { compareMethods, type MeanFieldConfig, measureMeanField } from "./mean-field.ts";
import {
  type LargeConfig,
  type LargeRun,
  measureLarge,
  measureSmall,
  type SmallConfig,
  type SmallRun,
  schemesOf,
} from "./particles.ts";
import { type PanelOutcome, reportMethods } from "./report.ts";
import { DYNAMICS_NAMES, type Start } from "./settings.ts";

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

const AMPLITUDES = { type: "normal", mean: 0, sd: 1 } as const;

/** No axis is narrower than what 1e-6 of the mass ever reaches; see the edge mass in the report. */
function starts(quick: boolean): Record<"favourable" | "unfavourable", Start> {
  const axis = (min: number, max: number, cells: number) => ({ min, max, cells, boundary: "no-flux" as const });
  return {
    favourable: {
      name: "favourable",
      initial: { c: AMPLITUDES, y: { type: "uniform", min: -2, max: 2 } },
      end: 30,
      quench: 10,
      times: quick ? [0, 1, 3, 10, 20, 30] : [0, 0.3, 1, 2, 3, 5, 7, 10, 14, 20, 25, 30],
      variables: { c: axis(-7, 7, quick ? 84 : 168), y: axis(-3, 3, quick ? 96 : 192) },
    },
    unfavourable: {
      name: "unfavourable",
      initial: { c: AMPLITUDES, y: { type: "normal", mean: -2, sd: 0.1 } },
      end: quick ? 40 : 100,
      quench: 10,
      times: quick ? [0, 1, 3, 10, 30, 40] : [0, 0.3, 1, 3, 5, 7, 10, 14, 20, 30, 45, 60, 75, 90, 100],
      variables: { c: axis(-11, 8, quick ? 96 : 152), y: axis(-5, 5, quick ? 200 : 320) },
    },
  };
}

export const figure1Study: Study = {
  name: "figure-1",
  title: "The mixture of Gaussians of figure 1",
  takesProblems: false,
  seconds: { quick: 25, full: 257 },
  async run({ quick, workers, load, progress }) {
    const { definition: base } = await load("mixture-of-gaussians");
    const methods = {
      base,
      alphas: quick ? [0, 5] : [0, 1, 5],
      times: [1, 3, 10],
      cells: quick ? { c: 64, y: 128 } : { c: 128, y: 256 },
      tolerance: quick ? 1e-4 : 1e-6,
      nodes: quick ? 24 : 32,
    };
    const rows = await compareMethods(methods);
    progress(0.05);
    const { favourable, unfavourable } = starts(quick);
    const small = { base, n: 200, dt: quick ? 0.05 : 0.01, replicas: quick ? 3 : 7, seed: 81, workers };
    const large = { base, dt: quick ? 0.1 : 0.05, nodes: quick ? 48 : 64, seed: 91, workers };
    const favourablePanel = await measurePanel(
      {
        start: favourable,
        meanField: { base, tolerance: quick ? 1e-3 : 1e-5, nodes: quick ? 24 : 32, finiteVolumeEnd: 30 },
        small,
        large: { ...large, judgedUntil: 30, sizes: quick ? [{ n: 1000, replicas: 6 }, { n: 4000, replicas: 4 }] : [{ n: 2500, replicas: 40 }, { n: 10000, replicas: 24 }] }, // biome-ignore format: one list
      },
      (share) => progress(0.05 + 0.35 * share),
    );
    const unfavourablePanel = await measurePanel(
      {
        start: unfavourable,
        meanField: { base, tolerance: quick ? 1e-2 : 1e-4, nodes: quick ? 24 : 32, finiteVolumeEnd: quick ? 3 : 30 },
        small,
        large: { ...large, judgedUntil: 10, sizes: quick ? [{ n: 1000, replicas: 6 }, { n: 4000, replicas: 4 }] : [{ n: 2500, replicas: 12 }, { n: 10000, replicas: 8 }] }, // biome-ignore format: one list
      },
      (share) => progress(0.4 + 0.6 * share),
    );
    const settings = { problem: base, small, large };
    return [
      reportMethods(methods, rows),
      reportFavourable(favourablePanel, settings),
      reportUnfavourable(unfavourablePanel, settings),
    ];
  },
};
