/** What VitePress's theme leaves out for readers of screens: a main landmark on pages without text, and names that are what stands there. */
export function mendLandmarks(): void {
  for (const page of document.querySelectorAll(".VPHome, .NotFound")) page.setAttribute("role", "main");
}

/** The box of the search is a dialog, its results are a list of links that are named by what they say, and the keys are for those who see them. */
export function mendSearch(): void {
  const box = document.querySelector(".VPLocalSearchBox");
  if (box === null) return;
  for (const name of ["aria-expanded", "aria-haspopup", "aria-owns", "aria-labelledby"]) box.removeAttribute(name);
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "Search");
  box.querySelector(".results")?.setAttribute("role", "list");
  for (const item of box.querySelectorAll(".results > li")) {
    item.setAttribute("role", "listitem");
    item.removeAttribute("aria-selected");
    item.querySelector(".result")?.removeAttribute("aria-label");
  }
  const keys = box.querySelector(".search-keyboard-shortcuts");
  keys?.setAttribute("aria-hidden", "true");
  for (const key of keys?.querySelectorAll("kbd") ?? []) key.removeAttribute("aria-label");
}
