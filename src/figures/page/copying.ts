import { type Rows, toMarkdown, toTabs } from "../table.ts";
import { say } from "./message.ts";

/** Copies tables and commands to the clipboard. */

export function startCopying(): void {
  document.addEventListener("click", ({ target }) => {
    const button = (target as Element).closest<HTMLButtonElement>("button[data-copy]");
    if (button === null) return;
    const form = button.dataset.copy;
    if (form === "text") {
      const code = button.parentElement!.querySelector("code")!;
      return void copy(code.textContent, "the command", code);
    }
    const table = button.closest(".table")!.querySelector("table")!;
    const rows = cellsOf(table);
    const [text, as] = form === "tabs" ? [toTabs(rows), "tab-separated text"] : [toMarkdown(rows), "Markdown"];
    void copy(text, `the table as ${as}, ${rows.length - 1} ${rows.length === 2 ? "row" : "rows"}`, table);
  });
}

/** Numbers as they are, not as they are shown. */
function cellsOf(table: HTMLTableElement): Rows {
  return [...table.rows].map((row) => [...row.cells].map((cell) => (cell.dataset.value ?? cell.textContent).replace(/\s+/g, " ")));
}

/** The clipboard of a page opened as a file is not everywhere open to scripts: an older way, and last the reader's own keys. */
async function copy(text: string, what: string, source: Element): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    return say(`Copied ${what}.`);
  } catch {
    // The older way.
  }
  if (copySelected(text)) return say(`Copied ${what}.`);
  getSelection()?.selectAllChildren(source);
  say(`The browser does not let a page copy: ${what} is selected; press Ctrl+C.`);
}

function copySelected(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return copied;
}
