import { defineConfig, type Plugin } from "vite";
import { LOOK_CSS } from "../look.ts";

/** The style sheet that the report shares, as a file of its own: the page forbids inline styles. */
function look(): Plugin {
  const id = "\0look.css";
  return {
    name: "look",
    resolveId: (source) => (source === "virtual:look.css" ? id : null),
    load: (source) => (source === id ? LOOK_CSS : null),
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // The page can be put into any folder of a static site.
  base: "./",
  plugins: [look()],
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
