import { createStepPotential } from "../potential/batch-potential.ts";
import { termsOf } from "../problem/dynamics.ts";
import { createDescent } from "./descent.ts";
import { applyEvents, createEvents, drawEvents } from "./kill-or-duplicate.ts";
import { removeUniformly } from "./population.ts";
import { createPriorDraws } from "./prior-draws.ts";
import type { ParticleScheme } from "./scheme.ts";

/**
 * Particles whose dead come back from a prior mu_b. One step of dt, with A = int alpha dt over it:
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n])                     for every particle
 *   2. V_i = V(theta_i, [mu^n])                                            at the moved positions, without its mean
 *
 *   net-deficit:  kill i with probability 1 - e^{-A V_i} if V_i > 0, duplicate it with probability 1 - e^{-A |V_i|} if V_i < 0;
 *                 of a population below n the missing are drawn from mu_b, of one above n as many uniformly chosen die
 *   every-death:  kill i with probability 1 - e^{-A V_i} if V_i > 0; each killed one is replaced by a draw from mu_b
 *
 * As n -> infinity they follow the equations of reinjection in problem.ts, at order 1 in dt. Under net-deficit n dt has to be large: where
 * Vbar is about 0 or below, the counts of a step still fall short of n by chance, by the root of their number, and mass comes back at a
 * rate of order (alpha int |V| dmu / (n dt))^(1/2); as n dt -> 0 every kill is replaced from mu_b. Cost: as Algorithm 1.
 */
export const reinjection: ParticleScheme = {
  dynamics: ["net-deficit", "every-death"],
  capacity: (n) => 2 * n,
  create(problem, n) {
    const { alpha } = problem;
    const potential = createStepPotential(problem.potential);
    const descend = createDescent(problem, potential, n);
    const V = new Float64Array(n);
    const events = createEvents(n);
    const drawPrior = createPriorDraws(problem);
    const { reaction } = termsOf(problem);
    const floor = reaction?.kind === "prior" ? reaction.floor : -Infinity;
    return {
      step(points, time, dt, stream) {
        potential.draw(stream);
        descend(points, dt);
        potential.value(V, points, null, n);
        // With a floor of 0 there are no duplicates, and all that is missing comes back.
        if (floor > -Infinity) for (let i = 0; i < n; i++) V[i] = Math.max(floor, V[i]);
        drawEvents(events, V, 0, alpha.integral(time, time + dt), n, stream);
        applyEvents(points, events, n);
        const population = n - events.kills + events.copies;
        removeUniformly(points, population, n, stream);
        drawPrior(points, population, n, stream);
      },
    };
  },
};
