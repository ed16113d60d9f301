export { moments, squaredGradient } from "./energy";
export { least, massAndHighest, massOfBins } from "./mass-bound";
export { AXES, AXIS_BYTES, BINS, FIELDS, ROOTS, SUMS } from "./memory";
export { deviation, extrapolate } from "./midpoint";
export { muscl } from "./muscl";
export { giveBack, heldMass, outflowRates, outflowShares, takeMobile } from "./outflow";
export { leastPotential, multiply, react, scale } from "./reaction";
export { upwind } from "./upwind";
