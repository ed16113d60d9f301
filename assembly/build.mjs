import { writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/**
 * Development: compiles the AssemblyScript of this folder into modules of TypeScript that hold its bytes, so that Node, worker threads, the explorer and the tests load
 * the same ones without a build. test/numerics/assembly.test.ts says where the two differ.
 */
export const MODULES = /** @type {const} */ ([
  { source: "trigonometric-sums.ts", target: "src/numerics/trigonometric-sums-module.ts" },
  { source: "field-loops/index.ts", target: "src/numerics/field-loops-module.ts" },
]);

/** @param {string} source in this folder. @returns {Promise<string>} the text of the module */
export async function compile(source) {
  const files = {};
  const { error, stderr } = await asc.main(
    [
      source,
      "--baseDir",
      import.meta.dirname,
      "--outFile",
      "module.wasm",
      "--optimizeLevel",
      "3",
      "--enable",
      "simd",
      "--runtime",
      "stub",
      "--noAssert",
      "--importMemory",
      // What a file exports to another may take pairs of doubles; the module does not.
      "--disableWarning",
      "112",
    ],
    {
      writeFile(name, contents) {
        files[name] = contents;
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const bytes = Buffer.from(files["module.wasm"]).toString("base64");
  const lines = bytes.match(/.{1,120}/g).map((line) => `  "${line}"`);
  return `/** WebAssembly, base64: written by \`npm run assembly\` from assembly/${source}. */\nexport const MODULE =\n${lines.join(" +\n")};\n`;
}

if (process.argv[1] === import.meta.filename) {
  for (const { source, target } of MODULES) writeFileSync(new URL(`../${target}`, import.meta.url), await compile(source));
}
