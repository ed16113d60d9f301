import { LawViolationError } from "../errors.ts";
import { createStepPotential } from "../potential/batch-potential.ts";
import { createDescent } from "./descent.ts";
import { applyEvents, createEvents } from "./kill-or-duplicate.ts";
import { copyParticle, removeUniformly } from "./population.ts";
import { createPriorDraws } from "./prior-draws.ts";
import type { ParticleScheme } from "./scheme.ts";

/**
 * What the notebook that accompanies Rotskoff et al. (2019) does for the mixture of Gaussians, step for step; it is not their
 * Algorithm 1. With a = int alpha dt over the step (the notebook's own "alpha", which is per step: 0.05 at dt = 0.01 is alpha = 5),
 *
 *   1. theta_i <- theta_i - dt grad V(theta_i, [mu^n])                     for every particle
 *   2. V_i = V(theta_i, [mu^n])                                            at the moved positions, without its mean
 *   3. kill i with probability min(a V_i, 1) if V_i > 0, append a copy of i with probability min(a |V_i|, 1) if V_i < 0
 *   4. below n: append copies of particles drawn independently from all that are there, survivors and copies alike
 *      (reinjection net-deficit: draws from mu_b instead); above n: remove a uniformly chosen set
 *
 * Algorithm 1 differs in the mean that it takes off V, in probabilities 1 - e^{-x} for x, and in copies that can be copied again.
 * Both follow (13) as n -> infinity and dt -> 0: without the mean the population grows by -a Vbar + O(dt^2), and step 4 takes this back
 * in proportion. At fixed dt their limits differ by O(dt). With mu_b, n dt has to be large; see `reinjection`.
 */
export const authorsNotebook: ParticleScheme = {
  dynamics: ["birth-death", "net-deficit"],
  capacity: (n) => 2 * n,
  create(problem, n) {
    const { alpha, prior } = problem;
    const potential = createStepPotential(problem.potential);
    const descend = createDescent(problem, potential, n);
    const V = new Float64Array(n);
    const events = createEvents(n);
    const drawPrior = createPriorDraws(problem);
    return {
      step(points, time, dt, stream) {
        potential.draw(stream);
        descend(points, dt);
        potential.value(V, points, null, n);
        const perStep = alpha.integral(time, time + dt);
        events.kills = 0;
        events.copies = 0;
        for (let i = 0; i < n; i++) {
          const chance = perStep * V[i];
          const draw = stream.uniform();
          if (draw < chance) events.killed[events.kills++] = i;
          else if (draw < -chance) events.duplicated[events.copies++] = i;
        }
        if (prior === null && events.kills === n) {
          throw new LawViolationError("all particles die at once", time + dt, `reduce dt = ${dt} or alpha`);
        }
        applyEvents(points, events, n);
        const population = n - events.kills + events.copies;
        removeUniformly(points, population, n, stream);
        if (prior !== null) drawPrior(points, population, n, stream);
        else for (let to = population; to < n; to++) copyParticle(points, stream.below(population), to);
      },
    };
  },
};
