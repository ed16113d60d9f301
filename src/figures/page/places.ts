import { configOf, drawingOf, heightOf, type Look, type PlacedFigure, pictureOf } from "../drawing.ts";
import { THEMES, type ThemeName } from "../theme.ts";
import { say } from "./message.ts";
import { loadPlotly, type Plotly, packedIn } from "./plotly.ts";

/** Draws the figures in the colours and the width of the page, enlarges and downloads them. On paper their still pictures stand, but for those in space. */

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
  for (const [place, figure] of places) {
    // What is folded away has no width yet.
    if (place.clientWidth > 0) place.parentElement!.style.minHeight = `${heightOf(figure, place.clientWidth)}px`;
  }
}

/** Draws what does not look as the page does: what is near the window at once, the others when there is nothing else to do, those that are folded away when they open. */
function drawOnPage(plotly: Plotly, places: ReadonlyMap<Place, PlacedFigure>): void {
  let printing = false;
  const draw = (place: Place, figure: PlacedFigure, look: Look) => {
    const { data, layout } = drawingOf(figure, look);
    const still = touch.matches ? { dragmode: false } : {};
    plotly.react(place, data, { ...layout, ...still }, configOf(figure));
  };
  /** @returns whether it had to be drawn. */
  const update = (place: Place): boolean => {
    const theme = screenTheme();
    const width = place.clientWidth;
    const fresh = place.layout?.width === width && place.layout.paper_bgcolor === THEMES[theme].back;
    if (printing || fresh || width === 0) return false;
    draw(place, places.get(place)!, { width, theme });
    return true;
  };
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) update(target as Place);
    },
    { rootMargin: "100% 0px" },
  );
  let rest: Place[] = [];
  let idle = 0;
  /** One at a time, so that the page answers between two of them. */
  const drawRest = () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      if (!update(next)) continue;
      idle = requestIdleCallback(drawRest);
      return;
    }
  };
  const refresh = () => {
    reserve(places);
    for (const place of places.keys()) {
      near.unobserve(place);
      near.observe(place);
    }
    cancelIdleCallback(idle);
    rest = [...places.keys()];
    idle = requestIdleCallback(drawRest);
  };
  refresh();
  // The event of an element that opens does not rise.
  document.addEventListener("toggle", refresh, true);
  addEventListener("resize", refresh);
  dark.addEventListener("change", refresh);
  addEventListener("beforeprint", () => {
    printing = true;
    for (const [place, figure] of places) if (figure.z !== undefined) draw(place, figure, PAPER);
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
    link.download = figure.file;
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
