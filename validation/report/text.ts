import type { Verdict } from "../claims.ts";

/** Text from problems, paths and studies is shown as text, also within an attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The verdict in words on its colour. */
export function badge(verdict: Verdict): string {
  return `<span class="badge ${verdict}">${verdict}</span>`;
}
