import { type KeepPart, keepNoPart, partsOf } from "../shared/parts.ts";
import { type Curve, type CurvesConfig, measureCurves, pairedRatio } from "./curves.ts";

/** What a setting is compared with: descent on gradients of its own kind. */
export function baseOf({ setting }: Curve, curves: readonly Curve[]): Curve {
  const base = curves.find((curve) => curve.setting.rule === undefined && curve.setting.exact === setting.exact);
  if (base === undefined) throw new RangeError(`no gradient descent beside ${setting.name}`);
  return base;
}

export interface SweepConfig extends CurvesConfig {
  /** Seeds on which the best setting is judged: those that chose it would flatter it. */
  freshSeeds: readonly number[];
}

export type SweepOutcome = Awaited<ReturnType<typeof measureSweep>>;

/** The setting of birth and death that ended lowest against its descent, and that descent, run on other seeds as well. */
export async function measureSweep(config: SweepConfig, onPart: (share: number) => void, keep: KeepPart = keepNoPart) {
  const { settings, seeds, freshSeeds } = config;
  const first = settings.length * seeds.length;
  const total = first + 2 * freshSeeds.length;
  const curves = await measureCurves(config, (share) => onPart((share * first) / total), partsOf(keep, "all"));
  const candidates = curves.filter(({ setting }) => setting.rule !== undefined);
  const ratioOf = (curve: Curve) => pairedRatio(curve, baseOf(curve, curves)).mean;
  const chosen = candidates.reduce((best, curve) => (ratioOf(curve) < ratioOf(best) ? curve : best));
  const pair = [chosen.setting, baseOf(chosen, curves).setting];
  const [best, bestBase] = await measureCurves(
    { ...config, settings: pair, seeds: freshSeeds },
    (share) => onPart((first + share * (total - first)) / total),
    partsOf(keep, "best"),
  );
  return { curves, best, bestBase };
}
