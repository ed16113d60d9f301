import { NARROW } from "../shared/motions.ts";
import { partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy } from "../study.ts";
import { compareMethods } from "./mean-field.ts";
import { measurePanel } from "./measure.ts";
import { CLAIM, reportFavourable, reportMethods, reportUnfavourable } from "./report.ts";

const axis = (min: number, max: number, cells: number) => ({ min, max, cells, boundary: "no-flux" as const });

/** No axis is narrower than what 1e-6 of the mass ever reaches; see the edge mass in the report. */
const WIDE = { c: { type: "normal", mean: 0, sd: 1 }, y: { type: "uniform", min: -2, max: 2 } } as const;
const FAVOURABLE = { name: "favourable", initial: WIDE, end: 30, quench: 10 } as const;
const UNFAVOURABLE = { name: "unfavourable", initial: NARROW, quench: 10 } as const;

const QUICK_SIZES = [{ n: 1000, replicas: 6 }, { n: 4000, replicas: 4 }]; // biome-ignore format: one row

const QUICK = {
  methods: { alphas: [0, 5], cells: { c: 64, y: 128 }, tolerance: 1e-4, nodes: 24 },
  small: { dt: 0.05, replicas: 3 },
  large: { dt: 0.1, nodes: 48 },
  panels: [
    {
      start: { ...FAVOURABLE, times: [0, 1, 3, 10, 20, 30], variables: { c: axis(-7, 7, 84), y: axis(-3, 3, 96) } },
      meanField: { tolerance: 1e-3, nodes: 24, finiteVolumeEnd: 30 },
      large: { judgedUntil: 30, sizes: QUICK_SIZES },
    },
    {
      start: { ...UNFAVOURABLE, end: 40, times: [0, 1, 3, 10, 30, 40], variables: { c: axis(-11, 8, 96), y: axis(-5, 5, 200) } },
      meanField: { tolerance: 1e-2, nodes: 24, finiteVolumeEnd: 3 },
      large: { judgedUntil: 10, sizes: QUICK_SIZES },
    },
  ],
};

const FULL = {
  methods: { alphas: [0, 1, 5], cells: { c: 128, y: 256 }, tolerance: 1e-6, nodes: 32 },
  small: { dt: 0.01, replicas: 7 },
  large: { dt: 0.05, nodes: 64 },
  panels: [
    {
      start: { ...FAVOURABLE, times: [0, 0.3, 1, 2, 3, 5, 7, 10, 14, 20, 25, 30], variables: { c: axis(-7, 7, 168), y: axis(-3, 3, 192) } }, // biome-ignore format: one row
      meanField: { tolerance: 1e-5, nodes: 32, finiteVolumeEnd: 30 },
      large: { judgedUntil: 30, sizes: [{ n: 2500, replicas: 40 }, { n: 10000, replicas: 24 }] }, // biome-ignore format: one row
    },
    {
      start: { ...UNFAVOURABLE, end: 100, times: [0, 0.3, 1, 3, 5, 7, 10, 14, 20, 30, 45, 60, 75, 90, 100], variables: { c: axis(-11, 8, 152), y: axis(-5, 5, 320) } }, // biome-ignore format: one row
      meanField: { tolerance: 1e-4, nodes: 32, finiteVolumeEnd: 30 },
      large: { judgedUntil: 10, sizes: [{ n: 2500, replicas: 12 }, { n: 10000, replicas: 8 }] }, // biome-ignore format: one row
    },
  ],
};

export const figure1Study = defineStudy({
  name: "figure-1",
  title: "The mixture of Gaussians of figure 1",
  claim: CLAIM,
  takesProblems: false,
  seconds: { quick: 25, full: 257 },
  sizes: { quick: QUICK, full: FULL },
  async run({ workers, load, progress, keep, seedFrom }, sizes) {
    const { definition: base } = await load("mixture-of-gaussians");
    const methods = { base, times: [1, 3, 10], ...sizes.methods };
    const rows = await compareMethods(methods, partsOf(keep, "methods"));
    progress(0.05);
    const small = { base, n: 200, ...sizes.small, seed: seedFrom(81), workers };
    const large = { base, ...sizes.large, seed: seedFrom(91), workers };
    const outcomes = await inSequence(sizes.panels, ({ start, meanField, large: own }, k) => {
      const config = { start, meanField: { base, ...meanField }, small, large: { ...large, ...own } };
      return measurePanel(config, (share) => progress(0.05 + 0.35 * k + (0.35 + 0.25 * k) * share), partsOf(keep, start.name));
    });
    const settings = { problem: base, small, large };
    return [reportMethods(methods, rows), reportFavourable(outcomes[0], settings), reportUnfavourable(outcomes[1], settings)];
  },
});
