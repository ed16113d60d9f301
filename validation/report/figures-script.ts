import { THEMES } from "../../src/figures/theme.ts";

/** Runs in the page: draws the figures in the colours and the width of the page or of paper, enlarges and downloads them. */
export const FIGURES_SCRIPT = `
"use strict";
{
const themes = ${JSON.stringify(THEMES)};
const figures = JSON.parse(document.getElementById("figures").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
/** Only what moves the axes: no button that sends the figure elsewhere. */
const buttons = [["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d"], ["resetScale2d"]];
const config = { displaylogo: false, displayModeBar: true, showSendToCloud: false, modeBarButtons: buttons };
/** A finger that drags scrolls the page. */
const touch = matchMedia("(pointer: coarse)");
const PAPER = { width: 640, theme: themes.light };
const screenTheme = () => themes[dark.matches ? "dark" : "light"];

/** On a narrow page names are broken into lines. */
const NARROW = 500;
function tracesOf({ data }, width) {
  if (width > NARROW) return data;
  const wrap = (name) => name.replace(/(.{1,34})(?:\\s+|$)/g, "$1<br>").replace(/<br>$/, "");
  return data.map((trace) => ({ ...trace, name: wrap(trace.name) }));
}

/** Pixels of the legend, which stands below the axes: the figure grows with it. */
function legendHeight(figure, width) {
  const names = tracesOf(figure, width).map(({ name }) => name.split("<br>"));
  if (width <= NARROW) return 10 + 5 * names.length + 15 * names.flat().length;
  const entry = 50 + 6.4 * Math.max(...names.map(([name]) => name.length));
  return 20 * Math.ceil(names.length / Math.max(1, Math.floor((width - 75) / entry)));
}

const heightOf = (figure, width) => 400 + legendHeight(figure, width);

function layoutOf(figure, { width, theme, height = heightOf(figure, width) }) {
  const { xaxis, yaxis, ...layout } = figure.layout;
  const colours = { gridcolor: theme.line, linecolor: theme.line, showline: true };
  const legend = legendHeight(figure, width);
  const below = { orientation: "h", x: 0, xanchor: "left", y: 0, yref: "container", yanchor: "bottom", maxheight: legend + 20 };
  return {
    ...layout, width, height, autosize: false, dragmode: touch.matches ? false : "zoom",
    margin: { ...layout.margin, b: 65 + legend },
    xaxis: { ...xaxis, ...colours }, yaxis: { ...yaxis, ...colours }, legend: below,
    font: { color: theme.text, family: "system-ui, sans-serif" }, paper_bgcolor: theme.back, plot_bgcolor: theme.back,
    modebar: { color: theme.muted, activecolor: theme.text, bgcolor: theme.back },
  };
}

function draw(figure, look) {
  Plotly.react(figure.id, tracesOf(figure, look.width), layoutOf(figure, look), config);
}

/** Draws what is near the window and does not look as the page does; the others wait, in a place of their height. */
const places = new Map(figures.map((figure) => [document.getElementById(figure.id), figure]));
let printing = false;
const near = new IntersectionObserver((entries) => {
  if (printing) return;
  const theme = screenTheme();
  for (const { target, isIntersecting } of entries) {
    const width = target.clientWidth;
    const stale = target.layout?.width !== width || target.layout.paper_bgcolor !== theme.back;
    if (isIntersecting && stale && width > 0) draw(places.get(target), { width, theme });
  }
}, { rootMargin: "100% 0px" });
function refresh() {
  for (const [place, figure] of places) {
    place.style.minHeight = heightOf(figure, place.clientWidth) + "px";
    near.unobserve(place);
    near.observe(place);
  }
}
refresh();
addEventListener("resize", refresh);
dark.addEventListener("change", refresh);
addEventListener("beforeprint", () => { printing = true; for (const figure of figures) draw(figure, { ...PAPER, height: heightOf(figure, PAPER.width) - 60 }); });
addEventListener("afterprint", () => { printing = false; refresh(); });

const dialog = document.getElementById("enlarged");
const stage = dialog.querySelector(".plot");
let enlarged = null;
function drawEnlarged() {
  if (enlarged === null) return;
  const size = { width: stage.clientWidth, height: stage.clientHeight, theme: screenTheme() };
  Plotly.react(stage, tracesOf(enlarged, size.width), { ...layoutOf(enlarged, size), dragmode: "zoom" }, config);
}
function enlarge(figure) {
  enlarged = figure;
  document.getElementById("enlarged-title").textContent = document.getElementById(figure.id).closest("figure").querySelector("figcaption").textContent;
  dialog.showModal();
  drawEnlarged();
}
dialog.addEventListener("close", () => { Plotly.purge(stage); enlarged = null; });
dialog.querySelector("button").addEventListener("click", () => dialog.close());
addEventListener("resize", drawEnlarged);

/** On white, with its title, whatever the colours of the page. */
async function download(figure) {
  const size = { width: 900, height: 80 + heightOf(figure, 900) };
  const layout = { ...layoutOf(figure, { ...size, theme: themes.light }), title: { text: figure.title, x: 0.01, xanchor: "left" } };
  layout.margin.t = 60;
  const link = document.createElement("a");
  link.href = await Plotly.toImage({ data: figure.data, layout }, { format: "svg", ...size });
  link.download = figure.id + ".svg";
  link.click();
}

document.addEventListener("click", ({ target }) => {
  const { enlarge: whole, download: saved } = target.closest("button")?.dataset ?? {};
  const figure = figures.find(({ id }) => id === (whole ?? saved));
  if (figure !== undefined) (whole === undefined ? download : enlarge)(figure);
});
}
`;
