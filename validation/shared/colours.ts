import { type Look, lookApart } from "../../src/figures/figure.ts";
import { GUIDE, mixed, SERIES } from "../../src/figures/theme.ts";
import type { DynamicsName } from "../../src/problem/dynamics.ts";

/** Colours of the report: each means one dynamics, in every figure. */
export const COLOURS: Readonly<Record<DynamicsName, string>> = {
  "gradient-descent": SERIES[0],
  "birth-death": SERIES[1],
  "reinjection net-deficit": SERIES[2],
  "reinjection every-death": SERIES[3],
  unbalanced: SERIES[4],
  "pure-birth-death": SERIES[5],
};

/** Of what belongs to no dynamics, or to several. */
export const NEUTRAL = GUIDE;

/** Shares of the way to black and to white, between which the shades of one colour lie. */
const [DARKEST, LIGHTEST] = [0.3, 0.3];

/** The k-th of `count` shades of a colour, dark to light; the colour itself where there is one. */
function shadeOf(colour: string, k: number, count: number): string {
  if (count === 1) return colour;
  const at = (k / (count - 1)) * (DARKEST + LIGHTEST) - DARKEST;
  return at < 0 ? mixed(colour, "#000000", -at) : mixed(colour, "#ffffff", at);
}

export type TraceLook = Pick<Look, "colour" | "dash" | "symbol" | "size">;

/** Sizes of markers, large to small: where two coincide both are seen. */
const [LARGEST, SMALLEST] = [11, 7];

/** The looks of traces by their dynamics, null for none: those of one dynamics are shades of its colour, with other dashes and symbols. */
export function looksByDynamics(dynamics: readonly (DynamicsName | null)[]): TraceLook[] {
  return dynamics.map((name, at) => {
    const own = dynamics.flatMap((other, k) => (other === name ? [k] : []));
    const k = own.indexOf(at);
    const colour = shadeOf(name === null ? NEUTRAL : COLOURS[name], k, own.length);
    const size = own.length === 1 ? 8 : LARGEST + (k / (own.length - 1)) * (SMALLEST - LARGEST);
    return { colour, size, ...lookApart(k) };
  });
}

/** The same of `count` traces of one dynamics. */
export function shadesOf(dynamics: DynamicsName | null, count: number): TraceLook[] {
  return looksByDynamics(Array.from({ length: count }, () => dynamics));
}
