import { combine, type Finding, show } from "../claims.ts";
import type { StudyResult } from "../study.ts";
import { energyPanel, fewParticlesPanel, fittedPanel, particlePanel } from "./panels.ts";
import { curveOf, findAuthors, findClaim, findLarge, findSmall, notesOn, type PanelOutcome, tablesOn } from "./report.ts";

const ALL_CONVERGE = { "gradient descent": true, "birth-death": true, reinjection: true } as const;
const REINJECTION_CONVERGES = { "gradient descent": false, "birth-death": false, reinjection: true } as const;

/** Differences of two methods, and of two dynamics that should be one. */
const ENERGY_LIMIT = 1e-4;
/** Of finite volumes from characteristics, as a share of the initial energy, from the narrow start. */
const COARSE_LIMIT = 0.02;

export function reportFavourable(outcome: PanelOutcome, settings: StudyResult["settings"]): StudyResult {
  const findings = [findMethods(outcome), ...findClaim(outcome, ALL_CONVERGE), findNoDeficit(outcome), findSmall(outcome, ALL_CONVERGE), ...findLarge(outcome), findAuthors(outcome)]; // biome-ignore format: one list
  return {
    name: "figure 1: favourable start",
    claim:
      "From y ~ U(-2, 2), c ~ N(0, 1) gradient descent, birth-death and birth-death with reinjection all converge to the target function, birth and death the faster; the particles do what their mean field does.",
    verdict: combine(findings),
    findings,
    notes: [
      ...notesOn(outcome, outcome.small[0].last.count),
      "The paper says that the three dynamics all rapidly converge. They do converge; how rapidly differs: see the times at which a hundredth of the initial energy is left.",
    ],
    tables: tablesOn(outcome),
    figures: [energyPanel(outcome), fewParticlesPanel(outcome), fittedPanel(outcome)],
    settings: { ...settings, start: outcome.start },
  };
}

export function reportUnfavourable(outcome: PanelOutcome, settings: StudyResult["settings"]): StudyResult {
  const findings = [findCoarse(outcome), ...findClaim(outcome, REINJECTION_CONVERGES), findSmall(outcome, REINJECTION_CONVERGES), ...findLarge(outcome), findAuthors(outcome)]; // biome-ignore format: one list
  return {
    name: "figure 1: unfavourable start",
    claim:
      "From a narrow start around y = -2 gradient descent and birth-death without reinjection do not converge within the run, and birth-death with reinjection does.",
    verdict: combine(findings),
    findings,
    notes: [
      ...notesOn(outcome, outcome.small[0].last.count),
      "The normal start has mass everywhere, e^{-200} of it near y = 0: birth and death without reinjection are stuck for the run and not for ever. Particles have no such tails, nor have the nodes of the characteristics, which stand for 7.5 standard deviations and more where a tail grows.",
      "Under reinjection the escape from E = 0.0137 is an instability: what comes back is small at first and grows exponentially, and with it the noise of particles. From t = 14 to 20 their mean energy is below that of the mean field, as chance starts the escape early, by an amount that is not 1/n: particles are judged before it, and shown beyond. Long after it they stay above the mean field, by up to a factor 2 at n = 10000, and taking off 1/n does not close this: the study does not decide how it vanishes with n.",
      "One reason may be the law itself: net-deficit reinjection mends a deficit of the population and not a surplus, so that chance deficits bring back mass where the equation, whose Vbar is near 0, brings back little. Equation (30) is the limit for n dt alpha int |V| dmu -> infinity; with few events in a step every death is replaced from mu_b.",
      "Finite volumes are too coarse for the narrow start, and later for the sharp peaks of mu_t (too sharp since); their numerical diffusion also starts the escape early. The characteristics are valid throughout where two levels agree.",
    ],
    tables: tablesOn(outcome),
    figures: [energyPanel(outcome), fewParticlesPanel(outcome), particlePanel(outcome), fittedPanel(outcome)],
    settings: { ...settings, start: outcome.start },
  };
}

function differences({ meanField }: PanelOutcome): number[] {
  return meanField.map(({ characteristics, finiteVolume }) =>
    finiteVolume.energies.reduce(
      (most, energy, s) => (Number.isNaN(energy) ? most : Math.max(most, Math.abs(energy - characteristics.energies[s]))),
      0,
    ),
  );
}

function findMethods(outcome: PanelOutcome): Finding {
  const worst = Math.max(...differences(outcome));
  return {
    text: `finite volumes and characteristics differ by at most ${show(worst)} in the energy, at all times and under all dynamics (asked: at most ${ENERGY_LIMIT})`,
    verdict: worst <= ENERGY_LIMIT ? "pass" : "fail",
  };
}

function findCoarse(outcome: PanelOutcome): Finding {
  const each = differences(outcome);
  const start = outcome.meanField[0].characteristics.energies[0];
  const until = outcome.meanField[0].times.filter((_, s) => !Number.isNaN(outcome.meanField[0].finiteVolume.energies[s])).at(-1);
  const sharp = outcome.meanField.map(({ finiteVolume }) => show(finiteVolume.unresolvedSince ?? Infinity));
  const [descent, birthDeath] = each;
  return {
    text: `up to t = ${until} finite volumes, too coarse since t = ${sharp.join(", ")} by their own account, differ from the characteristics by at most ${each.map(show).join(", ")} in the energy under ${outcome.meanField.map(({ dynamics }) => dynamics).join(", ")} (asked of the first two: at most ${COARSE_LIMIT} of the start)`,
    verdict: Math.max(descent, birthDeath) <= COARSE_LIMIT * start ? "pass" : "inconclusive",
  };
}

/** Vbar stays below 0 from this start, so that nothing comes back. */
function findNoDeficit({ meanField }: PanelOutcome): Finding {
  const without = curveOf(meanField, "birth-death").characteristics.energies;
  const worst = curveOf(meanField, "reinjection").characteristics.energies.reduce(
    (most, energy, s) => Math.max(most, Math.abs(energy - without[s])),
    0,
  );
  return {
    text: `reinjection changes the mean-field energy by at most ${show(worst)}: the population has no deficit from this start (asked: at most ${ENERGY_LIMIT})`,
    verdict: worst <= ENERGY_LIMIT ? "pass" : "fail",
  };
}
