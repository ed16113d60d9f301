import { InputError } from "../errors.ts";
import type { ParticleData } from "../files/particle-data.ts";
import { concatenate } from "../numerics/concatenate.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { createJudge, settingsOf } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";
import type { Comparison } from "./comparison.ts";
import { copiesIn } from "./copies.ts";
import { watchCopies } from "./copy-watch.ts";

/** Particles in parts, one or more replicas each, such as the files of a folder. */
export interface ParticleParts {
  /** Of each part, for messages. */
  names: readonly string[];
  read(part: number): Promise<ParticleData>;
}

/**
 * Judges particles as compareParticles does, one part after the other: memory is that of the largest part, and a row of means for each replica.
 *
 * @throws InputError for parts that do not go together, and for what compareParticles refuses; it names the part.
 */
export async function compareParts(
  reference: ReferenceData,
  { names, read }: ParticleParts,
  options: CompareOptions = {},
): Promise<Comparison> {
  const first = await read(0);
  const { times, n } = first;
  const judge = createJudge(reference, {
    ...options,
    ...settingsOf(first, options),
    times,
    n,
    describe: true,
    onProgress: (share) => options.onProgress?.(0.3 * share),
  });
  const collector = judge.collect();
  const dimension = reference.problem.grid.dimension;
  const watch = watchCopies(dimension);
  /** Of each replica: its part, and its place there. */
  const places: { part: number; replica: number }[] = [];
  for (let part = 0; part < names.length; part++) {
    const particles = part === 0 ? first : await read(part);
    checkAlike(names[0], first, names[part], particles);
    try {
      collector.addParticles(particles);
    } catch (error) {
      throw error instanceof InputError ? new InputError(names[part], undefined, error.message, "mend it, or leave it out") : error;
    }
    watch.add(particles);
    for (let replica = 0; replica < particles.replicas; replica++) places.push({ part, replica });
    options.onProgress?.(0.3 + (0.6 * (part + 1)) / names.length);
  }
  for (const group of watch.candidates()) await refuseCopiesOf(group, places, { names, read }, dimension);
  const comparison = judge.judge(collector.finish());
  options.onProgress?.(1);
  return comparison;
}

const FIELDS = ["n", "times", "dt", "scheme", "resampleBelow"] as const;

function checkAlike(firstName: string, first: ParticleData, name: string, particles: ParticleData): void {
  const field = FIELDS.find((key) => JSON.stringify(first[key]) !== JSON.stringify(particles[key]));
  if (field === undefined) return;
  const [here, there] = [particles, first].map((data) => JSON.stringify(data[field]));
  throw new InputError(
    name,
    undefined,
    `its ${field} ${field === "times" ? "are" : "is"} ${here}, and ${field === "times" ? "those" : "that"} of ${firstName} ${there}`,
    "compare one ensemble at a time",
  );
}

/** Most candidates that are read again together. */
const MOST_TOGETHER = 16;

async function refuseCopiesOf(
  group: readonly number[],
  places: readonly { part: number; replica: number }[],
  { names, read }: ParticleParts,
  dimension: number,
): Promise<void> {
  const members = group.slice(0, MOST_TOGETHER).map((r) => places[r]);
  const parts: ParticleData[] = [];
  for (const { part, replica } of members) parts.push(replicaOf(await read(part), replica, dimension));
  const together: ParticleData = {
    ...parts[0],
    replicas: parts.length,
    theta: concatenate(parts.map(({ theta }) => theta)),
    weights: parts[0].weights === null ? null : concatenate(parts.map(({ weights }) => weights as Float64Array)),
  };
  const [copies] = copiesIn(together, dimension);
  if (copies === undefined) return;
  const shown = copies.map((k) =>
    members[k].replica > 0 ? `${names[members[k].part]} (replica ${members[k].replica})` : names[members[k].part],
  );
  throw new InputError(
    "particles",
    undefined,
    `replicas are copies of each other: ${shown.join(", ")} (the same particles at every time, in whatever order, to some 1e-7 of their spread)`,
    "give each replica its own seed, and leave copies out: they are not independent",
  );
}

function replicaOf(data: ParticleData, replica: number, dimension: number): ParticleData {
  const each = data.times.length * data.n;
  return {
    ...data,
    replicas: 1,
    theta: data.theta.slice(replica * each * dimension, (replica + 1) * each * dimension),
    weights: data.weights?.slice(replica * each, (replica + 1) * each) ?? null,
  };
}
