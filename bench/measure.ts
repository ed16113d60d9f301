/** A cost in ns: the median over the runs, and the range that half of them lie in. */
export interface Cost {
  median: number;
  low: number;
  high: number;
}

const RUNS = 9;
/** A run repeats its action until it takes about this long, so that the clock and the call do not count. */
const RUN_MILLISECONDS = 20;
/** By then the compiler has seen enough of even the shortest action. */
const WARM_UP_MILLISECONDS = 100;

/** Costs of actions per item, timed in turn run by run, so that what disturbs the machine disturbs all of them. */
export function measure(items: number, actions: readonly (() => void)[], quick: boolean): Cost[] {
  const repeats = actions.map((action) => {
    let calls = 0;
    const start = performance.now();
    for (; calls < 3 || performance.now() - start < WARM_UP_MILLISECONDS; calls++) action();
    const each = time(action, Math.ceil(calls / 4)) / Math.ceil(calls / 4);
    return Math.max(1, Math.round(((quick ? 0.2 : 1) * RUN_MILLISECONDS) / each));
  });
  const samples: number[][] = actions.map(() => []);
  for (let run = 0; run < (quick ? 3 : RUNS); run++) {
    actions.forEach((action, k) => {
      samples[k].push((1e6 * time(action, repeats[k])) / (repeats[k] * items));
    });
  }
  return samples.map((costs) => {
    const sorted = costs.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
    return { median: at(0.5), low: at(0.25), high: at(0.75) };
  });
}

function time(action: () => void, repeats: number): number {
  const start = performance.now();
  for (let k = 0; k < repeats; k++) action();
  return performance.now() - start;
}

export interface Row {
  name: string;
  cost: Cost;
  /** A hand-written loop for the same numbers, timed beside it. */
  plain?: Cost;
  /** What it should cost at most, in the same unit. */
  aim?: number;
  /** How many times the cost of the plain loop it should cost at most. */
  aimRatio?: number;
}

/** @param unit what a cost is per, for the heading. */
export function printTable(title: string, unit: string, rows: readonly Row[]): void {
  const cells = rows.map(({ name, cost, plain, aim, aimRatio }) => [
    name,
    cost.median.toFixed(2),
    `${cost.low.toFixed(2)}-${cost.high.toFixed(2)}`,
    plain === undefined ? "" : plain.median.toFixed(2),
    plain === undefined ? "" : (cost.median / plain.median).toFixed(2),
    aim !== undefined ? `<= ${aim} ns` : aimRatio !== undefined ? `<= ${Number(aimRatio.toFixed(2))} x plain` : "",
  ]);
  const heading = ["", `ns per ${unit}`, "quartiles", "plain loop", "ratio", "aim"];
  const widths = heading.map((text, k) => Math.max(text.length, ...cells.map((row) => row[k].length)));
  console.log(`\n${title}`);
  for (const row of [heading, ...cells]) {
    console.log(row.map((text, k) => (k === 0 ? text.padEnd(widths[k]) : text.padStart(widths[k]))).join("  "));
  }
}
