/** The panels in the order of the page, and what each shows in a line. */
export const PANELS = {
  density: { title: "Density", sees: "Where the mass is: the mean field, and the particles." },
  potential: { title: "Potential", sees: "Mass moves downhill, dies above the level, is born below." },
  energy: { title: "Energy", sees: "How fast each dynamics lowers the energy." },
  dissipation: { title: "Dissipation", sees: "The energy lost, and what the equation says it is." },
  gap: { title: "Optimality gap", sees: "The energy is at most this far above its minimum." },
  distance: {
    title: "Distance from the mean field",
    sees: "The particles, and as many independent draws.",
  },
} as const;

export type PanelName = keyof typeof PANELS;
