/** A number that may change in time. */
export type InTime = number | ((time: number) => number);

/** A quadratic F = k (x - c)^2 / 2 and what acts on a Gaussian in it. */
export interface QuadraticCase<Value = number> {
  k: Value;
  c: Value;
  temperature: Value;
  alpha: number;
  reaction: "free-energy" | "energy";
  mean: number;
  sd: number;
}

/**
 * Mean and variance of mu_t, which stays Gaussian: for its precision P and eta = P m,
 *
 *   P' = 2kP - 2 tau P^2 + alpha (k - tau P),   eta' = (k - 2 tau P) eta + kPc - alpha tau eta + alpha k c       R = V_tau
 *   P' = 2kP - 2 tau P^2 + alpha k,             eta' = (k - 2 tau P) eta + kPc + alpha k c                       R = V
 *
 * by 4000 steps of Runge and Kutta's method of order 4 a unit of time: some 1e-13 for rates of order 1.
 */
export function gaussianAt(time: number, { k: ofK, c: ofC, temperature, alpha, reaction, mean, sd }: QuadraticCase<InTime>) {
  const free = reaction === "free-energy" ? 1 : 0;
  const at = (value: InTime, t: number) => (typeof value === "number" ? value : value(t));
  const rhs = (t: number, [P, eta]: readonly number[]): number[] => {
    const [k, c, tau] = [at(ofK, t), at(ofC, t), at(temperature, t)];
    return [
      2 * k * P - 2 * tau * P * P + alpha * (k - free * tau * P),
      (k - 2 * tau * P) * eta + k * P * c - free * alpha * tau * eta + alpha * k * c,
    ];
  };
  const steps = Math.max(1, Math.ceil(4000 * time));
  const h = time / steps;
  let y = [1 / (sd * sd), mean / (sd * sd)];
  const plus = (a: readonly number[], b: readonly number[], f: number) => a.map((value, i) => value + f * b[i]);
  for (let n = 0; n < steps; n++) {
    const t = n * h;
    const k1 = rhs(t, y);
    const k2 = rhs(t + h / 2, plus(y, k1, h / 2));
    const k3 = rhs(t + h / 2, plus(y, k2, h / 2));
    const k4 = rhs(t + h, plus(y, k3, h));
    y = y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  const [P, eta] = y;
  return { mean: eta / P, variance: 1 / P };
}
