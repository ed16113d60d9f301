import { drawEachBy, type EventSelection, linearly } from "../schemes/kill-or-duplicate.ts";
import { createEvents } from "../schemes/parents.ts";

/**
 * The selection in the code that Rotskoff et al. (2019) published for their section 7.2, which is not Algorithm 1: with r_i = rate V_i, no mean
 * subtracted and no exponential,
 *
 *   1. every unit with r_i > 0 is killed with probability min(r_i, 1), and becomes a copy of a survivor chosen uniformly;
 *   2. every unit with r_i < 0 is cloned with probability min(|r_i|, 1): it overwrites a unit chosen uniformly among those that are not cloned
 *      themselves, also one that step 1 has just placed; of two clones on one unit the later stays.
 *
 * Where no unit would survive step 1, none dies; where all are cloned, none is overwritten. One uniform number a unit.
 */
export function authorsSelection(n: number): EventSelection {
  const events = createEvents(n);
  const drawEvents = drawEachBy(linearly);
  const others = new Int32Array(n);
  return {
    events,
    draw(parents, V, rate, stream) {
      drawEvents(events, V, 0, rate, n, stream);
      for (let i = 0; i < n; i++) parents[i] = i;
      const { killed, duplicated } = events;
      const survivors = listOthers(others, killed, events.kills, n);
      if (survivors > 0) for (let k = 0; k < events.kills; k++) parents[killed[k]] = others[stream.below(survivors)];
      else events.kills = 0;
      const free = listOthers(others, duplicated, events.copies, n);
      if (free > 0) for (let c = 0; c < events.copies; c++) parents[others[stream.below(free)]] = duplicated[c];
      else events.copies = 0;
      return events.kills + events.copies > 0;
    },
  };
}

/** Lists the indices below n that are not among the first `count` of an ascending list, and returns how many there are. */
function listOthers(others: Int32Array, listed: Int32Array, count: number, n: number): number {
  let size = 0;
  for (let i = 0, k = 0; i < n; i++) {
    if (k < count && listed[k] === i) k++;
    else others[size++] = i;
  }
  return size;
}
