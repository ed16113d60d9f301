import { CONSTANTS, FUNCTIONS } from "../../expressions/words.ts";
import { DYNAMICS, DYNAMICS_NAMES, PLAIN_NAMES } from "../../problem/dynamics.ts";

/** What may be typed, for the groups of the form. */

const WITH_PRIOR = DYNAMICS_NAMES.flatMap((name) => {
  const { object, equation } = DYNAMICS[name];
  return object === null ? [] : [`${object.law}: ${equation}.`];
});

const functions = [...FUNCTIONS.keys()].join(", ");

const EXPRESSIONS = `Expressions: numbers, the names declared here, ${[...CONSTANTS.keys()].join(", ")}, + − * / ^ and ${functions}. Write 2*x, not 2x.`;

export const HINTS = {
  variables: [
    "One to three coordinates of θ. Each has a domain from min to max, cut into equal cells; with two or three variables 64 to 128 cells each are quick.",
    "no-flux cuts an unbounded space off for the grid; particles may leave it. periodic closes it to a circle.",
  ],
  parameters: ["Names for numbers, for use in all expressions."],
  potential: [
    "V(θ, [μ]) = F(θ) + ∫ K(θ, θ′) dμ(θ′), with K symmetric and positive semi-definite. A K that clearly is not is refused.",
    "convolution: each name stands for the displacement θ − θ′. features: K = ∫ weight(z) φ(θ, z) φ(θ′, z) dz over the inputs. pairwise: x and x_prime stand for the two arguments.",
    EXPRESSIONS,
  ],
  network: [
    "A unit φ(θ, z) learns a target f(z): F = −E[f φ], K = E[φ φ′], and E is the mean over the inputs.",
    "An input runs over an interval, by Gauss–Legendre quadrature with so many points, or has a distribution of its own. weight is a density of the inputs, 1 unless given. With a batch, particles estimate V from so many inputs drawn anew in each step.",
    EXPRESSIONS,
  ],
  alpha: [
    "α ≥ 0: a number, or an expression in the time t, such as 2*exp(-t). After the time “until”, if there is one, births and deaths are switched off.",
  ],
  dynamics: [
    PLAIN_NAMES.map((name) => `${name}: ${DYNAMICS[name].equation}.`).join(" "),
    `reinjection: mass comes back from a prior. ${WITH_PRIOR.join(" ")}`,
  ],
  temperature: [
    "τ ≥ 0: noise √(2τ) in the motion; a number, or an expression in the time t. None is 0.",
    "Births and deaths then follow R = V + τ log μ (free-energy), the same with μ smoothed by a Gaussian of the bandwidth, which particles can follow, or V alone (energy).",
  ],
  distributions: [
    "One distribution for each variable, or one joint density: any expression ≥ 0 in the variables; it is normalised on the domain.",
    "sd > 0 is a standard deviation. von-mises needs a periodic variable.",
  ],
  prior: ["Like the initial distribution; some variables may also start at one point."],
  time: ["From 0 to the end. Frames are shown at equal intervals, or at the increasing times of a list: 0, 0.25, 0.5, 1."],
  observables: ["Named functions of the variables, whose means are recorded.", EXPRESSIONS],
  meanField: [
    "Large steps carry the mass along its paths, as far as it goes in a step: fewer steps on many cells, without a temperature.",
    "Cells that follow the mass resolve a density that sharpens, however narrow its peaks become: as many as the variables say. Zoom into the density to see them.",
  ],
  particles: [
    "n particles take steps of length dt; all times that are shown must be multiples of dt. The same seed, a whole number, gives the same run.",
  ],
} as const;
