import { describe, expect, test } from "vitest";
import { refuseUnless } from "../../src/problem/dynamics.ts";
import { thermalTermsOf } from "../../src/problem/thermal.ts";
import type { ProblemInput } from "../../src/problem-file/problem-file.ts";
import { problemOf } from "../fixtures.ts";

const termsIn = async (changes: Partial<ProblemInput>) => thermalTermsOf(await problemOf(changes));

describe("what a temperature adds", () => {
  test("is nothing at 0, whatever the reaction", async () => {
    for (const reaction of ["free-energy", "energy", { type: "free-energy", bandwidth: 0.2 }] as const) {
      for (const temperature of [undefined, 0, "0"]) {
        const changes = { reaction, ...(temperature === undefined ? {} : { temperature }) };
        expect(await termsIn(changes)).toEqual({ diffusion: false, logTerm: "none", descends: true });
      }
    }
  });

  test("is diffusion with motion, and the logarithm of a reaction by the free energy", async () => {
    const temperature = 0.5;
    const row = async (changes: Partial<ProblemInput>) => Object.values(await termsIn({ temperature, ...changes }));
    expect(await row({})).toEqual([true, "density", true]);
    expect(await row({ reaction: "energy" })).toEqual([true, "none", false]);
    expect(await row({ reaction: { type: "free-energy", bandwidth: 0.2 } })).toEqual([true, "smoothed", false]);
    expect(await row({ reaction: { type: "free-energy", bandwidth: 0 } })).toEqual([true, "density", true]);
    expect(await row({ alpha: 0, reaction: "energy" })).toEqual([true, "none", true]);
    expect(await row({ dynamics: "gradient-descent" })).toEqual([true, "none", true]);
    expect(await row({ dynamics: "pure-birth-death" })).toEqual([false, "density", true]);
  });

  test.each([
    [{ temperature: -1 }, "temperature"],
    [{ temperature: "1 - 2*t" }, "turns negative"],
    [{ temperature: 1, dynamics: "unbalanced" }, 'temperature: "unbalanced" takes none; leave it out, or use "gradient-descent"'],
    [{ temperature: 1, reaction: { type: "free-energy", bandwidth: -0.1 } }, "reaction.bandwidth"],
    [{ temperature: 1, reaction: "entropy" }, "reaction"],
  ])("is refused where it makes no sense: %j", async (changes, message) => {
    await expect(problemOf(changes as Partial<ProblemInput>)).rejects.toThrow(message);
  });

  test("a bandwidth above a period is refused, as the smoothed density is constant", async () => {
    const variables = { x: { min: 0, max: 1, cells: 16, boundary: "periodic" as const } };
    const circle = { variables, potential: { F: "cos(2*pi*x)" }, initial: { x: { type: "uniform" as const, min: 0, max: 1 } } };
    const reaction = { type: "free-energy" as const, bandwidth: 1.5 };
    await expect(problemOf({ ...circle, reaction })).rejects.toThrow("above the period 1 of x");
  });
});

describe("an F that changes in time", () => {
  test("is evaluated at the time of its clock, with its derivatives", async () => {
    const { potential } = await problemOf({ potential: { F: "0.5*(1 + t)*x^2" } });
    const points = [Float64Array.of(-1, 2)];
    const at = (time: number) => {
      const [value, slope, bend] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
      if (potential.clock !== null && potential.clock !== undefined) potential.clock.time = time;
      potential.external([value], 0, points, 0, 2);
      potential.externalGradient([slope], 0, points, 0, 2);
      potential.externalLaplacian([bend], 0, points, 0, 2);
      return [...value, ...slope, ...bend];
    };
    expect(at(0)).toEqual([0.5, 2, -1, 2, 1, 1]);
    expect(at(2)).toEqual([1.5, 6, -3, 6, 3, 3]);
  });

  test("is refused by what takes a constant one, and a constant F has no clock", async () => {
    const changing = await problemOf({ potential: { F: "(1 + t)*x^2" } });
    expect(() => refuseUnless(changing, "characteristics")).toThrow("potential.F: changes in time");
    expect((await problemOf({})).potential.clock).toBeNull();
  });
});
