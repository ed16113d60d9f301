/**
 * The level above which mass dies and below which it is born: the zero of the local part of the reaction,
 *
 *   birth-death, pure-birth-death   -alpha (V - Vbar) mu                    Vbar
 *   unbalanced                      -alpha V mu                             0
 *   reinjection net-deficit         -alpha V mu - alpha Vbar^- mu           min(Vbar, 0)    (what dies returns by the prior)
 *   reinjection every-death         -alpha V^+ mu                           0               (the same)
 *   gradient-descent                none; Vbar is drawn as the mean of V alone.
 */
export interface Level {
  value: number;
  label: string;
  /** Whether mass is lost above and gained below. */
  deaths: boolean;
  births: boolean;
  /** What mass does, in a line. */
  sees: string;
  note: string | null;
}

const RETURNS = "What dies returns by the prior, which is not drawn here.";
const VBAR = "V\u0304";
const BOTH = "Mass moves downhill, dies above the level, is born below.";

const LEVELS: Readonly<Record<string, (meanPotential: number) => Level>> = {
  "gradient-descent": (value) => ({
    value,
    label: `mean ${VBAR}`,
    deaths: false,
    births: false,
    sees: "Mass moves downhill; nothing is born or dies.",
    note: null,
  }),
  "pure-birth-death": (value) => ({
    value,
    label: `level ${VBAR}`,
    deaths: true,
    births: true,
    sees: "Mass does not move: it dies above the level, is born below.",
    note: null,
  }),
  unbalanced: () => ({ value: 0, label: "level 0", deaths: true, births: true, sees: BOTH, note: null }),
  "reinjection net-deficit": (mean) => ({
    value: Math.min(mean, 0),
    label: `level min(${VBAR}, 0)`,
    deaths: true,
    births: true,
    sees: BOTH,
    note: RETURNS,
  }),
  "reinjection every-death": () => ({
    value: 0,
    label: "level 0",
    deaths: true,
    births: false,
    sees: "Mass moves downhill and dies above the level; the prior brings it back.",
    note: RETURNS,
  }),
};

export function levelOf(dynamics: string, meanPotential: number): Level {
  const level = LEVELS[dynamics];
  return level
    ? level(meanPotential)
    : { value: meanPotential, label: `level ${VBAR}`, deaths: true, births: true, sees: BOTH, note: null };
}
