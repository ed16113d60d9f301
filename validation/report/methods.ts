import { escapeHtml, renderTable } from "../../src/figures/html.ts";
import { formatNumber } from "../../src/figures/numbers.ts";
import type { Cell, Table } from "../../src/figures/table.ts";
import { ANY_FLUXES, FLUXES, isThermalFlux, THERMAL_FLUXES } from "../../src/finite-volume/fluxes.ts";
import { SPLITTINGS } from "../../src/finite-volume/splittings.ts";
import { DYNAMICS, DYNAMICS_NAMES } from "../../src/problem/dynamics.ts";
import { SCHEME_NAMES, SCHEMES } from "../../src/schemes/schemes.ts";
import { POLICY } from "../claims.ts";
import { STUDIES, type TimedResult } from "../run.ts";
import { seedsOf, validateCommand } from "./command.ts";
import type { ReportInfo } from "./info.ts";

/** The methods as the appendix of a paper would state them: all of it read from the tables that the code itself runs by. */

/** @param plotly its version */
export function renderMethods(results: readonly TimedResult[], info: ReportInfo, plotly: string): string {
  return `<section id="methods">
<h2>Methods</h2>
<p>To cite: birth-death-pde ${escapeHtml(info.version)}, <code>${escapeHtml(info.command)}</code>, ${escapeHtml(info.node)}, ${escapeHtml(info.platform)}.</p>
<h3>Equation and discretisation</h3>
<p>V(θ, [μ]) = F(θ) + ∫ K(θ, θ′) μ(dθ′); the energy is E[μ] = ∫ F dμ + ½ ∫∫ K dμ dμ.</p>
${[dynamicsTable(), discretisationTable(), schemeTable()].map((table) => renderTable(table)).join("\n")}
<h3>Claims and false alarms</h3>
${POLICY.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n")}
<h3>Studies</h3>
<p>Sizes are those of this run. A command repeats its study with the same random numbers, and so the same numbers on the same version of Node.</p>
${studiesOf(results, info)}
<h3>Versions and machine</h3>
${renderTable(versionTable(info, plotly))}
</section>`;
}

function dynamicsTable(): Table {
  const rows = DYNAMICS_NAMES.map((name) => [name, DYNAMICS[name].equation, DYNAMICS[name].summary]);
  return { title: "Dynamics", header: ["name", "equation", "in words"], rows };
}

function discretisationTable(): Table {
  const fluxes = ANY_FLUXES.map((flux): Cell[] => [
    "flux",
    flux,
    (isThermalFlux(flux) ? THERMAL_FLUXES[flux] : FLUXES[flux]).order,
  ]);
  const splittings = Object.entries(SPLITTINGS).map(([name, { order, stages }]): Cell[] => [
    `splitting: ${stages.map(([flow, share]) => `${flow} ${share === 1 ? "dt" : `${formatNumber(share)} dt`}`).join(", ")}`,
    name,
    order,
  ]);
  return { title: "Finite volumes", header: ["what", "name", "order"], rows: [...fluxes, ...splittings] };
}

function schemeTable(): Table {
  const rows = SCHEME_NAMES.map((name) => [name, SCHEMES[name].follows.join(", "), SCHEMES[name].description]);
  return { title: "Particle schemes", header: ["name", "follows", "rule"], rows };
}

/** A study with its claims, each with its problems, sizes and seeds, and the command that repeats it. */
function studiesOf(results: readonly TimedResult[], info: ReportInfo): string {
  return STUDIES.flatMap(({ name, title, claim }) => {
    const own = results.flatMap((result, r) => (result.study === name ? [{ ...result, r }] : []));
    if (own.length === 0) return [];
    const items = own.map(
      ({ r, name: of, settings }) =>
        `<li><a href="#result-${r}">${r + 1}. ${escapeHtml(of)}</a>: ${escapeHtml([...sizesOf(settings), seedText(settings)].join("; "))}.</li>`,
    );
    return [
      `<div class="method"><h4>${escapeHtml(title)} (${escapeHtml(name)})</h4>
<p>${escapeHtml(claim)}</p>
<ul>${items.join("\n")}</ul>
<p class="command"><code>${escapeHtml(validateCommand(info.given, [name]))}</code></p></div>`,
    ];
  }).join("\n");
}

function seedText(settings: object): string {
  const seeds = seedsOf(settings);
  return seeds.length === 0 ? "no random numbers" : seeds.join("; ");
}

/** More values than this of one name are told by the first, the last and how many they are. */
const MOST_VALUES = 9;
/** What says nothing about the numbers, or is told elsewhere. */
const LEFT_OUT = /^(workers|seeds?|freshSeeds)$/;

/** Every number and choice of the settings of a result by its name, those of items of a list together; a problem by its name. */
export function sizesOf(settings: object): string[] {
  const found = new Map<string, string[]>();
  const add = (name: string, value: string) => {
    const values = found.get(name);
    if (values === undefined) found.set(name, [value]);
    else values.push(value);
  };
  const walk = (value: unknown, path: readonly string[]) => {
    if (typeof value === "number") return add(path.join(" "), formatNumber(value));
    if (typeof value !== "object" || value === null) return add(path.join(" "), String(value));
    if ("variables" in value && "name" in value) return add("problem", String(value.name));
    for (const [key, item] of Object.entries(value)) {
      if (!LEFT_OUT.test(key)) walk(item, Array.isArray(value) ? path : [...path, key]);
    }
  };
  walk(settings, []);
  return [...found].map(([name, values]) => {
    const all = name === "problem" ? [...new Set(values)] : values;
    const shown = all.length <= MOST_VALUES ? all.join(", ") : `${all[0]}, ..., ${all[all.length - 1]} (${all.length} values)`;
    return `${name} ${shown}`;
  });
}

function versionTable({ version, node, platform, machine, packages }: ReportInfo, plotly: string): Table {
  const rows = [["birth-death-pde", version], ["runtime", node], ["platform", platform], ["processor", machine], ...Object.entries(packages), ["plotly.js", plotly]]; // biome-ignore format: one list
  return { title: "Versions and machine", header: ["what", "which"], rows };
}
