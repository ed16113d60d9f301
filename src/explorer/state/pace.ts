import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Configuration } from "../engine/configuration.ts";
import type { CheckEvent } from "../engine/messages.ts";
import { draftOf } from "../form/draft.ts";
import { scaleCells } from "../form/scale-cells.ts";
import type { Session } from "./session.ts";
import { createFileMaker, type WorkerHandle } from "./workers.ts";

/** A run that takes long: by the work that its first steps took, and what would be shorter. */
export interface Pace {
  /** Seconds of work that are left of the mean field and of the particles. */
  meanField: number;
  particles: number;
  /** Fewer cells along each axis, and the seconds that the whole mean field takes with them; null until that is measured. */
  coarser: { cells: readonly number[]; seconds: number | null } | null;
  /** Fewer particles, and the seconds that these take at most; null where the particles are not what takes long. */
  fewer: { n: number; seconds: number } | null;
}

/** Seconds of work after which a run is called long, and from which an estimate is made. */
const LONG = 20;
const MEASURED = 0.4;
/** An estimate is told anew once it has changed by this factor: it is read out. */
const CHANGE = 1.6;
/** Milliseconds that measuring a coarser grid may take. */
const PATIENCE = 15_000;

/** How long the run on show takes; null where it is short or not known. */
export function createPace(session: Session): ReadonlySignal<Pace | null> {
  const { configuration, reached, setup, status, hasParticles } = session;
  const measured = signal<{ of: Configuration; factor: number; seconds: number } | null>(null);
  let told: { of: Configuration; meanField: number; particles: number; taken: number } | null = null;
  let asked: Configuration | null = null;
  let meter: WorkerHandle<{ type: "pace"; id: number; configuration: Configuration }> | null = null;

  const left = computed(() => {
    const end = setup.value?.times.at(-1) ?? 0;
    const { meanField, particles, seconds } = reached.value;
    const leftOf = (time: number, work: number) => (time > 0 && time < end && work > MEASURED ? (work * (end - time)) / time : 0);
    const now = {
      of: configuration.value,
      meanField: leftOf(meanField, seconds.meanField),
      particles: hasParticles.value ? leftOf(particles, seconds.particles) : 0,
      /** Work of the particles so far, which others would have to do anew. */
      taken: seconds.particles,
    };
    const done = status.value === "finished" || status.value === "failed";
    if (done || now.meanField + now.particles < LONG) told = null;
    else if (told === null || told.of !== now.of || changed(told.meanField, now.meanField) || changed(told.particles, now.particles)) told = now; // biome-ignore format: one line
    return told;
  });

  const factor = computed(() => {
    const axes = Object.keys(configuration.value.problem.variables).length;
    // Half the cells are half as many steps.
    return (left.value?.meanField ?? 0) / 2 ** (axes + 1) > 2 * LONG ? 0.25 : 0.5;
  });

  effect(() => {
    const of = configuration.value;
    if (left.value === null || left.value.meanField < LONG || asked === of) return;
    asked = of;
    const by = factor.value;
    const coarser = scaleCells(draftOf(of), by);
    if (coarser === null) return;
    meter?.stop();
    const mine = createFileMaker(
      (event: CheckEvent) => {
        mine.stop();
        if (event.type === "pace") measured.value = { of, factor: by, seconds: event.seconds };
      },
      () => {},
    );
    meter = mine;
    setTimeout(mine.stop, PATIENCE);
    mine.post({ type: "pace", id: 0, configuration: { ...of, problem: coarser.draft.problem as Configuration["problem"] } });
  });

  return computed(() => {
    if (left.value === null) return null;
    const { of, meanField, particles, taken } = left.value;
    const known = measured.value?.of === of ? measured.value : null;
    const coarser = meanField >= LONG ? scaleCells(draftOf(of), known?.factor ?? factor.value) : null;
    return {
      meanField,
      particles,
      coarser: coarser && { cells: coarser.cells, seconds: known?.seconds ?? null },
      fewer: particles >= LONG ? fewerThan(of.particles.n, particles + taken) : null,
    };
  });
}

const changed = (before: number, now: number) => now > CHANGE * before || before > CHANGE * now;

/** A tenth as many takes a tenth of the time at most, or a hundredth. */
function fewerThan(n: number, seconds: number): Pace["fewer"] {
  const share = seconds / 10 > LONG ? 100 : 10;
  const fewer = Math.max(10, Math.round(n / share));
  return fewer < n ? { n: fewer, seconds: (seconds * fewer) / n } : null;
}
