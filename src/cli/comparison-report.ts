import type { Environment } from "../../validation/report/environment.ts";
import { REPORT_CSS } from "../../validation/report/style.ts";
import type { Comparison } from "../comparison/comparison.ts";
import type { Figure } from "../figures/figure.ts";
import { renderStill } from "../figures/figure-html.ts";
import { escapeHtml, renderPlainTable } from "../figures/html.ts";
import type { Cell } from "../figures/table.ts";
import type { ReferenceData } from "../reference/reference-data.ts";
import { comparisonTables } from "./comparison-tables.ts";
import { describeEnsemble, describeModel, describeNoise, describeTests } from "./describe-comparison.ts";
import type { NextStep } from "./next-steps.ts";

/** What a report of a comparison is made of. */
export interface ReportOfComparison {
  comparison: Comparison;
  reference: Pick<ReferenceData, "problem" | "tolerance" | "source">;
  next: readonly NextStep[];
  warnings: readonly string[];
  figures: readonly Figure[];
  /** Options and files by their names. */
  settings: readonly (readonly [name: string, value: Cell])[];
  environment: Environment & { version: string };
  /** The command that makes it again. */
  command: string;
}

const WORDS = {
  consistent: ["pass", "The particles are those of the mean field, as far as these tests can tell: none fails, and every error that was to be found would have been."],
  inconsistent: ["fail", "The particles are not those of the mean field: a test fails, which right particles hardly ever do."],
  inconclusive: ["inconclusive", "No test fails, but an error that was to be found could have gone unseen: this is no proof that the particles are right."],
} as const; // biome-ignore format: one row each

/** One page that asks nothing of a network and holds no script: the verdict in words, what to do next, figures, tables, and all that it takes to make it again. */
export function renderComparison(report: ReportOfComparison): string {
  const { comparison, reference, next, warnings, figures, settings, environment, command } = report;
  const { verdict, reasons, notes } = comparison;
  const { name, definition } = reference.problem;
  const [badge, words] = WORDS[verdict];
  const versions = [
    ["birth-death-pde", environment.version],
    ["reference made by", reference.source],
    ["runtime", environment.node],
    ["platform", environment.platform],
    ["processor", environment.machine],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}: ${verdict}</title>
<style>${REPORT_CSS}${OWN_CSS}</style>
</head>
<body>
<main>
<h1>${escapeHtml(name)}: <span class="badge ${badge}">${verdict}</span></h1>
<p class="claim">${words}</p>
<p>${escapeHtml(describeEnsemble(name, comparison))}; ${escapeHtml(describeTests(comparison))}.</p>
<ul>
${reasons.map((reason) => `<li>${escapeHtml(reason)}</li>`).join("\n")}
</ul>
<h2>What to do next</h2>
<ul>
${next.map(({ text, command: line }) => `<li>${escapeHtml(text)}${line === null ? "" : `<br><code>bdpde ${escapeHtml(line)}</code>`}</li>`).join("\n")}
</ul>
${listOf("Warnings", warnings)}
<h2>Figures</h2>
<div class="figures">
${figures.map((figure, k) => renderStill(figure, `figure-${k + 1}`, `Figure ${k + 1}`)).join("\n")}
</div>
<h2>Tables</h2>
${tablesOf(comparison)}
${listOf("Assumptions, and parts left aside", notes)}
<h2>How to make it again</h2>
<p>With the same files this command makes the same numbers:</p>
<p class="command"><code>${escapeHtml(command)}</code></p>
${renderPlainTable({ title: "Settings", header: ["what", "which"], rows: settings })}
${renderPlainTable({ title: "Versions and machine", header: ["what", "which"], rows: versions })}
<details><summary>The problem of the reference</summary><pre tabindex="0">${escapeHtml(JSON.stringify(definition, null, 2))}</pre></details>
</main>
</body>
</html>
`;
}

const OWN_CSS = `
main { max-width: 76rem; margin: 0 auto; }
p, li { max-width: 60rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 0 1.5rem; }
.figures > * { min-width: 0; margin: 1rem 0; }
h1 .badge { font-size: 1.1rem; vertical-align: middle; padding: 0.1rem 0.6rem; }
@media print { .figures { grid-template-columns: 1fr 1fr; } .still svg { max-width: 100%; } details { display: none !important; } figure, .table { break-inside: avoid; } }
`;

function listOf(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `<h2>${title}</h2>\n<ul>\n${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("\n")}\n</ul>`;
}

/** Each with what its columns are; the noise model stands by its own. */
function tablesOf(comparison: Comparison): string {
  const tables = comparisonTables(comparison).map((table, k) => {
    const shown = table.rows.length === 0 ? `<h3>${escapeHtml(table.title)}</h3>` : renderPlainTable(table, `Table ${k + 1}`);
    return `${shown}\n${table.words.map((line) => `<p>${escapeHtml(line)}</p>`).join("\n")}`;
  });
  const noise = [`Noise model: ${describeModel(comparison)}.`, ...describeNoise(comparison)];
  return [...tables, ...noise.map((line) => `<p>${escapeHtml(line)}</p>`)].join("\n");
}
