import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { emptyFolder } from "../cli/run.ts";
import { root } from "../sources.ts";

/**
 * The package as someone gets it: packed from what is built, installed in an empty folder, and used there. It takes a whole build (`npm run build`) and the registry
 * of npm for what the package depends on.
 */
const built = existsSync(join(root, "dist/command/main.js")) && existsSync(join(root, "dist/src/index.js"));
const folder = emptyFolder();
const user = join(folder, "user");

/** Without what npm tells the scripts that it runs: nested, it would act on this folder. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local)/.test(name)));

function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: user, env, encoding: "utf8" });
}

/** Standard output of a command that ends with this status. */
function printed(status: number, command: string, ...args: string[]): string {
  const found = run(command, ...args);
  expect([found.status, found.status === status ? "" : found.stderr + found.stdout], `${command} ${args.join(" ")}`).toEqual([
    status,
    "",
  ]);
  return found.stdout;
}

const bdpde = (status: number, ...args: string[]) => printed(status, "npx", "--no-install", "bdpde", ...args);

/** TypeScript of a page, as one program. */
function exampleOf(page: string): string {
  return [...readFileSync(join(root, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text]) => text).join("\n");
}

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string; size: number }[];
}

describe.skipIf(!built && process.env.CI === undefined)("the package", () => {
  let packed: Packed;
  beforeAll(() => {
    mkdirSync(user);
    const made = spawnSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root, env, encoding: "utf8" });
    packed = JSON.parse(made.stdout)[0];
    // As `npm init` makes it, with "type": "module", which the example of the documentation needs.
    writeFileSync(join(user, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
    printed(0, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, packed.filename));
  }); // biome-ignore format: one call

  test("holds the command, the library with its types, the explorer, the report's page and the examples, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "CHANGELOG.md", "LICENSE", "README.md", "package.json", "dist/command/main.js", "dist/command/licences.md", "dist/src/index.js", "dist/src/index.d.ts", "dist/explorer/index.html",
        "dist/validation/report/page-script.js", "dist/validation/report/plotly.js.deflate", "grids/problem.schema.json", "grids/double-well.json",
      ]),
    ); // biome-ignore format: a list
    const strange = paths.filter(
      (path) =>
        !/^(CHANGELOG\.md|LICENSE|README\.md|package\.json)$|^grids\/[\w.-]+\.json$|^dist\/command\/[\w.-]+\.(js|md)$|^dist\/src\/[\w/-]+\.(js|d\.ts)$|^dist\/explorer\/|^dist\/validation\/report\/[\w.-]+$/.test(
          path,
        ) || /(^|\/)(bench|tests?)\/|\.test\.|\.map$|src\/(cli|explorer)\//.test(path),
    );
    expect(strange).toEqual([]);
    // Whoever adds a megabyte looks at it here: 4.2 and 13.1 MB in 1049 files when this was written.
    expect([packed.size < 4.5e6, packed.unpackedSize < 14e6, paths.length < 1150], `${packed.size} ${packed.unpackedSize}`).toEqual(
      [true, true, true],
    );
  });

  test("has every file that a file of the library imports, and no source map that points nowhere", () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    for (const path of paths) {
      if (!/^dist\/.*\.(js|d\.ts)$/.test(path)) continue;
      const text = readFileSync(join(root, path), "utf8");
      expect(text.slice(-200), path).not.toContain("sourceMappingURL");
      if (!path.startsWith("dist/src/")) continue;
      for (const [, from] of text.matchAll(/^(?:import|export)\b[^"']*?["'](\.{1,2}\/[^"']+)["'];?$/gm)) {
        const file = normalize(join(dirname(path), from));
        expect(paths, `${path} imports ${from}`).toContain(path.endsWith(".d.ts") ? file.replace(/\.[jt]s$/, ".d.ts") : file);
      }
    }
  });

  test("solves, simulates and compares in an empty folder, and its examples name their schema", () => {
    expect(bdpde(0, "problems")).toMatch(/^double-well /m);
    const copied = bdpde(0, "problems", "copy", "double-well").trim();
    for (const path of [join(user, copied), ...grids()]) {
      const { $schema } = JSON.parse(readFileSync(path, "utf8"));
      expect(JSON.parse(readFileSync(resolve(dirname(path), $schema), "utf8")), path).toMatchObject({ type: "object" });
    }
    expect(bdpde(0, "solve", copied, "--cells", "64", "--out", "run.nc")).toMatch(/^double-well \(muscl, strang, 64 cells/);
    bdpde(0, "reference", "double-well", "--cells", "64", "--tolerance", "0.01", "--out", "ref.nc");
    bdpde(0, "particles", "double-well", "--n", "400", "--replicas", "32", "--out", "mine.npz");
    // By the power that is asked for it is consistent or inconclusive, and by one seed never anything else.
    expect(bdpde(0, "compare", "ref.nc", "mine.npz", "--dt-bias", "map", "--power", "1")).toMatch(
      /^consistent: double-well, 32 replicas/,
    );
    expect(readdirSync(user)).toEqual(expect.arrayContaining(["mine.npz", "ref.nc", "run.nc"]));
  });

  const grids = () => {
    const examples = join(user, "node_modules/birth-death-pde/grids");
    return readdirSync(examples).filter((name) => name !== "problem.schema.json").map((name) => join(examples, name)); // biome-ignore format: one line
  };

  const compiler = [
    "--strict",
    "--exactOptionalPropertyTypes",
    "--target",
    "es2023",
    "--types",
    "node",
    "--typeRoots",
    join(root, "node_modules/@types"),
  ];
  const tsc = (...args: string[]) => printed(0, join(root, "node_modules/.bin/tsc"), ...compiler, ...args); // biome-ignore format: two lines

  test("runs the example of the documentation as JavaScript and as TypeScript, type-checked by both ways to find modules", () => {
    const example = exampleOf("docs/typescript.md");
    expect(example).toContain('from "birth-death-pde"');
    writeFileSync(join(user, "example.mjs"), example);
    const asJavaScript = printed(0, process.execPath, "example.mjs");
    expect(asJavaScript).toMatch(/\d/);
    writeFileSync(join(user, "example.ts"), example);
    tsc("--module", "nodenext", "--moduleResolution", "nodenext", "--outDir", "made", "example.ts");
    // Types of the package itself are checked above.
    writeFileSync(join(user, "wrong.ts"), example.replace("cells: 256", 'cells: "many"'));
    const bundler = ["--module", "esnext", "--moduleResolution", "bundler", "--skipLibCheck", "--noEmit"];
    const { stdout } = run(join(root, "node_modules/.bin/tsc"), ...compiler, ...bundler, "example.ts", "wrong.ts");
    expect(stdout.match(/^\w+\.ts.*error TS\d+/gm)).toEqual([expect.stringMatching(/^wrong\.ts.* TS2322$/)]);
    expect(printed(0, process.execPath, "made/example.js")).toBe(asJavaScript);
  }); // biome-ignore format: long calls
});
