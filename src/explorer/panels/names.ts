import type { DynamicsName } from "../../problem/dynamics.ts";
import { levelOf } from "./level.ts";
import { followed } from "./values.ts";

/** The panels in the order of the page, and what each shows of a dynamics, in a line. */
export const PANELS = {
  density: {
    title: "Density",
    sees: (dynamics: DynamicsName) =>
      followed({ dynamics }) ? "Where the mass is: the mean field, and the particles." : "Where the mass of the mean field is.",
  },
  potential: { title: "Potential", sees: (dynamics: DynamicsName) => levelOf(dynamics, 0).sees },
  energy: { title: "Energy", sees: () => "How fast each dynamics lowers the energy." },
  distance: { title: "Distance from the mean field", sees: () => "The particles, and as many independent draws." },
  gap: { title: "Optimality gap", sees: () => "The energy is at most this far above its minimum." },
  dissipation: { title: "Dissipation", sees: () => "The energy lost, and what the equation says it is." },
} as const;

export type PanelName = keyof typeof PANELS;
