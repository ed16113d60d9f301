import { expect, test } from "vitest";
import type { ParticleSettings } from "../../../src/explorer/engine/configuration.ts";
import type { NoiseEvent } from "../../../src/explorer/engine/messages.ts";
import { createNoise } from "../../../src/explorer/engine/noise-run.ts";
import type { ProblemInput } from "../../../src/problem-file/problem-file.ts";
import { problemOf } from "../../fixtures.ts";

async function eventsOf(changes: Partial<ProblemInput>, settings: Partial<ParticleSettings>): Promise<NoiseEvent[]> {
  const { definition } = await problemOf({ time: { end: 1, snapshots: 4 }, alpha: 2, ...changes });
  const particles: ParticleSettings = { scheme: "algorithm-1", n: 50, dt: 0.25, seed: 7, ...settings };
  const events: NoiseEvent[] = [];
  await new Promise<void>((resolve) => {
    const noise = createNoise((event) => {
      events.push(event);
      if (event.type === "done") resolve();
    });
    void noise({ type: "run", run: 1, configuration: { problem: definition, particles } });
  });
  return events;
}

test("the noise is predicted at times that the steps meet, then other runs follow", async () => {
  const events = await eventsOf({}, {});
  const predicted = events.filter((event) => event.type === "predicted");
  expect(predicted.map(({ time }) => time)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  for (const { quantiles } of predicted) expect(quantiles[0].every((value, q) => value > 0 && (q === 0 || value > quantiles[0][q - 1]))).toBe(true); // biome-ignore format: one call
  const replicas = events.filter((event) => event.type === "replica");
  expect(replicas.length).toBeGreaterThan(0);
  for (const { times, distances } of replicas) expect([times.length, distances.length]).toEqual([5, 5]);
  expect(new Set(replicas.map(({ distances }) => distances[0])).size).toBe(replicas.length);
});

test("where there is no prediction the reason is given, in words of the page", async () => {
  const prior = { x: { type: "uniform" as const, min: -2, max: 2 } };
  const whyOf = (events: NoiseEvent[]) => events.find((event) => event.type === "absent")?.why;
  const reinjected = await eventsOf({ dynamics: { type: "reinjection", law: "net-deficit", prior } }, { scheme: "reinjection" });
  expect(whyOf(reinjected)).toBe("there is no theory of it");
  expect(whyOf(await eventsOf({}, { scheme: "resampling-systematic" }))).toBe("there is no theory of it");
});
