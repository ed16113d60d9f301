import { partsOf } from "../shared/parts.ts";
import { inSequence } from "../shared/sizes.ts";
import { defineStudy } from "../study.ts";
import type { Relaxing } from "./problems.ts";
import { measureRelaxation } from "./relaxation.ts";
import { reportRelaxation, reportStationary } from "./report.ts";
import { measureStationary } from "./stationary.ts";

const GIBBS_ALPHA = 4;
const CELLS = 512;

export const gibbsStudy = defineStudy({
  name: "gibbs",
  title: "Gibbs and the barrier",
  claim:
    "At a temperature mu_t tends to Gibbs: Langevin at the spectral gap of the well, which dies with e^(-barrier / tau); with births and deaths by the free energy alpha tau comes on top, whatever the barrier.",
  takesProblems: false,
  seconds: { quick: 8, full: 12 },
  sizes: {
    quick: { temperatures: [0.05, 0.1, 0.3], stationaryCells: 128 },
    full: { temperatures: [0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3], stationaryCells: 256 },
  },
  async run({ progress, keep }, { temperatures, stationaryCells }) {
    const settings = relaxations(temperatures);
    const onDone = (count: number) => progress(count / (settings.length + 2));
    const rows = await inSequence(settings, (each) => measureRelaxation(each, CELLS), onDone, partsOf(keep, "rate"));
    const stationary = await measureStationary(stationaryCells, partsOf(keep, "stationary"));
    progress(1);
    return [
      reportRelaxation(rows, { temperatures, alpha: GIBBS_ALPHA, cells: CELLS }),
      reportStationary(stationary, { cells: stationaryCells }),
    ];
  },
});

/** Each dynamics at each temperature. */
export function relaxations(temperatures: readonly number[]): Relaxing[] {
  return temperatures.flatMap((temperature) => [
    { temperature, alpha: 0, dynamics: "gradient-descent" as const },
    { temperature, alpha: GIBBS_ALPHA, dynamics: "birth-death" as const },
    { temperature, alpha: GIBBS_ALPHA, dynamics: "pure-birth-death" as const },
  ]);
}
