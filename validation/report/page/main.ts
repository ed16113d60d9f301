import { startCopying } from "../../../src/figures/page/copying.ts";
import { say } from "../../../src/figures/page/message.ts";
import { startFigures } from "../../../src/figures/page/places.ts";

/** The script of the report's page: without it the claims and numbers are there, and no control that does nothing. */
document.documentElement.dataset.script = "on";
startCopying();
startFilter();
startFolding();
void startFigures();

/** On paper nothing is folded away. */
function startFolding(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details.rest:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
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
