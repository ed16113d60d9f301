import { type ReadonlySignal, signal } from "@preact/signals";
import { type Configuration, withoutParticles } from "../engine/configuration.ts";
import type { NoiseEvent } from "../engine/messages.ts";
import type { Noise } from "./view.ts";
import { createPredictor } from "./workers.ts";

/** The noise of the particles, predicted beside a run and remembered: only another problem, scheme, n or step has another one. */
export interface NoiseRuns {
  noise: ReadonlySignal<Noise>;
  /** What is predicted belongs to this configuration. */
  follow(configuration: Configuration): void;
  stop(): void;
}

/** Milliseconds that a configuration stands before its noise is predicted: a slider that is dragged passes by many. */
const CALM = 500;
/** Milliseconds without news after which a prediction is given up. */
const PATIENCE = 15_000;
const MOST_REMEMBERED = 12;

const NONE: Noise = { stage: "none", why: null, times: [], quantiles: [], replicas: [] };

export function createNoiseRuns(): NoiseRuns {
  const noise = signal(NONE);
  const known = new Map<string, Noise>();
  let key = "";
  let current = 0;
  let calm: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const predictor = createPredictor(receive, () => settle({ ...NONE, stage: "absent", why: "the computation broke off" }));

  function settle(found: Noise): void {
    clearTimeout(patience);
    noise.value = found;
    known.set(key, found);
    for (const oldest of known.keys()) if (known.size > MOST_REMEMBERED) known.delete(oldest);
  }

  function wait(): void {
    clearTimeout(patience);
    patience = setTimeout(() => {
      predictor.stop();
      settle({ ...NONE, stage: "absent", why: "it would take minutes" });
    }, PATIENCE);
  }

  function receive(event: NoiseEvent): void {
    if (event.run !== current || noise.value.stage !== "predicting") return;
    wait();
    const { times, quantiles, replicas } = noise.value;
    if (event.type === "predicted") {
      noise.value = { ...noise.value, times: [...times, event.time], quantiles: [...quantiles, event.quantiles] };
    } else if (event.type === "replica") {
      noise.value = { ...noise.value, replicas: [...replicas, { times: event.times, distances: event.distances }] };
    } else settle(event.type === "absent" ? { ...NONE, stage: "absent", why: event.why } : { ...noise.value, stage: "known" });
  }

  return {
    noise,
    follow(configuration) {
      const { problem, particles } = configuration;
      const requested = JSON.stringify([problem, particles]);
      if (requested === key && noise.value.stage !== "none") return;
      key = requested;
      current++;
      clearTimeout(calm);
      clearTimeout(patience);
      // What it works on is of no use any more, and the next run wants its core.
      if (noise.value.stage === "predicting") predictor.stop();
      noise.value = known.get(key) ?? NONE;
      if (noise.value.stage !== "none" || withoutParticles(configuration) !== null) return;
      calm = setTimeout(() => {
        noise.value = { ...NONE, stage: "predicting" };
        wait();
        predictor.post({ type: "run", run: current, configuration });
      }, CALM);
    },
    stop() {
      clearTimeout(calm);
      clearTimeout(patience);
      predictor.stop();
      current++;
      key = "";
      if (noise.value.stage === "predicting") noise.value = NONE;
    },
  };
}
