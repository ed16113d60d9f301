import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bdpde } from "./run.ts";

const cases = join(import.meta.dirname, "../cases");

describe("a problem file that went wrong once", () => {
  const refused: [string, RegExp][] = [
    ["duplicate-key", /^error: alpha: stands twice in .*duplicate-key\.json, lines 5 and 6; keep one of them\n$/],
    ["deep-nesting", /^error: .*deep-nesting\.json: nested more than 64 deep; remove brackets\n$/],
    ["kernel-overflow", /^error: potential\.K = .*: so large \(.*\) that its square overflows; scale K down.*\n$/],
    [
      "implicit-product",
      /^error: initial\.density = .*character 12, behind a \/, can be read in two ways; write .*sqrt\(2pi\)\*exp\(-x\^2\/2\) or .*\n$/,
    ],
  ];
  for (const [name, message] of refused) {
    it(`is refused by every command that reads it, in one message: ${name}`, async () => {
      for (const command of ["solve", "reference", "particles", "fluctuations"]) {
        const { code, stdout, stderr } = await bdpde(command, join(cases, `${name}.json`));
        expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
        expect(stderr).toMatch(message);
      }
    });
  }
});
