// Runs worker.ts from its TypeScript source: for tests and development, not part of the package.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
