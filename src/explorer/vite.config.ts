import { defineConfig, type Plugin } from "vite";
import { THEME_CSS } from "../figures/theme.ts";
import { POLICY } from "./policy.ts";

/** The style sheet that the report shares, as a file of its own: the page forbids inline styles. */
function theme(): Plugin {
  const id = "\0theme.css";
  return {
    name: "theme",
    resolveId: (source) => (source === "virtual:theme.css" ? id : null),
    load: (source) => (source === id ? THEME_CSS : null),
  };
}

/** The policy, for sites that send no headers; while the page is worked on Vite needs what it forbids. */
function policy(): Plugin {
  const attrs = { "http-equiv": "Content-Security-Policy", content: POLICY };
  return { name: "policy", apply: "build", transformIndexHtml: () => [{ tag: "meta", attrs, injectTo: "head-prepend" }] };
}

export default defineConfig({
  root: import.meta.dirname,
  // The page can be put into any folder of a static site.
  base: "./",
  plugins: [theme(), policy()],
  worker: { format: "es" },
  build: {
    outDir: "../../dist/explorer",
    emptyOutDir: true,
    target: "es2022",
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2500,
  },
});
