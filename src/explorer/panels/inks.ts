import { GUIDE, SERIES, type ThemeName } from "../../figures/theme.ts";

/** The colour of each thing, the same in all panels; contrast with the ground of its theme at least 3. */
export interface Ink {
  meanField: string;
  particles: string;
  deaths: string;
  births: string;
  gibbs: string;
  guide: string;
  /** Other dynamics, and further axes. */
  further: readonly string[];
  /** Earlier runs, from the newest back. */
  earlier: readonly string[];
}

/** Those of Okabe & Ito; on white the light ones are darker, and on black the dark ones lighter. */
export const INKS: Readonly<Record<ThemeName, Ink>> = {
  light: {
    meanField: SERIES[0],
    particles: SERIES[1],
    deaths: "#bf7a00",
    births: SERIES[0],
    gibbs: "#b8568c",
    guide: GUIDE,
    further: ["#00805d", "#b8568c", "#9a6f00", "#2b83b8"],
    earlier: ["#6b6b6b", "#7b7b7b", "#868686", "#909090"],
  },
  dark: {
    meanField: SERIES[4],
    particles: "#f5803e",
    deaths: SERIES[5],
    births: SERIES[4],
    gibbs: "#e08fba",
    guide: "#9a9a9a",
    further: ["#2fc195", "#e08fba", "#d9b44a", "#a6b8ff"],
    earlier: ["#a8a8a8", "#909090", "#7c7c7c", "#6c6c6c"],
  },
};

/** On the colours of a density, whatever the theme: particles, of which those have no red, Gibbs, and lines around shares of the mass. */
export const ON_DENSITY = { particles: "#ff5a3c", gibbs: "#5fd7ff", mass: "#ffffff" } as const;
