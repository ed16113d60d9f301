import { InputError } from "../errors.ts";
import { pow } from "../numerics/pow.ts";
import type { RandomStream } from "../numerics/random.ts";
import type { Events } from "./birth-death-rule.ts";
import { countDirections, countDistinctUnits } from "./distinct-units.ts";
import { descend, type LossGradient } from "./loss-gradient.ts";
import { type RidgeNetwork, requireFinite, type UnitDistribution } from "./ridge-network.ts";
import { RULES, type RuleName } from "./rules.ts";

/** Births and deaths during training. */
export interface BirthDeathOptions {
  rule: RuleName;
  /** Rate per step, >= 0, or a function of the step 1, 2, ...: rates[i] = alpha c_i dL/dc_i. See mean-field-units.ts for the alpha of the equation. */
  alpha: number | ((step: number) => number);
  /** Where the rule draws units. */
  prior: UnitDistribution;
  stream: RandomStream;
}

export interface TrainOptions {
  /** eta of theta <- theta - eta dL/dtheta. */
  learningRate: number;
  steps: number;
  /** Plain gradient descent where absent. */
  birthDeath?: BirthDeathOptions;
  /** Steps after which a record is made, ascending, from 1 to `steps`. */
  recordAt: readonly number[];
  /** The loss on data not trained on. */
  heldOut: (network: RidgeNetwork) => number;
  onRecord?: (record: TrainRecord) => void;
}

export interface TrainRecord extends Events {
  step: number;
  /** Loss of the gradient, mean over the steps since the last record; each before its step. */
  batchLoss: number;
  /** After the step. */
  heldOut: number;
  distinctUnits: number;
  directions: number;
}

/**
 * Trains a network in place. A step: gradient of a new batch, theta <- theta - eta dL/dtheta, then births and deaths by the rates
 *
 *   rates[i] = alpha c_i dL/dc_i,   c_i after the step, dL/dc_i before it:
 *
 * the batch's own estimate of V, one step of descent old, which costs nothing. With 50 units in 50 dimensions, batches of 100 and a teacher of 10 units a
 * step takes about 0.6 ms, of which a third draws the inputs; birth and death add 2%.
 *
 * @throws InputError for options that cannot be used, and where training diverges.
 */
export function train(network: RidgeNetwork, gradient: LossGradient, options: TrainOptions): TrainRecord[] {
  const { learningRate, steps, birthDeath, recordAt, heldOut } = options;
  checkOptions(network, options);
  const applyRule = birthDeath === undefined ? null : RULES[birthDeath.rule].create(network.n);
  const rates = new Float64Array(network.n);
  const events: Events = { kills: 0, copies: 0, fresh: 0 };
  const records: TrainRecord[] = [];
  let lossSum = 0;
  let lastRecord = 0;
  for (let step = 1; step <= steps; step++) {
    const loss = gradient.evaluate(network);
    if (!(loss < Infinity)) throw new InputError("learningRate", learningRate, `the loss is ${loss} at step ${step}`, "reduce it");
    lossSum += loss;
    descend(network, gradient, learningRate);
    if (birthDeath !== undefined && applyRule !== null) {
      const alpha = alphaAt(birthDeath.alpha, step);
      if (alpha > 0) {
        for (let i = 0; i < network.n; i++) rates[i] = alpha * network.c[i] * gradient.c[i];
        applyRule(network, rates, birthDeath.prior, birthDeath.stream, events);
      }
    }
    if (step !== recordAt[records.length]) continue;
    const record: TrainRecord = {
      step,
      batchLoss: lossSum / (step - lastRecord),
      heldOut: heldOut(network),
      distinctUnits: countDistinctUnits(network),
      directions: countDirections(network),
      ...events,
    };
    records.push(record);
    options.onRecord?.(record);
    lossSum = 0;
    lastRecord = step;
  }
  return records;
}

/** Steps 1 to `steps` in equal ratios, about `perDecade` in a factor of ten, both ends included. */
export function logarithmicSteps(steps: number, perDecade: number): number[] {
  const count = Math.max(1, Math.round(Math.log10(steps) * perDecade));
  return [...new Set(Array.from({ length: count + 1 }, (_, k) => Math.round(pow(steps, k / count))))];
}

function alphaAt(alpha: BirthDeathOptions["alpha"], step: number): number {
  const value = typeof alpha === "number" ? alpha : alpha(step);
  if (!(value >= 0 && value < Infinity)) {
    throw new InputError("alpha", value, `not a rate, at step ${step}`, "give a finite number >= 0 for every step");
  }
  return value;
}

function checkOptions(network: RidgeNetwork, { learningRate, steps, birthDeath, recordAt }: TrainOptions): void {
  if (!(learningRate > 0 && learningRate < Infinity)) {
    throw new InputError("learningRate", learningRate, "not a positive number", "give a number > 0");
  }
  if (!Number.isInteger(steps) || steps < 1)
    throw new InputError("steps", steps, "not a positive integer", "give a whole number >= 1");
  if (birthDeath !== undefined && !Object.hasOwn(RULES, birthDeath.rule)) {
    throw new InputError("rule", birthDeath.rule, "no such rule", `use one of ${Object.keys(RULES).join(", ")}`);
  }
  if (birthDeath !== undefined) alphaAt(birthDeath.alpha, 1);
  recordAt.forEach((step, k) => {
    if (Number.isInteger(step) && step > (recordAt[k - 1] ?? 0) && step <= steps) return;
    throw new InputError(
      `recordAt[${k}]`,
      step,
      "not an ascending list of steps",
      `give whole numbers from 1 to ${steps}, ascending`,
    );
  });
  requireFinite("c", network.c);
  requireFinite("a", network.a);
}
