import type { Series } from "../../src/figures/figure.ts";
import { atMost, show } from "../claims.ts";
import { AXES } from "../shared/axes.ts";
import { looksByDynamics } from "../shared/colours.ts";
import { excessTraces, guideTrace, MINIMUM_TOLERANCE } from "../shared/decay.ts";
import { drawKey, logY } from "../shared/draw.ts";
import { resultOf, type StudyResult, tabulateFields } from "../study.ts";
import type { SpuriousConfig, SpuriousOutcome } from "./spurious.ts";

const CROSSING = [2, 4];

export function reportSpurious(config: SpuriousConfig, outcome: SpuriousOutcome): StudyResult {
  const { wells, beyond, bracket, descent, crossings } = outcome;
  const { drop, minimum } = wells;
  const [descentLook, ...crossingLooks] = looksByDynamics(["gradient-descent", ...crossings.map(() => "birth-death" as const)]);
  const stuck = descent.end;
  const fastest = crossings[crossings.length - 1];
  const ends = [
    { dynamics: "gradient-descent", alpha: "", ...stuck, crossing: "", crossingPredicted: "", crossingSimple: "" },
    ...crossings.map(({ alpha, end, time, predicted, simple }) => ({
      ...{ dynamics: "birth-death", alpha, ...end, crossing: time.toFixed(4) },
      ...{ crossingPredicted: predicted.toFixed(4), crossingSimple: simple.toFixed(4) },
    })),
  ];
  const stays = `gradient descent ends at E - E* = ${stuck.excess.toFixed(6)} and gap ${stuck.gap.toFixed(6)}, with V = Vbar within ${show(stuck.residualOnSupport)} on the support and ${stuck.residualOffSupport.toFixed(4)} below it elsewhere; E - E* from the difference of the minima`;
  return resultOf({
    name: "rates: past a spurious fixed point",
    claim:
      "Where grad V = 0 on the support but V is lower elsewhere (18), gradient descent stays and its gap with it; birth-death from the same start goes on to E*.",
    claims: [
      atMost(`E* by the gap is ${show(bracket.low)}, from min F`, Math.abs(bracket.low - minimum), MINIMUM_TOLERANCE),
      atMost(stays, Math.abs(stuck.excess - stuck.predicted), stuck.tolerance, "the solver's tolerance"),
      ...crossings.map(({ alpha, time, timeError, predicted, simple }) => {
        const what = `birth-death at alpha = ${alpha} passes half of that at t = ${time.toFixed(4)}, where two wells say ${predicted.toFixed(4)} and the estimate without the descent ${simple.toFixed(2)}; from the former`;
        return atMost(what, Math.abs(time - predicted), timeError, "the difference of two refinements");
      }),
      ...crossings.map(({ alpha, end }) => {
        const what = `birth-death at alpha = ${alpha} ends at E - E* = ${show(end.excess)} at t = ${show(end.time)}, gap ${show(end.gap)}, residual ${show(end.residualOnSupport)} on the support and ${show(end.residualOffSupport)} off it; from the predicted ${show(end.predicted)}`;
        return atMost(what, Math.abs(end.excess - end.predicted), end.tolerance);
      }),
    ],
    notes: [
      `F = (x^2 - 1)^2 / 4 + ${config.tilt} x has minima at ${wells.deep.toFixed(4)} and ${wells.shallow.toFixed(4)}, ${drop.toFixed(6)} apart in F, and its top at ${wells.top.toFixed(4)}; mu_0 = N(${config.mean}, ${config.sd}^2) has ${show(beyond)} of its mass left of the top.`,
      "Birth-death multiplies the odds of the deep well by e^(alpha dF t), dF the difference of the minima, once both wells have settled; what is lost and won on the way down is an elementary integral along the path, so the time at which E - E* = dF/2 is known: log(W_shallow / W_deep) / (alpha dF) with the weights W of the two basins of mu_0. Without the descent W_deep would be the mass beyond the top; mass next to the top stays there long, at a high F, and is lost.",
      "Without interaction the gap is E - E* itself. The time of a crossing is read off the log-odds of two snapshots, which grow at a constant rate; its error is that of the energies.",
      "The top divides the nodes at a point, so refinements differ by their trapezoid rule there: that sets the tolerance.",
    ],
    tables: [tabulateFields("End of each run", ends)],
    figures: [
      logY("E - E* from the shallower well", AXES.time, AXES.excess, [
        ...excessTraces("gradient descent", descent.run, bracket, { ...descentLook, label: "gradient descent" }),
        ...crossings.flatMap(({ alpha, run }, k) => {
          const look = { ...crossingLooks[k], label: `alpha = ${alpha}` };
          return excessTraces(`birth-death, alpha = ${alpha}`, run, bracket, look);
        }),
        guideTrace("half of the drop", [0, stuck.time], drop / 2, 0),
        drawKey("predicted crossing", { mode: "lines", dash: CROSSING, width: 1.5 }),
        ...crossings.map(({ predicted }, k): Series => {
          const upright = { x: [predicted, predicted], y: [fastest.end.excess, drop] };
          const look = { colour: crossingLooks[k].colour, dash: CROSSING, width: 1.5 };
          return { name: "predicted crossing", ...upright, mode: "lines", unnamed: true, ...look };
        }),
      ]),
    ],
    settings: config,
  });
}
