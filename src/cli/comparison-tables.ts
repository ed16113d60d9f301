import { allowanceOf, type Comparison } from "../comparison/comparison.ts";
import type { Table } from "../figures/table.ts";

/** The tables of a comparison, for the screen and for the page. Numbers that are not known are "-". */

/** A table with its first columns that tell rows apart, and the digits that its numbers have. */
export interface ComparisonTable extends Table {
  kind: "means" | "distances" | "mmd" | "kl" | "gaps" | "weights" | "noise";
  keys: number;
  digits: number;
  /** What its columns are, and what it is not. */
  words: readonly string[];
}

const known = (value: number | null) => (value === null || !Number.isFinite(value) ? "-" : value);

/** All tables that there is something for, in the order of what the verdict rests on. */
export function comparisonTables(comparison: Comparison): ComparisonTable[] {
  return [meansTable, distanceTable, discrepancyTable, divergenceTable, gapTable, weightsTable, noiseTable].flatMap(
    (make) => make(comparison) ?? [],
  );
}

function meansTable({ means, stepBias }: Comparison): ComparisonTable {
  // Without a correction its column says nothing.
  const corrected = means.some(({ dtCorrection }) => dtCorrection !== 0);
  const by = corrected ? ["by dt"] : [];
  const header = ["time", "observable", "particles", "+-", "reference", ...by, "allowed", "p", "detectable"];
  const rows = means.map((m) => [
    m.time,
    m.observable,
    m.particles,
    known(m.standardError),
    m.reference,
    ...(corrected ? [m.dtCorrection] : []),
    allowanceOf(m),
    m.leftOut ? "-" : m.pValue,
    known(m.detectable),
  ]);
  const how = `dt-bias ${stepBias.dtBias} (${stepBias.chosen}): ${stepBias.reason}`;
  return { kind: "means", title: "means over replicas", header, rows, digits: 5, keys: 2, words: [how] };
}

function distanceTable({ distances, distanceNull, joint }: Comparison): ComparisonTable | null {
  if (distances === null) return null;
  // Cells of the grid are what is expected.
  const byNodes = distances.some(({ by }) => by === "nodes");
  const header = ["time", "W1", ...(byNodes ? ["from"] : []), "noise", "90% of noise", "allowed", "p", "p of all observables"];
  const rows = distances.map((d, s) => [
    d.time,
    d.distance,
    ...(byNodes ? [d.by] : []),
    d.expected,
    known(distanceNull?.[s].values.at(-1) ?? null),
    d.allowance,
    d.pValue,
    joint?.find(({ time }) => time === d.time)?.pValue ?? "-",
  ]);
  return { kind: "distances", title: "distribution against density", header, rows, digits: 3, keys: 1, words: [] };
}

const NO_TEST = "described, not tested";

function discrepancyTable({ divergences }: Comparison): ComparisonTable | null {
  if (divergences === null) return null;
  const rows = divergences.flatMap(({ time, mmdSquared: mmd }) =>
    mmd === null
      ? []
      : [
          [
            time,
            mmd.ofReplica,
            known(mmd.ofReplicaError),
            mmd.independentDraws,
            known(mmd.withoutNoise),
            known(mmd.withoutNoiseError),
          ],
        ],
  );
  const words = [
    "kernel exp(-|x - y|^2 / 2 h^2), h the sd of the reference along each axis; without noise: between replicas, about 0 for right particles, but for the effect of their steps and of finite n",
    ...reasonsOf(divergences, "mmdSquared"),
  ];
  const header = ["time", "of a replica", "+-", "independent draws", "without noise", "+-"];
  return { kind: "mmd", title: `MMD^2 in a Gaussian kernel (${NO_TEST})`, header, rows, digits: 3, keys: 1, words };
}

function divergenceTable({ divergences }: Comparison): ComparisonTable | null {
  if (divergences === null) return null;
  const rows = divergences.flatMap(({ time, kl }) =>
    kl === null ? [] : [[time, kl.value, kl.independentDraws, known(kl.withoutNoise), known(kl.standardError), kl.cells]],
  );
  const words = [
    "of masses of cells, all replicas together, in nats; without noise: about 0 for right particles, as above; what differs within a cell is not seen",
    ...reasonsOf(divergences, "kl"),
  ];
  const header = ["time", "KL", "independent draws", "without noise", "+-", "cells"];
  return { kind: "kl", title: `KL(particles | reference) by histogram (${NO_TEST})`, header, rows, digits: 3, keys: 1, words };
}

/** Why something was not computed, with the times of which that holds. */
function reasonsOf(divergences: NonNullable<Comparison["divergences"]>, of: "mmdSquared" | "kl"): string[] {
  const times = new Map<string, number[]>();
  for (const { time, notComputed } of divergences) {
    const reason = notComputed[of];
    if (reason !== null) times.set(reason, [...(times.get(reason) ?? []), time]);
  }
  return [...times].map(([reason, at]) => `not computed at t = ${at.join(", ")}: ${reason}`);
}

function gapTable({ gaps }: Comparison): ComparisonTable | null {
  if (gaps === null) return null;
  const rows = gaps.map(({ time, reference, particles, standardError, replicas }) => [
    time,
    known(reference),
    known(particles),
    known(standardError),
    replicas,
  ]);
  if (gaps.every(({ reference, particles }) => reference === null && particles === null)) return null;
  const header = ["time", "reference", "particles", "+-", "replicas"];
  const words = gaps.every(({ particles }) => particles === null)
    ? ["particles have none at a temperature, where it is a divergence, nor where V is not finite at one of them"]
    : [];
  return { kind: "gaps", title: `optimality gap Vbar - min V (${NO_TEST})`, header, rows, digits: 4, keys: 1, words };
}

function weightsTable({ effectiveSizes }: Comparison): ComparisonTable | null {
  if (effectiveSizes === null) return null;
  const rows = effectiveSizes.map(({ time, least, median }) => [time, least, median]);
  const title = "effective sizes, 1 / sum of squared weights, over replicas";
  return { kind: "weights", title, header: ["time", "least", "median"], rows, digits: 4, keys: 1, words: [] };
}

function noiseTable({ noise, means }: Comparison): ComparisonTable | null {
  if (noise === null) return null;
  const { fits, measured } = noise;
  const flat = measured.flat();
  const rows = means.map((m, i) => [
    m.time,
    m.observable,
    flat[i].nVariance,
    known(flat[i].error),
    ...fits.map(({ nVariance }) => nVariance.flat()[i]),
  ]);
  const header = ["time", "observable", "n Var", "+-", ...fits.map(({ scheme }) => scheme)];
  return { kind: "noise", title: "n Var of each noise model", header, rows, digits: 4, keys: 2, words: [] };
}
