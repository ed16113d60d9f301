import { pathToFileURL } from "node:url";
const root = process.argv[2];
const { FLUXES } = await import(pathToFileURL(root + "/src/finite-volume/fluxes.ts").href);
const { createGrid } = await import(pathToFileURL(root + "/src/grid/grid.ts").href);
const { largestOutflowRate } = await import(pathToFileURL(root + "/src/finite-volume/flux.ts").href);
const only = process.argv[3];
for (const [dim, cells] of [[1, 4096], [2, 512], [3, 48]] as const) {
  const grid = createGrid(["x","y","z"].slice(0,dim).map((name) => ({ name, min: -3, max: 3, cells, boundary: "no-flux" })));
  const mu = new Float64Array(grid.size), V = new Float64Array(grid.size), out = new Float64Array(grid.size);
  for (let i = 0; i < grid.size; i++) { let v = 0, s = 0; for (let a = 0; a < dim; a++) { const k = Math.floor(i / grid.strides[a]) % cells; const x = -3 + (k + .5) * 6 / cells; v += .25 * (x*x-1)**2 + .1*Math.sin(3*x); s += x*x; } V[i]=v; mu[i]=Math.exp(-s); }
  const rate = largestOutflowRate(grid, V);
  for (const name of ["large-step", "large-step-linear"]) for (const courant of [1e-3, 2, 20]) {
    if (only && only !== name + dim + courant) continue;
    const flux = FLUXES[name].create(grid);
    const dt = courant / rate; const times = [];
    const reps = Math.max(2, Math.round(200000 / grid.size));
    for (let r = 0; r < (only ? 80 : 12); r++) { const t0 = process.cpuUsage(); for (let q = 0; q < reps; q++) flux.euler(out, mu, V, dt, mu, 1); const t = process.cpuUsage(t0); times.push((t.user + t.system) * 1e3 / (reps * grid.size)); }
    times.sort((a, b) => a - b);
    let h = 0; for (let i = 0; i < grid.size; i++) h += out[i] * ((i % 97) + 1);
    console.log(`${dim}D ${name} courant ${courant}: least ${times[0].toFixed(1)} median ${times[times.length>>1].toFixed(1)} ns a cell  check ${h}`);
  }
}
