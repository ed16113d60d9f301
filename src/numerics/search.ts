/** How many of the increasing values are below x, or equal to it as well, by bisection. */
export function countBelow(increasing: ArrayLike<number>, x: number, orEqual = false): number {
  let low = 0;
  let high = increasing.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (increasing[middle] < x || (orEqual && increasing[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}
