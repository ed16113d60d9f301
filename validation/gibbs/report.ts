import { atLeast, atMost, type Range, show, within } from "../claims.ts";
import { shadesOf } from "../shared/colours.ts";
import { draw, logY } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import { type Dynamics, rootsOfWell, TILT } from "./problems.ts";
import { escapeRate, type RelaxationRow, ratesAt } from "./relaxation.ts";
import type { StationaryRow } from "./stationary.ts";

/** Of a measured rate over the predicted one: errors of steps (2e-4) and of cells (h^2, 4e-4 at the least tau), and as much for the remainder of faster modes. */
const RIGHT: Range = [0.999, 1.001];
/** At the least tau: the next term of Eyring and Kramers' formula is of order tau / barrier. */
const NEAR: Range = [0.8, 1.25];
/** How much faster than over the barrier, at the least tau. */
const FASTER = 10;
/** A zero of the spectrum: rounding of numbers of size 1e3. */
const ZERO = 1e-10;

/** Points of the curves of theory. */
const DRAWN = 100;

const NAMES: Readonly<Record<Dynamics, string>> = {
  "gradient-descent": "Langevin",
  "birth-death": "Langevin with births and deaths",
  "pure-birth-death": "births and deaths alone",
};

export function reportRelaxation(rows: readonly RelaxationRow[], settings: object): StudyResult {
  const { barrier } = rootsOfWell(TILT);
  const of = (dynamics: Dynamics) => rows.filter((row) => row.dynamics === dynamics);
  const ratios = rows.map(({ fit, predicted }) => fit.interval.map((rate) => rate / predicted));
  const hull = (dynamics: Dynamics): Range => {
    const own = ratios.filter((_, k) => rows[k].dynamics === dynamics).flat();
    return [Math.min(...own), Math.max(...own)];
  };
  const temperatures = of("gradient-descent").map(({ temperature }) => temperature);
  const least = Math.min(...temperatures);
  const rateAtLeast = (dynamics: Dynamics) =>
    of(dynamics).find(({ temperature }) => temperature === least)?.fit.slope ?? Number.NaN;
  const [slow, fast] = [rateAtLeast("gradient-descent"), rateAtLeast("birth-death")];
  const zeros = temperatures.map((temperature) => Math.abs(ratesAt(temperature)[0]));
  const alpha = of("birth-death")[0]?.alpha ?? Number.NaN;
  const [from, to] = [1 / Math.max(...temperatures), 1 / least];
  const curve = Array.from({ length: DRAWN }, (_, k) => {
    const inverse = from + ((to - from) * k) / (DRAWN - 1);
    return { inverse, gap: ratesAt(1 / inverse)[1] };
  });
  const lookOf = (dynamics: Dynamics) => shadesOf(dynamics, 1)[0];
  const theory = (name: string, dynamics: Dynamics, rate: (point: (typeof curve)[number]) => number) =>
    draw(name, curve, "inverse", rate, { mode: "lines", label: name, ...lookOf(dynamics) });
  return resultOf({
    name: "gibbs: rates",
    claims: [
      ...(Object.keys(NAMES) as Dynamics[]).map((dynamics) => {
        const theory = { "gradient-descent": "the spectral gap", "birth-death": "the spectral gap + alpha tau", "pure-birth-death": "alpha tau" }[dynamics]; // biome-ignore format: a row
        return within(`${NAMES[dynamics]}: the rate of int |mu - Gibbs| over ${theory}, all intervals`, hull(dynamics), RIGHT, 5);
      }),
      within(`the rate of Langevin at tau = ${least} over Eyring and Kramers' (e^(-barrier / tau))`, [slow / escapeRate(least), slow / escapeRate(least)], NEAR), // biome-ignore format: one claim
      atLeast(`births and deaths relax at ${show(fast)} at tau = ${least}, Langevin alone at ${show(slow)}: times as fast`, fast / slow, FASTER), // biome-ignore format: one claim
      atMost("the least eigenvalue of Witten's operator, which is 0", Math.max(...zeros), ZERO, "rounding"),
    ],
    notes: [
      `F = (x^2 - 1)^2 / 4 + ${TILT} x from a start in the shallow well; the barrier from there is ${barrier.toFixed(4)}. Births and deaths by F + tau log mu, alpha = ${alpha}. Finite volumes (scharfetter-gummel).`,
      "The spectral gap is the second eigenvalue of Witten's operator -tau d^2 + F'^2 / (4 tau) - F'' / 2 on sinc functions (ml-matrix), which shares nothing with the solver. Near Gibbs births and deaths by the free energy take alpha tau from every mode, so their rate is the sum: as tau falls, the gap dies like e^(-barrier / tau), alpha tau in proportion to tau.",
      "Rates are slopes of log int |mu - Gibbs| where it is between 1e-10 and 1e-5, with the interval of the scatter about the line.",
    ],
    tables: [
      tabulateFields(
        "Rates at which mu tends to Gibbs",
        rows.map(({ dynamics, temperature, predicted, fit, points, steps }, k) => ({
          ...{ dynamics: NAMES[dynamics], temperature, predicted, measured: fit.slope },
          ...{ "measured / predicted, 95%": `[${ratios[k].map((ratio) => ratio.toFixed(6)).join(", ")}]`, points, steps },
        })),
      ),
    ],
    figures: [
      logY(
        "Rate of relaxation against 1 / tau",
        { title: "inverse temperature", symbol: "1 / tau" },
        { title: "rate of relaxation", symbol: "lambda" },
        [
          ...(Object.keys(NAMES) as Dynamics[]).map(
            (dynamics) =>
          draw(NAMES[dynamics], of(dynamics), ({ temperature }) => 1 / temperature, ({ fit }) => fit.slope, { mode: "markers", ...lookOf(dynamics) }), // biome-ignore format: one call
          ),
          theory("spectral gap", "gradient-descent", ({ gap }) => gap),
          theory("gap + alpha tau", "birth-death", ({ gap, inverse }) => gap + alpha / inverse),
          theory("alpha tau", "pure-birth-death", ({ inverse }) => alpha / inverse),
          draw("Eyring-Kramers", curve, "inverse", ({ inverse }) => escapeRate(1 / inverse), { mode: "lines", dashed: true, label: "Eyring-Kramers" }), // biome-ignore format: one call
        ],
      ),
    ],
    settings,
  });
}

/** What both solvers must reach. */
const STATIONARY = 1e-8;

export function reportStationary(rows: readonly StationaryRow[], settings: object): StudyResult {
  return resultOf({
    name: "gibbs: stationary distributions",
    claim:
      "Gibbs, e^{-V[mu] / tau} / Z, is where finite volumes come to rest and modes stay: in the double well, and with a quadratic K in closed form.",
    claims: rows.flatMap(({ problem, method, error, gibbsResidual }) => [
      atMost(`${problem}, ${method}: mean, second moment and free energy off by`, error, STATIONARY),
      atMost(`${problem}, ${method}: int |mu - Gibbs|`, gibbsResidual, STATIONARY),
    ]),
    notes: [
      "The double well with births and deaths, against sums over its Gibbs density; Langevin in k (x - c)^2 / 2 with K = b x x', against its closed form: mean k c / (k + b), variance tau / k. Finite volumes run until e^-25 is left of a start elsewhere; modes start at Gibbs, since they take thousands of steps where a density that starts elsewhere is near rounding in the tails.",
    ],
    tables: [tabulateFields("At the end", rows)],
    settings,
  });
}
