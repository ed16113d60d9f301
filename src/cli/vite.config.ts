import { join } from "node:path";
import { defineConfig } from "vite";

const root = join(import.meta.dirname, "../..");
const at = (path: string) => join(root, path);

/**
 * The command line in few files: to read hundreds costs more than a small solve. What is run by the name of its file (threads/worker.ts) is an entry, all of them in
 * one folder; what a command loads when it is named are chunks.
 */
export default defineConfig({
  root,
  logLevel: "warn",
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: at("dist/command"),
    emptyOutDir: true,
    target: "node20",
    // Errors that nobody foresaw are printed with their places.
    minify: false,
    license: { fileName: "licences.md" },
    rolldownOptions: {
      // The first brings a file of WebAssembly; the second makes the report's page where it runs from the sources.
      external: [/^h5wasm/, "vite"],
      input: {
        main: at("src/cli/main.ts"),
        "command-worker": at("src/cli/command-worker.ts"),
        "replica-worker": at("src/particles/replica-worker.ts"),
        worker: at("validation/figure-2/worker.ts"),
      },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
        // Libraries by themselves, so that whoever needs one need not read another.
        codeSplitting: { groups: [{ name: nameOfPackage, debugName: "libraries", test: /node_modules/ }] },
      },
    },
  },
});

/** `zod` of `.../node_modules/zod/v4/core/util.js`; packages of a scope together. */
function nameOfPackage(path: string): string {
  return path.split("node_modules/").at(-1)!.split("/")[0].replace("@", "");
}
