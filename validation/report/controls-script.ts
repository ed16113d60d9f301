/** Runs in the page: copies tables and commands to the clipboard, and shows the claims of one verdict. */
export const CONTROLS_SCRIPT = String.raw`
"use strict";
{
document.documentElement.dataset.script = "on";
const message = document.getElementById("message");
let fading;
function say(text) {
  message.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => { message.textContent = ""; }, 5000);
}

/** Numbers as they are, not as they are shown. */
const cellsOf = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => (cell.dataset.value ?? cell.textContent).replace(/\s+/g, " ")));
const toTabs = (rows) => rows.map((row) => row.join("\t") + "\n").join("");
function toMarkdown([header, ...rows]) {
  const line = (cells) => "| " + cells.map((cell) => cell.replace(/[\\|<]/g, "\\$&")).join(" | ") + " |\n";
  return line(header) + "|" + " --- |".repeat(header.length) + "\n" + rows.map(line).join("");
}

/** The clipboard of a page opened as a file is not everywhere open to scripts: an older way, and last the reader's own keys. */
async function copy(text, what, source) {
  try {
    await navigator.clipboard.writeText(text);
    return say("Copied " + what + ".");
  } catch {}
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus();
  if (copied) return say("Copied " + what + ".");
  getSelection().selectAllChildren(source);
  say("The browser does not let a page copy: " + what + " is selected; press Ctrl+C.");
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-copy]");
  if (button === null) return;
  const form = button.dataset.copy;
  if (form === "text") {
    const code = button.parentElement.querySelector("code");
    return copy(code.textContent, "the command", code);
  }
  const table = button.closest(".table").querySelector("table");
  const rows = cellsOf(table);
  const [text, as] = form === "tabs" ? [toTabs(rows), "tab-separated text"] : [toMarkdown(rows), "Markdown"];
  copy(text, "the table as " + as + ", " + (rows.length - 1) + (rows.length === 2 ? " row" : " rows"), table);
});

const filter = document.querySelector(".filter");
const claims = document.querySelectorAll("[data-verdict]");
function show(verdict) {
  for (const claim of claims) claim.hidden = verdict !== "all" && claim.dataset.verdict !== verdict;
}
filter.addEventListener("change", ({ target }) => {
  show(target.value);
  const rows = [...document.querySelectorAll(".summary tbody tr")];
  say(rows.filter((row) => !row.hidden).length + " of " + rows.length + " claims are shown.");
});
// A reload keeps the choice.
show(filter.querySelector(":checked").value);
/** A link to a claim that is filtered out shows all of them again. */
addEventListener("hashchange", () => {
  const section = document.getElementById(location.hash.slice(1));
  if (!section?.hidden) return;
  filter.querySelector("[value=all]").checked = true;
  show("all");
  section.scrollIntoView();
});
}
`;
