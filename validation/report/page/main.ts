import { startCopying } from "../../../src/figures/page/copying.ts";
import { say } from "../../../src/figures/page/message.ts";
import { startFigures } from "../../../src/figures/page/places.ts";

/** The script of the report's page: without it the claims and numbers are there, and no control that does nothing. */
document.documentElement.dataset.script = "on";
startCopying();
startFilter();
startPaper();
void startFigures();

/** On paper nothing is folded away, and the tables of all claims stand in an appendix. */
function startPaper(): void {
  let opened: HTMLDetailsElement[] = [];
  let putBack: (() => void) | null = null;
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details.rest:not([open])")];
    for (const details of opened) details.open = true;
    putBack ??= moveTables();
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
    putBack?.();
    putBack = null;
  });
}

/** Moves the tables of each claim to the appendix, under its heading. @returns a function that puts them back */
function moveTables(): () => void {
  const appendix = document.getElementById("tables")!;
  const moved: [table: Element, mark: Comment][] = [];
  const headings: Element[] = [];
  for (const section of document.querySelectorAll<HTMLElement>("section[data-verdict]")) {
    const tables = [...section.querySelectorAll(".rest > .table")];
    if (tables.length === 0 || section.hidden) continue;
    const heading = document.createElement("h3");
    heading.textContent = section.querySelector("h2 .name")!.textContent;
    headings.push(heading);
    appendix.append(heading);
    for (const table of tables) {
      const mark = document.createComment("");
      table.replaceWith(mark);
      moved.push([table, mark]);
      appendix.append(table);
    }
  }
  return () => {
    for (const [table, mark] of moved) mark.replaceWith(table);
    for (const heading of headings) heading.remove();
  };
}

/** Shows the claims of one verdict. */
function startFilter(): void {
  const filter = document.querySelector<HTMLElement>(".filter")!;
  const claims = document.querySelectorAll<HTMLElement>("[data-verdict]");
  const show = (verdict: string) => {
    for (const claim of claims) claim.hidden = verdict !== "all" && claim.dataset.verdict !== verdict;
  };
  filter.addEventListener("change", ({ target }) => {
    show((target as HTMLInputElement).value);
    const rows = [...document.querySelectorAll<HTMLElement>(".summary tbody tr")];
    say(`${rows.filter((row) => !row.hidden).length} of ${rows.length} claims are shown.`);
  });
  // A reload keeps the choice.
  show(filter.querySelector<HTMLInputElement>(":checked")!.value);
  // A link to a claim that is filtered out shows all of them again.
  addEventListener("hashchange", () => {
    const section = document.getElementById(location.hash.slice(1));
    if (!section?.hidden) return;
    filter.querySelector<HTMLInputElement>("[value=all]")!.checked = true;
    show("all");
    section.scrollIntoView();
  });
}
