import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { defineConfig, minifySync, type Plugin } from "vite";

/** The script of the report's page, and plotly compressed beside it. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  plugins: [plotly()],
  build: {
    lib: { entry: "main.ts", name: "report", formats: ["iife"], fileName: () => "page-script.js" },
    outDir: "../../../dist/validation/report",
    emptyOutDir: false,
    target: "es2022",
  },
});

/** Made small where the build is for others; its licences are kept. */
function plotly(): Plugin {
  let small = true;
  return {
    name: "plotly",
    configResolved: ({ build }) => {
      small = build.minify !== false;
    },
    generateBundle() {
      const text = readFileSync(fileURLToPath(import.meta.resolve("plotly.js-dist")), "utf8");
      const licences = [...new Set(text.match(/^\/\*[*!][\s\S]*?\*\/$/gm))].join("\n");
      const code = small ? `${licences}\n${minifySync("plotly.js", text).code}` : text;
      this.emitFile({ type: "asset", fileName: "plotly.js.deflate", source: deflateRawSync(code, { level: small ? 9 : 1 }) });
    },
  };
}
