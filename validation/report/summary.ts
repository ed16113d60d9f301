import { escapeHtml } from "../../src/figures/html.ts";
import type { Finding, Verdict } from "../claims.ts";
import type { TimedResult } from "../run.ts";

/** The verdict in words on its colour. */
export function badge(verdict: Verdict): string {
  return `<span class="badge ${verdict}">${verdict}</span>`;
}

const WORST_FIRST: readonly Verdict[] = ["fail", "inconclusive", "pass"];

/** All claims in one table, one a row, and the choice of a verdict to show. */
export function renderSummary(results: readonly TimedResult[]): string {
  const counts = WORST_FIRST.map((verdict) => ({
    verdict,
    count: results.filter((result) => result.verdict === verdict).length,
  }));
  const choice = (value: string, text: string, checked = false) =>
    `<label><input type="radio" name="verdict" value="${value}"${checked ? " checked" : ""}> ${text}</label>`;
  return `<h2 id="summary">Summary</h2>
<p class="counts">${counts.map(({ verdict, count }) => `${badge(verdict)} <b>${count}</b>`).join(" ")} of ${results.length} claims</p>
<fieldset class="filter"><legend>Show</legend>
${[
  choice("all", `all (${results.length})`, true),
  ...counts.map(({ verdict, count }) => choice(verdict, `${verdict} (${count})`)),
].join("\n")}
</fieldset>
<table class="summary" role="table">
<thead role="rowgroup"><tr role="row">${["claim", "verdict", "decided by", "time"]
    .map((name) => `<th scope="col" role="columnheader"${name === "time" ? ' class="number"' : ""}>${name}</th>`)
    .join("")}</tr></thead>
<tbody role="rowgroup">
${results.map(renderRow).join("\n")}
</tbody>
</table>`;
}

function renderRow({ name, claim, verdict, findings, seconds }: TimedResult, r: number): string {
  const [worst, ...others] = worstFirst(findings);
  return `<tr role="row" data-verdict="${verdict}">
<td role="cell"><a href="#result-${r}">${r + 1}. ${escapeHtml(name)}</a><br>${escapeHtml(claim)}</td>
<td role="cell">${badge(verdict)}</td>
<td role="cell" class="deciding">${worst === undefined ? "" : escapeHtml(worst.text)}${tally(others)}</td>
<td role="cell" class="number">${seconds.toFixed(1)} s</td>
</tr>`;
}

/** Findings that fail, then those that cannot decide, then those that pass, each in the order of the study. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return WORST_FIRST.flatMap((verdict) => findings.filter((finding) => finding.verdict === verdict));
}

/** The findings that are not shown, counted. */
function tally(findings: readonly Finding[]): string {
  const counts = WORST_FIRST.map((verdict) => ({ verdict, count: findings.filter((of) => of.verdict === verdict).length }));
  const parts = counts.filter(({ count }) => count > 0).map(({ verdict, count }) => `${count} more ${verdict}`);
  return parts.length === 0 ? "" : ` <span class="others">(${parts.join(", ")})</span>`;
}
