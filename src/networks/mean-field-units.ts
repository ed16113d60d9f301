import { InputError } from "../errors.ts";

/**
 * One step of gradient descent with rate eta on L = E[(f - y)^2], f = sum_i c_i sigma(a_i . x), in the units of the mean-field equation
 *
 *   d_t mu = div(mu grad V) - alpha (V - Vbar) mu,   f = int phi dmu,   V(theta) = E[(f - y) phi(theta, x)],   E[mu] = L / 2.
 *
 * For relu, or any sigma with sigma(s h) = s sigma(h), put theta_i = (C_i, A_i) = sqrt(n) (c_i, a_i), so that f = (1/n) sum_i C_i sigma(A_i . x) and
 * phi = C sigma(A . x). Then dL/dc_i = 2 n^{-1/2} d_C V and dL/da_i = 2 n^{-1/2} grad_A V, and the step is
 *
 *   theta_i <- theta_i - dt grad V(theta_i),   dt = 2 eta,
 *
 * the same for amplitudes and directions: Euler's method for the isotropic flow. With theta_i = (n c_i, a_i), which serves every sigma, the same step has
 * dt = 2 eta / n and moves C by -n^2 dt d_C V and A by -dt grad_A V: an anisotropic flow, div(mu D grad V) with D = diag(n^2, 1, ..., 1).
 *
 * V is the same number in both, V(theta_i) = (n / 2) c_i dL/dc_i. So a rate a c_i dL/dc_i per step is alpha V dt with
 *
 *   alpha = 2 a / (n dt) = a / (n eta)                                                                                    for dt = 2 eta.
 *
 * With the authors' n = 50 and eta = 0.02: dt = 0.04, 10^5 steps are t = 4000, and alpha = a, without the Vbar of (13). Their start, a_i entries
 * N(0, 1/n) and c_i uniform on [-n^{-1/2}, n^{-1/2}], is A_i entries N(0, 1) and C_i uniform on [-1, 1]; their prior is C = 0 and A_i entries N(0, 1/n).
 */
export function meanFieldUnits({ n, learningRate, alphaPerStep }: { n: number; learningRate: number; alphaPerStep: number }): {
  dt: number;
  alpha: number;
} {
  for (const [name, value] of Object.entries({ n, learningRate })) {
    if (!(value > 0 && value < Infinity)) throw new InputError(name, value, "not a positive number", "give a number > 0");
  }
  return { dt: 2 * learningRate, alpha: alphaPerStep / (n * learningRate) };
}
