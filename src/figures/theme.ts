/** The theme that the report, the explorer and the notebooks share: colours, and the style sheet of text, tables and verdicts. */

/** Okabe & Ito (2008): told apart by colour-blind readers, on white and on black. */
export const SERIES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"] as const;

/** Theory and guides to the eye. */
export const GUIDE = "#888888";

/** A colour half-way to that of the text, so that letters in it are read on white and on black: contrast at least 4.5. */
export function inkOf(colour: string, { text }: Pick<Theme, "text">): string {
  return mixed(colour, text, 0.5);
}

/** A share of the way from one colour #rrggbb to another. */
export function mixed(colour: string, other: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [from, to] = [colour, other].map((each) => Number.parseInt(each.slice(at, at + 2), 16));
    return hexByte(from + share * (to - from));
  });
  return `#${channels.join("")}`;
}

/** A colour #rrggbb with an opacity, as #rrggbbaa. */
export function withOpacity(colour: string, opacity: number): string {
  return `${colour}${hexByte(255 * opacity)}`;
}

function hexByte(value: number): string {
  return Math.round(value).toString(16).padStart(2, "0");
}

export interface Theme {
  text: string;
  /** Text of less weight; contrast with `back` at least 4.5. */
  muted: string;
  back: string;
  /** Panels and code. */
  soft: string;
  /** Rules, frames and grid lines. */
  line: string;
  /** Links and focus. */
  accent: string;
}

export type ThemeName = "light" | "dark";

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: { text: "#1b1b1b", muted: "#595959", back: "#ffffff", soft: "#f4f4f4", line: "#d5d5d5", accent: "#005a8c" },
  dark: { text: "#e8e8e8", muted: "#a6a6a6", back: "#161616", soft: "#222222", line: "#444444", accent: "#6cb9e8" },
};

function variables(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");
}

/** Follows the reader's system, unless `data-theme` of the root element says light or dark; paper is always light. */
export const THEME_CSS = `
:root { color-scheme: light; ${variables(THEMES.light)} }
:root[data-theme="dark"] { color-scheme: dark; ${variables(THEMES.dark)} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${variables(THEMES.dark)} } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 0; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid var(--line); }
.number, [data-value] { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.85em; }
button { font: inherit; color: var(--text); background: var(--soft); border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.2rem 0.7rem; cursor: pointer; }
button:hover { border-color: var(--accent); }
.badge { display: inline-block; min-width: 6.5rem; text-align: center; border-radius: 0.3rem; padding: 0 0.4rem; font-size: 0.85rem; font-weight: 600; color: #fff; }
.pass { background: #00694a; }
.fail { background: #a63603; }
.inconclusive { background: #5b5b5b; }
@media print { :root:root { color-scheme: light; ${variables(THEMES.light)} } }
`;
