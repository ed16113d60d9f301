import "virtual:look.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { Axis } from "../../grid/grid.ts";
import type { Configuration } from "../engine/configuration.ts";
import type { MeanFieldFrame, ParticleFrame, RunSetup } from "../engine/frames.ts";
import { theme, type View } from "../state/session.ts";
import { panelFigures } from "./figure-data.ts";
import { drawWaiting } from "./frame-loop.ts";
import { DensityPanel, DissipationPanel, DistancePanel, EnergyPanel, GapPanel, PotentialPanel } from "./index.ts";
import { panelCanvases } from "./registry.ts";
import { viewValues } from "./values.ts";

const query = new URLSearchParams(location.search);
const get = (k: string, d: string) => query.get(k) ?? d;
const dim = Number(get("dim", "1"));
const n = Number(get("n", "1000"));
const cells = Number(get("cells", dim === 1 ? "512" : "256"));
const frames = Number(get("frames", "61"));
theme.value = get("theme", "light") as "light" | "dark";
document.documentElement.dataset.theme = theme.value;

const axis = (name: string): Axis => ({ name, min: -3, max: 3, cells, periodic: false, width: 6 / cells });
const axes = ["x", "y", "z"].slice(0, dim).map(axis);
const planes: [number, number][] =
  dim === 1
    ? []
    : dim === 2
      ? [[0, 1]]
      : [
          [0, 1],
          [0, 2],
          [1, 2],
        ];
const times = Array.from({ length: frames }, (_, k) => (2 * k) / Math.max(1, frames - 1));
const dynamics = get("dynamics", "birth-death");
const setup: RunSetup = { axes, times, dynamics, observables: ["mean"], planes, rates: times.map(() => 2) };
const F = (x: number) => 0.25 * (x * x - 1) ** 2 + 0.15 * x;
const at = (i: number) => -3 + (i + 0.5) * (6 / cells);
const gauss = (x: number, m: number, s: number) => Math.exp(-0.5 * ((x - m) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
const rho1 = (x: number, t: number) => {
  const w = 0.5 + 0.4 * (1 - Math.exp(-t)),
    s = 0.7 * Math.exp(-1.2 * t) + 0.03;
  return w * gauss(x, -1.03 + 1.1 * Math.exp(-2 * t), s) + (1 - w) * gauss(x, 0.95 - 0.85 * Math.exp(-2 * t), s);
};
let state = 12345;
const rnd = () => {
  state = (state * 1664525 + 1013904223) >>> 0;
  return state / 4294967296;
};
const nor = () => Math.sqrt(-2 * Math.log(rnd() + 1e-12)) * Math.cos(6.2831853 * rnd());
const bad = get("bad", "");
function meanFrame(t: number, k: number): MeanFieldFrame {
  const size = dim === 1 ? cells : cells * cells;
  const mk = () => new Float32Array(size);
  const V = mk(),
    mu = mk();
  let vbar = 0,
    mass = 0,
    min = Infinity;
  if (dim === 1)
    for (let i = 0; i < cells; i++) {
      const x = at(i);
      V[i] = F(x) + 0.3 * gauss(x, -1, 0.8) * t;
      mu[i] = rho1(x, t);
    }
  else
    for (let i = 0; i < cells; i++)
      for (let j = 0; j < cells; j++) {
        const x = at(i),
          y = at(j);
        V[i * cells + j] = F(x) + 0.5 * y * y + 0.3 * x * y * 0.5;
        mu[i * cells + j] = rho1(x, t) * gauss(y, 0.3 * Math.sin(3 * t), 0.8 * Math.exp(-0.7 * t) + 0.03);
      }
  for (let i = 0; i < size; i++) {
    vbar += V[i] * mu[i];
    mass += mu[i];
    min = Math.min(min, V[i]);
  }
  vbar /= mass;
  if (bad === "nan" && k % 2 === 1) {
    V.fill(NaN);
    mu.fill(NaN);
    vbar = NaN;
  }
  if (bad === "zero") {
    mu.fill(0);
  }
  if (bad === "constant") {
    V.fill(0.3);
    vbar = 0.3;
  }
  const energy = 0.05 + 0.35 * Math.exp(-2.2 * t);
  return {
    record: {
      time: t,
      mass: 1,
      energy,
      meanPotential: vbar,
      minPotential: min,
      gap: dynamics === "unbalanced" ? null : 0.4 * Math.exp(-2 * t) + 0.002,
      residualOnSupport: 0,
      residualOffSupport: 0,
      dissipated: 0.4 - energy + 1e-4 * t,
      defect: 1e-4 * t,
      observables: { mean: -0.2 },
      minDensity: 0,
      edgeMass: 0,
      resolved: true,
    },
    densities: Array.from({ length: Math.max(1, planes.length) }, () => mu),
    potentials: Array.from({ length: Math.max(1, planes.length) }, () => V),
  };
}
function partFrame(t: number): ParticleFrame {
  const drawn = axes.map(() => new Float32Array(Math.min(n, 20000)));
  const bins = 60;
  const histogram = new Float32Array(bins);
  const w = 0.5 + 0.4 * (1 - Math.exp(-t)),
    s = 0.7 * Math.exp(-1.2 * t) + 0.03;
  for (let p = 0; p < drawn[0].length; p++) {
    const x = rnd() < w ? -1.03 + 1.1 * Math.exp(-2 * t) + s * nor() : 0.95 - 0.85 * Math.exp(-2 * t) + s * nor();
    drawn[0][p] = x;
    const b = Math.floor(((x + 3) / 6) * bins);
    if (b >= 0 && b < bins) histogram[b] += bins / 6 / drawn[0].length;
    for (let a = 1; a < dim; a++) drawn[a][p] = 0.3 * Math.sin(3 * t) + (0.8 * Math.exp(-0.7 * t) + 0.03) * nor();
  }
  return {
    drawn,
    histogram: dim === 1 ? histogram : null,
    energy: 0.05 + 0.35 * Math.exp(-2.2 * t) + 0.01 * nor(),
    gap: 0.4 * Math.exp(-2 * t) + 0.02 + 0.005 * rnd(),
    outside: 0.001,
    observables: [-0.2],
    distances: axes.map((_, a) => ({
      distance: (((0.8 + 0.2 * Math.sin(5 * t + a)) * (1 + a)) / Math.sqrt(n)) * (1 + 0.2 * rnd()),
      band: [0.3, 0.6, 1.5].map((q) => (q * (1 + a) * Math.exp(-t) + 0.02) / Math.sqrt(n)) as [number, number, number],
    })),
  };
}
const none = get("none", "");
const mean = none.includes("m") ? [] : times.map(meanFrame);
const parts = none.includes("p") ? [] : times.map(partFrame);
const rivals = none.includes("r")
  ? []
  : [
      ["gradient-descent", 0.8, 0.1],
      ["reinjection net-deficit", 1.5, 0.06],
    ].map(([name, r, e]) => ({
      name: String(name),
      frames: times.map((t) => ({
        time: t,
        energy: Number(e) + (0.4 - Number(e)) * Math.exp(-Number(r) * t),
        gap: 0.4 * Math.exp(-Number(r) * t) + 0.01,
      })),
    }));
const earlier = none.includes("e")
  ? []
  : [250, 4000].map((m) => ({
      label: `n = ${m}`,
      times: times.filter((_, i) => i % 3 === 0),
      distances: times.filter((_, i) => i % 3 === 0).map((t) => (0.6 + 0.2 * Math.sin(7 * t)) / Math.sqrt(m)),
    }));
const shown = signal(Math.min(Number(get("shown", "20")), frames - 1));
const view: View = {
  configuration: signal({ problem: {}, particles: { scheme: "algorithm-1", n, dt: 0.01, seed: 1 } } as unknown as Configuration),
  setup: signal(none.includes("s") ? null : setup),
  meanField: signal(mean),
  particles: signal(parts),
  rivals: signal(rivals),
  earlier: signal(earlier),
  shown,
  plane: signal(Number(get("plane", "0"))),
};
const seek = (i: number) => {
  shown.value = i;
};
document.body.style.padding = "12px";
render(
  <div class="panels">
    <DensityPanel view={view} />
    <PotentialPanel view={view} />
    <EnergyPanel view={view} onSeek={seek} />
    <DissipationPanel view={view} onSeek={seek} />
    <GapPanel view={view} onSeek={seek} />
    <DistancePanel view={view} onSeek={seek} />
  </div>,
  document.querySelector("#app")!,
);
Object.assign(window, {
  view,
  shown,
  theme,
  drawWaiting,
  panelCanvases,
  panelFigures: () => panelFigures(viewValues(view), theme.value),
});
