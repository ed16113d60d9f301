import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { renderFigure } from "../../src/figures/figure-html.ts";
import { escapeHtml, renderTable } from "../../src/figures/html.ts";
import { packBytes } from "../../src/figures/packed.ts";
import { combine, type Finding, type Verdict } from "../claims.ts";
import type { TimedResult } from "../run.ts";
import { type Given, seedsOf, validateCommand } from "./command.ts";
import type { ReportInfo } from "./info.ts";
import { renderMethods } from "./methods.ts";
import { digestOf, type PageScripts } from "./scripts.ts";
import { REPORT_CSS } from "./style.ts";
import { badge, renderSummary, worstFirst } from "./summary.ts";

/** The verdict on all results together. */
export function overallVerdict(results: readonly TimedResult[]): Verdict {
  return combine(results.flatMap(({ findings }) => findings));
}

/** The report as data; each result carries the command that repeats its study. @param html the page, whose SHA-256 tells that both are of one run. */
export function renderJson(results: readonly TimedResult[], info: ReportInfo, html: string): string {
  const page = { sha256: createHash("sha256").update(html).digest("hex") };
  const repeatable = results.map((result) => ({ ...result, command: validateCommand(info.given, [result.study]) }));
  return `${JSON.stringify({ ...info, page, verdict: overallVerdict(results), results: repeatable }, null, 2)}\n`;
}

/** One self-contained page that asks nothing of a network: a summary of claims, then each with its figures, tables and settings. */
export function renderHtml(results: readonly TimedResult[], info: ReportInfo, { page, plotly }: PageScripts): string {
  const figures = results.flatMap((result, r) =>
    result.figures.map((figure, f) => ({ ...figure, id: `figure-${r}-${f}`, file: fileOf(result.study, figure.title) })),
  );
  // What the page unpacks: it holds the numbers of the figures once more in tables.
  const numbers = deflateRawSync(JSON.stringify(figures), { level: 9 });
  const packed = (id: string, text: string) => `<script type="text/plain" id="${id}">${text}</script>`;
  const left = info.unfinished.join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy([digestOf(page), plotly.digest])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>birth-death-pde: validation</title>
<style>${REPORT_CSS}</style>
</head>
<body>
<a class="skip" href="#summary">Skip to the summary</a>
${renderContents(results)}
<main>
<h1>Validation of birth-death-pde ${escapeHtml(info.version)}</h1>
<p>A claim <b>passes</b> when each of its findings does, <b>fails</b> when one fails, and is <b>inconclusive</b> when the numbers cannot decide.
All of it took ${info.seconds.toFixed(0)} s; the claims of one study share its time equally. Numbers in brackets such as (16) are the equations of
Rotskoff, Jelassi, Bruna &amp; Vanden-Eijnden (ICML 2019). To make this report again (in a checkout, <code>npm run --silent bdpde --</code> stands for
<code>bdpde</code>):</p>
${renderCommand(info.command)}
${left === "" ? "" : `<p><strong>Not finished.</strong> Still to come: ${escapeHtml(left)}.</p>`}
${renderSummary(results)}
${results.map((result, r) => renderResult(result, r, info.given)).join("\n")}
${renderMethods(results, info, plotly.version)}
<section id="tables"><h2>Tables</h2></section>
</main>
<dialog id="enlarged" aria-labelledby="enlarged-title"><div class="bar"><h2 id="enlarged-title"></h2><button type="button">Close</button></div><div class="plot"></div></dialog>
<p id="message" role="status"></p>
${figures.length === 0 ? "" : `${packed("figures", packBytes(numbers))}\n${packed("plotly", plotly.packed)}`}
<script>${page}</script>
</body>
</html>
`;
}

/** Nothing is fetched, and no script runs but these; plotly sets styles of its elements, and makes images of what is in space. */
function contentPolicy(digests: readonly string[]): string {
  return `default-src 'none'; script-src ${digests.join(" ")}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function renderResult(result: TimedResult, r: number, given: Given): string {
  const seeds = seedsOf(result.settings);
  const figures = result.figures.map((figure, f) => renderFigure(figure, `figure-${r}-${f}`, `Figure ${r + 1}.${f + 1}`));
  const tables = result.tables.map((table, k) => renderTable(table, `Table ${r + 1}.${k + 1}`));
  // What explains the verdict is never folded.
  const [shown, folded] = decidingFirst(result.findings);
  return `<section id="result-${r}" data-verdict="${result.verdict}">
<div class="lead"><h2><span class="name">${r + 1}. ${escapeHtml(result.name)}</span> ${badge(result.verdict)}</h2>
<p class="claim">${escapeHtml(result.claim)}</p>
${renderFindings(shown)}
${figures.slice(0, 1).join("\n")}</div>
<details class="rest"><summary>${summaryOf(folded.length, figures.length - 1, result.tables.length)}</summary>
${renderFindings(folded)}
${figures.slice(1).join("\n")}
${result.notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n")}
${tables.join("\n")}
${tables.length === 0 ? "" : `<p class="appendix">${tables.length === 1 ? `Table ${r + 1}.1 is` : `Tables ${r + 1}.1 to ${r + 1}.${tables.length} are`} in the appendix.</p>`}
<div class="repeat"><h3>To repeat it</h3>
${renderCommand(validateCommand(given, [result.study]))}
<p>Random numbers: ${seeds.length === 0 ? "none" : escapeHtml(seeds.join("; "))}.</p></div>
<details><summary>Settings: everything needed to repeat it</summary><pre tabindex="0">${escapeHtml(JSON.stringify(result.settings, null, 2))}</pre></details>
</details>
<p class="tools"><a href="#summary">Back to the summary</a></p>
</section>`;
}

/** The findings that decide the verdict of a claim, and the others: of a claim that passes the first one stands for all. */
function decidingFirst(findings: readonly Finding[]): [deciding: Finding[], others: Finding[]] {
  const sorted = worstFirst(findings);
  const deciding = sorted.filter(({ verdict }) => verdict !== "pass");
  const count = Math.max(1, deciding.length);
  return [sorted.slice(0, count), sorted.slice(count)];
}

function renderFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  return `<ul class="findings">
${findings.map(({ text, verdict }) => `<li>${badge(verdict)} <span>${escapeHtml(text)}</span></li>`).join("\n")}
</ul>`;
}

function summaryOf(findings: number, figures: number, tables: number): string {
  const count = (number: number, word: string) => (number <= 0 ? [] : [`${number} more ${word}${number === 1 ? "" : "s"}`]);
  return [...count(findings, "finding"), ...count(figures, "figure"), ...count(tables, "table").map((text) => text.replace(" more", "")), "how to repeat it"].join(", "); // biome-ignore format: one list
}

/** A name for the picture of a figure: its study, and the words of its title. */
function fileOf(study: string, title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return `${study}-${words.join("-").slice(0, LONGEST_NAME).replace(/-$/, "")}.svg`;
}

const LONGEST_NAME = 60;

/** The claims at the side, each with its verdict. */
function renderContents(results: readonly TimedResult[]): string {
  const entry = ({ name, verdict }: TimedResult, r: number) =>
    `<li data-verdict="${verdict}"><a href="#result-${r}"><span class="dot ${verdict}"></span><span class="unseen">${verdict}: </span>${r + 1}. ${escapeHtml(name)}</a></li>`;
  return `<nav class="contents" aria-label="Claims">
<a href="#summary">Summary</a>
<ul>
${results.map(entry).join("\n")}
</ul>
<a href="#methods">Methods</a>
</nav>`;
}

/** Each word by itself, so that a narrow page breaks the line between words and not after a dash. */
function renderCommand(command: string): string {
  const words = command.split(" ").map((word) => `<span>${escapeHtml(word)}</span>`);
  return `<p class="command"><code>${words.join(" ")}</code> <button type="button" data-copy="text">Copy<span class="unseen"> the command</span></button></p>`;
}
