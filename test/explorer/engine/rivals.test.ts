import { expect, test } from "vitest";
import { RIVALS } from "../../../src/explorer/engine/rivals.ts";

test("compared are the two dynamics of the paper that conserve mass and move it", () => {
  expect(RIVALS).toEqual(["gradient-descent", "birth-death"]);
});
