import { expect, test } from "vitest";
import { pictureName } from "../../../src/explorer/export/save.ts";

test("the name of a picture says its problem, its panel, and the time where it shows one", () => {
  expect(pictureName("double-well", "density", 0.58, "svg")).toBe("double-well-density-t0.58.svg");
  expect(pictureName("bad start / 2", "potential", 0, "png")).toBe("bad-start-2-potential-t0.png");
  expect(pictureName("double-well", "energy", 0.58, "svg")).toBe("double-well-energy.svg");
});
