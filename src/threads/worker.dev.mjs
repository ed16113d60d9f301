// Runs the file named by the first argument from its TypeScript source, or from the bundle that all tests share: for tests and development, not part of the package.
import { basename, join } from "node:path";
import { argv, env } from "node:process";
import { pathToFileURL } from "node:url";

if (env.BDPDE_TEST_BUILD === undefined) {
  const { register } = await import("tsx/esm/api");
  register();
  await import(argv[2]);
} else {
  await import(pathToFileURL(join(env.BDPDE_TEST_BUILD, `${basename(argv[2], ".ts")}.js`)).href);
}
