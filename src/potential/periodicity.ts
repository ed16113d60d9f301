/** The representative of a displacement in [-period/2, period/2]; the displacement itself where `period` is 0. */
export function wrapDisplacement(displacement: number, period: number): number {
  return period === 0 ? displacement : displacement - period * Math.round(displacement / period);
}
