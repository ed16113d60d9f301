/**
 * Runs in the page that shows a notebook: draws a figure with plotly, which the Jupyter server hands out from `node_modules` beside the notebook, and
 * puts away the static picture before it. Where that cannot be had (no such server, no `npm ci`) the picture stays.
 */
(id, { traces, layout }) => {
  const settings = document.getElementById("jupyter-config-data");
  const { baseUrl = "/", notebookPath } = settings === null ? document.body.dataset : JSON.parse(settings.textContent);
  const path =
    notebookPath ?? location.pathname.slice(baseUrl.length).replace(/^(lab\/(workspaces\/[^/]+\/)?tree|doc\/tree|notebooks)\//, "");
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const address = `${baseUrl}files/${folder}node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js`;
  // Called as a CommonJS module, whatever loaders the page has.
  window.plotlyOnce ??= fetch(address)
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((text) => {
      const module = { exports: {} };
      new Function("module", text).call(window, module);
      return module.exports;
    });
  window.plotlyOnce.then(
    (Plotly) => {
      const box = document.getElementById(id);
      const picture = box?.closest(".output_area, .jp-OutputArea-child")?.previousElementSibling;
      if (picture?.querySelector("svg, img")) picture.style.display = "none";
      Plotly.newPlot(box, traces, layout, { responsive: true, displaylogo: false });
    },
    () => {},
  );
};
