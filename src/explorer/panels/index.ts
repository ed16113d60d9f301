export { DensityPanel, PotentialPanel } from "./frame-panels.tsx";
export { DissipationPanel, DistancePanel, EnergyPanel, GapPanel } from "./time-panels.tsx";
