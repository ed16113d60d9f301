/**
 * 95% interval of a rate of which `count` of `trials` were seen (Clopper & Pearson 1934): the rates p with P(X >= count) > 2.5% and
 * P(X <= count) > 2.5%, so that it covers the true rate at least as often as it says.
 */
export function binomialInterval(count: number, trials: number): [number, number] {
  const low = count === 0 ? 0 : bisect((p) => 1 - atMost(count - 1, trials, p) > TAIL);
  const high = count === trials ? 1 : bisect((p) => atMost(count, trials, p) < TAIL);
  return [low, high];
}

const TAIL = 0.025;

/** P(X <= count). */
function atMost(count: number, trials: number, p: number): number {
  let log = trials * Math.log1p(-p);
  let total = Math.exp(log);
  for (let k = 1; k <= count; k++) {
    log += Math.log(((trials - k + 1) / k) * (p / (1 - p)));
    total += Math.exp(log);
  }
  return total;
}

/** Where in (0, 1) a condition begins to hold. */
function bisect(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
