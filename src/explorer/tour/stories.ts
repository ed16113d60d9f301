import type { ProblemInput } from "../../problem-file/problem-file.ts";
import type { ParticleSettings } from "../engine/configuration.ts";
import type { MeanFieldFrame, ParticleFrame } from "../engine/frames.ts";
import { pageNumber } from "../state/page-number.ts";

/** One step of a story: a configuration, what to look at, and a number that says whether it happened. */
export interface StoryStep {
  text: string;
  problem: ProblemInput;
  particles: ParticleSettings;
  /** A sentence with the numbers of the frame on show. */
  reading(field: MeanFieldFrame, particles: ParticleFrame | undefined): string;
}

export interface Story {
  title: string;
  steps: readonly StoryStep[];
}

const observable =
  (name: string, index: number): StoryStep["reading"] =>
  (field, particles) =>
    `${name}: ${pageNumber(field.record.observables[name])} of the mean field${
      particles === undefined ? "" : `, ${pageNumber(particles.observables[index])} of the particles`
    }.`;

const gapReading: StoryStep["reading"] = ({ record }) =>
  `Energy ${pageNumber(record.energy)}; the lowest possible is at most ${record.gap === null ? "unknown" : pageNumber(record.gap)} below it.`;

const distanceReading: StoryStep["reading"] = (_, particles) => {
  const first = particles?.distances?.[0];
  return first === undefined
    ? "W1 comes with the particles."
    : `W1 = ${pageNumber(first.distance)}; nine in ten samples of independent draws: ${pageNumber(first.band[0])} to ${pageNumber(first.band[2])}.`;
};

const settings = (n: number, dt: number, scheme: ParticleSettings["scheme"] = "algorithm-1"): ParticleSettings => ({
  scheme,
  n,
  dt,
  seed: 3,
});

const barrier: ProblemInput = {
  name: "barrier",
  description: "Two wells of different depth; most of the mass starts in the shallow one",
  variables: { x: { min: -3, max: 3, cells: 600 } },
  parameters: { tilt: 0.06 },
  potential: { F: "0.1*(x^2-1)^2 + tilt*x" },
  alpha: 40,
  dynamics: "birth-death",
  initial: { x: { type: "normal", mean: 0.8, sd: 0.42 } },
  time: { end: 2.5, snapshots: 100 },
  observables: { "share right of the barrier": "(1 + tanh(20*(x - 0.16)))/2", mean: "x" },
};

const ripples: ProblemInput = {
  name: "ripples",
  description: "A bowl with ripples: a local minimum in every one of them",
  variables: { x: { min: -4.5, max: 4.5, cells: 1400 } },
  potential: { F: "0.02*x^2 + 0.06*(1 - cos(4*x))" },
  alpha: 40,
  dynamics: "gradient-descent",
  initial: { x: { type: "normal", mean: 0.5, sd: 0.75 } },
  time: { end: 2, snapshots: 100 },
  observables: { mean: "x", "share in the middle": "exp(-(x/0.7)^8)" },
};

const repulsion: ProblemInput = {
  name: "fluctuations",
  description: "Confinement and repulsion: the distribution spreads out and settles",
  variables: { x: { min: -4, max: 4, cells: 400 } },
  potential: { F: "0.1*x^2", K: { type: "convolution", expression: "exp(-x^2/(2*0.6^2))" } },
  alpha: 2,
  dynamics: "birth-death",
  initial: { x: { type: "normal", mean: 0.4, sd: 0.5 } },
  time: { end: 2, snapshots: 100 },
  observables: { mean: "x", second: "x^2" },
};

const badStart: ProblemInput = {
  name: "bad start",
  description: "All mass starts on the wrong side of the barrier, and none at all on the other",
  variables: { x: { min: -3, max: 3, cells: 600 } },
  potential: { F: "0.1*(x^2-1)^2 + 0.1*x" },
  alpha: 20,
  dynamics: "birth-death",
  initial: { x: { type: "truncated-normal", mean: 1, sd: 0.3, min: 0.5, max: 1.8 } },
  time: { end: 2, snapshots: 100 },
  observables: { "share left of the barrier": "(1 - tanh(20*(x - 0.27)))/2", mean: "x" },
};

const doubleWell: ProblemInput = {
  name: "too large a step",
  description: "A tilted double well, and particles with steps of several lengths",
  variables: { x: { min: -3.5, max: 3.5, cells: 512 } },
  potential: { F: "0.25*(x^2-1)^2 + 0.15*x" },
  alpha: 4,
  dynamics: "birth-death",
  initial: { x: { type: "normal", mean: 0.1, sd: 0.6 } },
  time: { end: 1, snapshots: 100 },
  observables: { mean: "x", second: "x^2" },
};

/** The guided tour. What each text claims is tested on the numbers of its run. */
export const STORIES: readonly Story[] = [
  {
    title: "Mass teleports past a barrier",
    steps: [
      {
        text: "Most of the mass starts in the right well, which is the shallow one. Watch V and its mean: where V is above the mean mass dies, where it is below mass is born. Nothing has to climb the barrier. The share on the right falls, and the same mass appears on the left.",
        problem: barrier,
        particles: settings(5000, 0.005),
        reading: observable("share right of the barrier", 0),
      },
      {
        text: "The same run: look at the distance W1. It leaves the grey band of 5000 independent draws by a factor of three and more, and nothing is wrong. Some five of the 5000 particles start left of x = -0.5; nearly all that is there later descends from them, and births multiply the noise of so few. At t = 1.5 the share on the right scatters by 0.13 about 0.68 from run to run, twenty times as much as that of independent draws. The coloured band is the predicted noise of the scheme, the thin lines are other runs of it.",
        problem: barrier,
        particles: settings(5000, 0.005),
        reading: observable("share right of the barrier", 0),
      },
      {
        text: "The same start under gradient descent alone. Each particle rolls downhill and stays on its side: the share on the right does not change. In the panel of energies both are drawn, and the distance between them is what birth and death are worth.",
        problem: { ...barrier, dynamics: "gradient-descent" },
        particles: settings(5000, 0.005, "gradient-descent"),
        reading: observable("share right of the barrier", 0),
      },
    ],
  },
  {
    title: "Gradient descent is stuck, birth and death are not",
    steps: [
      {
        text: "Gradient descent in a bowl with ripples. Mass gathers in every ripple that it started in, and none ever leaves one. The energy falls ever more slowly, towards what the outer ripples hold. The optimality gap, Vbar - min V, is a bound: the energy is at most that far above its minimum.",
        problem: ripples,
        particles: settings(2000, 0.005, "gradient-descent"),
        reading: gapReading,
      },
      {
        text: "Birth and death with the same start. Outer ripples lie above the mean potential and empty, the middle ones fill, and the gap goes on falling towards 0, where the distribution is a minimiser.",
        problem: { ...ripples, dynamics: "birth-death" },
        particles: settings(2000, 0.005),
        reading: gapReading,
      },
    ],
  },
  {
    title: "Fluctuations shrink like n^-1/2",
    steps: [
      ...[100, 1600, 25600].map((n, k) => ({
        text: [
          "100 particles of Algorithm 1. The histogram is rough. The distance between particles and mean field is measured by W1, the Wasserstein-1 distance: how far mass has to be carried, on average, to turn one into the other. The grey band is where 100 independent draws would have it, the coloured one where the noise of the scheme has it: particles that repel each other are nearer.",
          "1600 particles, 16 times as many: W1 and the band are lower by a factor of about 4. The run before stays in the panel of W1 as a grey line, and in its corner W1 is drawn against n.",
          "25600 particles, and another factor of 4. This is the law of large numbers with the rate n^-1/2. Move the slider of n to try your own.",
        ][k],
        problem: repulsion,
        particles: settings(n, 0.005),
        reading: distanceReading,
      })),
    ],
  },
  {
    title: "Reinjection saves a bad start",
    steps: [
      {
        text: "All mass starts right of the barrier, and none left of it. Birth copies what is there: where there is nothing, nothing is ever born. Birth and death are stuck with gradient descent.",
        problem: badStart,
        particles: settings(2000, 0.01),
        reading: observable("share left of the barrier", 0),
      },
      {
        text: "With reinjection some of what dies comes back from a prior that is wide. A little mass lands on the left, is copied there, and takes over. In the panel of energies this run goes below the two that are stuck.",
        problem: {
          ...badStart,
          dynamics: { type: "reinjection", law: "net-deficit", prior: { x: { type: "uniform", min: -2, max: 2 } } },
        },
        particles: settings(2000, 0.01, "reinjection"),
        reading: observable("share left of the barrier", 0),
      },
    ],
  },
  {
    title: "Too large a step, too large an alpha",
    steps: [
      {
        text: "Particles with steps of dt = 0.01: W1 lies in the band of the scheme\u2019s noise, hardly above that of n independent draws.",
        problem: doubleWell,
        particles: settings(20000, 0.01),
        reading: distanceReading,
      },
      {
        text: "Steps of dt = 0.2, the same number of particles. W1 has left both bands: this is the bias of the step, and more particles would not help. They follow a mean-field map of their own, not this equation.",
        problem: { ...doubleWell, time: { end: 1, snapshots: 5 } },
        particles: settings(20000, 0.2),
        reading: distanceReading,
      },
      {
        text: "Steps of dt = 0.005, but alpha = 60. What counts is alpha dt times the spread of V: in one step most of the tail dies at once, and the bias is back. Keep alpha dt |V - Vbar| well below 1.",
        problem: { ...doubleWell, alpha: 60, time: { end: 0.5, snapshots: 100 } },
        particles: settings(20000, 0.005),
        reading: distanceReading,
      },
    ],
  },
];
