export { AXES, AXIS_BYTES, FIELDS, ROOTS, SUMS } from "./memory";
export { deviation, extrapolate } from "./midpoint";
export { muscl } from "./muscl";
export { giveBack, heldMass, outflowRates, outflowShares, takeMobile } from "./outflow";
export { leastPotential, multiply, react, scale } from "./reaction";
export { upwind } from "./upwind";
