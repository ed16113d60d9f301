import { configOf, drawingOf, heightOf, type Look, type PlacedFigure, pictureOf } from "../drawing.ts";
import { THEMES, type ThemeName } from "../theme.ts";
import { say } from "./message.ts";
import { loadPlotly, type Plotly, packedIn } from "./plotly.ts";

/** Draws the figures in the colours and the width of the page or of paper, enlarges and downloads them. */

/** What plotly keeps on the element in which it draws. */
type Place = HTMLElement & { layout?: { width: number; paper_bgcolor: string } };

const PAPER = { width: 640, theme: "light" } as const;
const PICTURE_WIDTH = 900;

export async function startFigures(): Promise<void> {
  if (document.getElementById("figures") === null) return;
  try {
    const figures = JSON.parse(await packedIn("figures")) as PlacedFigure[];
    // Each place is as high as its figure will be before plotly is there.
    const places = new Map(figures.map((figure) => [document.getElementById(figure.id) as Place, figure]));
    reserve(places);
    const plotly = await loadPlotly();
    drawOnPage(plotly, places);
    drawEnlarged(plotly, figures);
    downloadFigures(plotly, figures);
  } catch (error) {
    say(`The figures cannot be drawn here: ${(error as Error).message}. Their numbers are in the tables below them.`);
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
/** A finger that drags scrolls the page. */
const touch = matchMedia("(pointer: coarse)");
const screenTheme = (): ThemeName => (dark.matches ? "dark" : "light");

function reserve(places: ReadonlyMap<Place, PlacedFigure>): void {
  for (const [place, figure] of places) place.style.minHeight = `${heightOf(figure, place.clientWidth)}px`;
}

/** Draws what is near the window and does not look as the page does; the others wait. */
function drawOnPage(plotly: Plotly, places: ReadonlyMap<Place, PlacedFigure>): void {
  let printing = false;
  const draw = (place: Place, figure: PlacedFigure, look: Look) => {
    const { data, layout } = drawingOf(figure, look);
    const still = touch.matches ? { dragmode: false } : {};
    plotly.react(place, data, { ...layout, ...still }, configOf(figure));
  };
  const near = new IntersectionObserver(
    (entries) => {
      if (printing) return;
      const theme = screenTheme();
      for (const { target, isIntersecting } of entries) {
        const place = target as Place;
        const width = place.clientWidth;
        const stale = place.layout?.width !== width || place.layout.paper_bgcolor !== THEMES[theme].back;
        if (isIntersecting && stale && width > 0) draw(place, places.get(place)!, { width, theme });
      }
    },
    { rootMargin: "100% 0px" },
  );
  const refresh = () => {
    reserve(places);
    for (const place of places.keys()) {
      near.unobserve(place);
      near.observe(place);
    }
  };
  refresh();
  addEventListener("resize", refresh);
  dark.addEventListener("change", refresh);
  addEventListener("beforeprint", () => {
    printing = true;
    for (const [place, figure] of places) draw(place, figure, { ...PAPER, height: heightOf(figure, PAPER.width) - 60 });
  });
  addEventListener("afterprint", () => {
    printing = false;
    refresh();
  });
}

/** One figure over the whole window. */
function drawEnlarged(plotly: Plotly, figures: readonly PlacedFigure[]): void {
  const dialog = document.getElementById("enlarged") as HTMLDialogElement;
  const stage = dialog.querySelector<HTMLElement>(".plot")!;
  let enlarged: PlacedFigure | undefined;
  const draw = () => {
    if (enlarged === undefined) return;
    const { data, layout } = drawingOf(enlarged, { width: stage.clientWidth, height: stage.clientHeight, theme: screenTheme() });
    plotly.react(stage, data, layout, configOf(enlarged));
  };
  onButton("enlarge", figures, (figure) => {
    enlarged = figure;
    document.getElementById("enlarged-title")!.textContent = figure.title;
    dialog.showModal();
    draw();
  });
  dialog.addEventListener("close", () => {
    plotly.purge(stage);
    enlarged = undefined;
  });
  dialog.querySelector("button")!.addEventListener("click", () => dialog.close());
  addEventListener("resize", draw);
}

function downloadFigures(plotly: Plotly, figures: readonly PlacedFigure[]): void {
  onButton("download", figures, async (figure) => {
    const { picture, ...size } = pictureOf(figure, PICTURE_WIDTH);
    const link = document.createElement("a");
    link.href = await plotly.toImage(picture, { format: "svg", ...size });
    link.download = `${figure.id}.svg`;
    link.click();
  });
}

/** Buttons carry the figure that they are for. */
function onButton(what: "enlarge" | "download", figures: readonly PlacedFigure[], act: (figure: PlacedFigure) => void): void {
  document.addEventListener("click", ({ target }) => {
    const id = (target as Element).closest("button")?.dataset[what];
    const figure = figures.find((candidate) => candidate.id === id);
    if (figure !== undefined) act(figure);
  });
}
