import { writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

/**
 * Development: compiles the AssemblyScript of this folder into a module of TypeScript that holds its bytes, so that Node, worker threads, the explorer and the tests load
 * the same ones without a build. test/numerics/trigonometric-sums.test.ts says where the two differ.
 */
const SOURCE = "trigonometric-sums.ts";
const TARGET = new URL("../src/numerics/trigonometric-sums-module.ts", import.meta.url);

/** @returns {Promise<string>} the text of the module */
export async function compile() {
  const files = {};
  const { error, stderr } = await asc.main(
    [
      SOURCE,
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
  return `/** WebAssembly, base64: written by \`npm run assembly\` from assembly/${SOURCE}. */\nexport const MODULE =\n${lines.join(" +\n")};\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(TARGET, await compile());
