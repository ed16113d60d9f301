import { type Axis, colourOf, FONT, hasLine, hasPoints, isDashed, type Panel } from "./panel";

/** Panels side by side as plotly's traces and layout. */
export function interactiveOf(panels: readonly Panel[]): object {
  const share = 1 / panels.length;
  const layout: Record<string, unknown> = { height: 420, margin: { t: 50, r: 10 }, font: { family: FONT }, showlegend: true, legend: { orientation: "h", y: -0.2 } }; // biome-ignore format: one list
  const titles: object[] = [];
  const traces = panels.flatMap((panel, p) => {
    const end = p === 0 ? "" : String(p + 1);
    const domain = [p * share + (p > 0 ? 0.05 : 0), (p + 1) * share - (p + 1 < panels.length ? 0.05 : 0)];
    layout[`xaxis${end}`] = { ...plotlyAxis(panel.x), domain, anchor: `y${end}` };
    layout[`yaxis${end}`] = { ...plotlyAxis(panel.y), anchor: `x${end}` };
    titles.push({
      text: panel.title,
      x: (domain[0] + domain[1]) / 2,
      y: 1.08,
      xref: "paper",
      yref: "paper",
      xanchor: "center",
      showarrow: false,
    });
    return panel.series.map((series, k) => {
      const color = colourOf(series, k);
      return {
        name: series.name,
        // The same thing in a later panel is switched with the first and has no second entry.
        legendgroup: series.name,
        showlegend: !panels.slice(0, p).some((before) => before.series.some(({ name }) => name === series.name)),
        x: Array.from(series.x),
        y: Array.from(series.y),
        xaxis: `x${end}`,
        yaxis: `y${end}`,
        mode: [hasLine(series) ? "lines" : "", hasPoints(series) ? "markers" : ""].filter(Boolean).join("+"),
        line: { color, width: series.kind === "guide" ? 1.5 : 2, dash: isDashed(series) ? "dash" : "solid" },
        marker: { color, size: series.x.length > 200 ? 4 : 7 },
        ...(series.errors === undefined ? {} : { error_y: { array: Array.from(series.errors), color, thickness: 1 } }),
      };
    });
  });
  return { traces, layout: { ...layout, annotations: titles } };
}

function plotlyAxis({ title, log = false, range }: Axis): object {
  const ends = log ? range?.map(Math.log10) : range;
  const notation = log ? { type: "log", exponentformat: "power" } : {};
  return { title: { text: title }, ...notation, ...(ends === undefined ? {} : { range: ends }), zeroline: false };
}
