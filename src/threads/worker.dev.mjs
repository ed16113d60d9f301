// Runs the file named by the first argument from its TypeScript source: for tests and development, not part of the package.
import { argv } from "node:process";
import { register } from "tsx/esm/api";

register();
await import(argv[2]);
