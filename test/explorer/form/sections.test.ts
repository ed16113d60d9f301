import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/errors.ts";
import { NO_DENSITY } from "../../../src/explorer/engine/configuration.ts";
import { type Choice, placesOf } from "../../../src/explorer/form/controls.ts";
import { type Draft, elementFor, getAt, namesAt, setAt, setProblem } from "../../../src/explorer/form/draft.ts";
import { OWN_PROBLEM } from "../../../src/explorer/form/own-problem.ts";
import { fittingSchemes } from "../../../src/explorer/form/particles.ts";
import { sectionsOf } from "../../../src/explorer/form/sections.ts";
import { setTemperature } from "../../../src/explorer/form/temperature.ts";
import { createProblem } from "../../../src/problem/problem.ts";
import { IN_TIME, WARM } from "../../../src/problem/refusals.ts";
import { checkProblemDefinition, type ProblemInput } from "../../../src/problem-file/problem-file.ts";
import { sized } from "../../sizes.ts";
import { draftWith, flatten, GRIDS, gridOf } from "./grids.ts";

const controls = (draft: Draft) => flatten(sectionsOf(draft));
const choiceOf = (draft: Draft, place: string) =>
  controls(draft).find((control): control is Choice => control.kind === "choice" && control.place === place)!;
const choose = (draft: Draft, place: string, value: string) => choiceOf(draft, place).change(draft, value);

function type(draft: Draft, place: string, text: string): Draft {
  const control = controls(draft).find((one) => one.kind === "field" && one.place === place);
  if (control?.kind !== "field") throw new Error(`no field ${place}`);
  return control.change(draft, text);
}

function rename(draft: Draft, of: string, to: string): Draft | string {
  const control = controls(draft).find((one) => one.kind === "name" && one.of === of);
  if (control?.kind !== "name") throw new Error(`no name ${of}`);
  return control.rename(draft, to);
}

function press(draft: Draft, label: string, of: string): Draft {
  const control = controls(draft).find((one) => one.kind === "action" && one.label === label && one.of === of);
  if (control?.kind !== "action" || control.disabled) throw new Error(`no button ${label} ${of}`);
  return control.change(draft);
}

describe("every problem of grids/", () => {
  for (const [name, draft] of [...GRIDS, ["my own", draftWith(OWN_PROBLEM)] as const]) {
    it(`${name} is shown in fields, and read back from them it is what it was`, () => {
      const fields = controls(draft).filter((control) => control.kind === "field");
      // Each number, expression and text of the file has its field.
      const leaves = (value: unknown): number =>
        typeof value === "object" && !Array.isArray(value) ? Object.values(value!).reduce((sum, v) => sum + leaves(v), 0) : 1;
      const choices = controls(draft).filter((control) => control.kind === "choice");
      expect(fields.length + choices.length).toBeGreaterThanOrEqual(leaves(draft.problem));
      const read = fields.reduce((changed, field) => field.change(changed, field.text), draft);
      expect(read.problem).toStrictEqual(draft.problem);
      expect(read.particles).toStrictEqual(draft.particles);
    });

    it(`${name} has no notes, and no two controls of one name`, () => {
      expect(controls(draft).filter((control) => control.kind === "note")).toEqual([]);
      const names = controls(draft).map((control) => (control.kind === "note" ? "" : `${control.label} ${control.of}`));
      expect(names.filter((one, k) => names.indexOf(one) !== k)).toEqual([]);
    });

    it(`${name} is what it was after each choice is changed and changed back`, () => {
      for (const { kind, ...choice } of controls(draft)) {
        if (kind !== "choice" || !("options" in choice)) continue;
        for (const { value } of choice.options.filter((option) => option.value !== choice.chosen)) {
          const there = choice.change(draft, value);
          const again = controls(there).find((one) => one.kind === "choice" && one.label === choice.label && one.of === choice.of);
          if (again?.kind !== "choice") throw new Error(`the choice ${choice.label} ${choice.of} is gone`);
          expect(again.chosen).toBe(value);
          const back = again.change(there, choice.chosen);
          expect(checkProblemDefinition(back.problem)).toEqual(checkProblemDefinition(draft.problem));
          expect(back.particles).toEqual(draft.particles);
        }
      }
    });
  }
});

it("what the form fills in for a choice can be run", async () => {
  const failures: string[] = [];
  for (const name of sized(["double-well"], ["double-well", "coupled-well", "mixture-of-gaussians"])) {
    const draft = gridOf(name);
    const forms = choose(draft, "dynamics", "reinjection");
    for (const start of [draft, choose(draft, "potential", "network"), forms]) {
      for (const choice of controls(start).filter((control) => control.kind === "choice")) {
        for (const { value } of choice.options) {
          // A circle is a property of the domain, not of the distribution.
          if (value === "von-mises" || value === "periodic") continue;
          const { problem } = choice.change(start, value);
          await createProblem(problem as ProblemInput).catch(({ message }) =>
            failures.push(`${name}, ${choice.label} ${choice.of}: ${value}: ${message}`),
          );
        }
      }
    }
    for (const of of ["a variable", "a parameter", "an observable"]) {
      await createProblem(press(draft, "Add", of).problem as ProblemInput).catch(({ message }) =>
        failures.push(`${of}: ${message}`),
      );
    }
  }
  expect(failures).toEqual([]);
});

describe("any tree whatever", () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(null, [], {}, [[1]], "", 5, true, JSON.parse('{"__proto__": {"min": 1}, "constructor": 2}'), { density: 1 }),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("</script>", "\ud800", "\u202e1", "__proto__", "1".repeat(1e5)),
  );
  const places = [...new Set(GRIDS.flatMap(([, draft]) => placesOf(sectionsOf(draft))))].map((place) => place.split("."));
  const branches = [...places, ...places.map((path) => path.slice(0, -1)), ...places.map((path) => path.slice(0, 1))];

  it("is shown, and any text in any control changes only the part of the problem that it stands in", () => {
    fc.assert(
      fc.property(fc.constantFrom(...GRIDS), fc.constantFrom(...branches), anything, text, ([, grid], path, value, typed) => {
        const draft = setProblem(grid, path, value);
        const before = JSON.stringify(draft.problem);
        for (const control of controls(draft)) {
          if (control.kind !== "field" && control.kind !== "choice") continue;
          const values = control.kind === "field" ? [typed] : control.options.map((option) => option.value);
          for (const one of values) {
            const changed = control.change(draft, one);
            controls(changed);
            const part = control.place?.split(".")[0] ?? "time";
            for (const key of namesAt(draft.problem, [])) {
              // Without a temperature there is no reaction that it would be for.
              if (part === "temperature" && key === "reaction") continue;
              if (key !== part) expect(getAt(changed.problem, [key])).toBe(getAt(draft.problem, [key]));
            }
          }
        }
        for (const control of controls(draft)) {
          if (control.kind === "name") control.rename(draft, typed);
          if (control.kind === "action") controls(control.change(draft));
        }
        expect(JSON.stringify(draft.problem)).toBe(before);
      }),
      { seed: 1, numRuns: sized(25, 60) },
    );
  });

  it("alone is shown", () => {
    fc.assert(
      fc.property(anything, (problem) => {
        expect(sectionsOf(draftWith(problem)).length).toBeGreaterThan(1);
      }),
    );
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, k) => [`p${k}`, k]));
    expect(controls(draftWith({ parameters: many, variables: many, observables: many, extra: many })).length).toBeLessThan(1000);
  });
});

describe("a name", () => {
  const draft = choose(gridOf("coupled-well"), "dynamics", "reinjection");

  it("of a variable takes its distributions along, also those that wait for another dynamics, and keeps its place", () => {
    const typed = type(draft, "dynamics.prior.x.sd", "0.33");
    for (const before of [typed, choose(typed, "dynamics", "birth-death")]) {
      const renamed = rename(before, "of variable x", "q");
      if (typeof renamed === "string") throw new Error(renamed);
      expect(Object.keys(getAt(renamed.problem, ["variables"]) as object)).toEqual(["q", "y"]);
      expect(getAt(renamed.problem, ["initial", "q"])).toBe(getAt(before.problem, ["initial", "x"]));
      const { problem } = choose(choose(renamed, "dynamics", "unbalanced"), "dynamics", "reinjection");
      expect(Object.keys(getAt(problem, ["dynamics", "prior"]) as object)).toEqual(["q", "y"]);
      expect(getAt(problem, ["dynamics", "prior", "q", "sd"])).toBe(0.33);
      expect(getAt(problem, ["potential"])).toBe(getAt(before.problem, ["potential"]));
    }
  });

  it("that is empty or taken is refused with a reason", () => {
    expect(rename(draft, "of variable x", "y")).toMatch("another variable");
    expect(rename(draft, "of variable x", "")).toMatch("empty");
    expect(rename(draft, "of observable product", "mean x")).toMatch("another observable");
  });

  it("may be that of something every object inherits, and does no harm", () => {
    const renamed = rename(draft, "of variable x", "constructor");
    if (typeof renamed === "string") throw new Error(renamed);
    expect(JSON.stringify(renamed.problem)).toContain('"variables":{"constructor":{"min":-3');
    // The schema passes over __proto__, so nobody may choose it; a file may have it.
    expect(rename(draft, "of variable x", "__proto__")).toMatch("reserved");
    const file = draftWith(JSON.parse(JSON.stringify(draft.problem).replaceAll('"x":', '"__proto__":')));
    for (const named of [renamed, file]) {
      const [name] = namesAt(named.problem, ["variables"]);
      const path = ["variables", name, "min"];
      expect(type(named, path.join("."), "-9").problem).toEqual(setAt(named.problem, path, -9));
      expect(getAt(named.problem, ["initial", name, "sd"])).toBe(0.5);
    }
  });

  it("that is removed takes its distributions along", () => {
    const { problem } = press(draft, "Remove", "variable x");
    for (const path of [["variables"], ["initial"], ["dynamics", "prior"]])
      expect(Object.keys(getAt(problem, path) as object)).toEqual(["y"]);
  });
});

it("the end of alpha comes and goes", () => {
  const draft = gridOf("double-well");
  const until = type(type(draft, "alpha", "2*exp(-t)"), "alpha.until", "0.5");
  expect(getAt(until.problem, ["alpha"])).toEqual({ rate: "2*exp(-t)", until: 0.5 });
  expect(getAt(type(until, "alpha.until", "").problem, ["alpha"])).toBe("2*exp(-t)");
});

it("a change of dynamics changes the scheme with it, but leaves one that was chosen and still fits", () => {
  const draft = gridOf("double-well");
  const schemes = ["gradient-descent", "birth-death", "reinjection", "pure-birth-death"].map((dynamics) => {
    const { particles, problem } = choose(draft, "dynamics", dynamics);
    expect(fittingSchemes(problem)).toContain(particles.scheme);
    return particles.scheme;
  });
  expect(schemes).toEqual(["gradient-descent", "algorithm-1", "reinjection", "algorithm-1"]);
  const chosen = choose(draft, "--scheme", "authors-notebook");
  expect(choose(chosen, "dynamics", "reinjection").particles.scheme).toBe("authors-notebook");
  expect(choose(chosen, "dynamics", "gradient-descent").particles.scheme).toBe("gradient-descent");
});

describe("a temperature", () => {
  const cold = gridOf("double-well");

  it("of 0 has no field in the file, whether it is typed or the slider is moved there, and takes the reaction with it until there is one again", () => {
    for (const zero of ["0", "", "0.0"]) {
      const warm = type(cold, "temperature", "0.1");
      expect(getAt(warm.problem, ["temperature"])).toBe(0.1);
      expect(type(warm, "temperature", zero).problem).toEqual(cold.problem);
      const smoothed = choose(warm, "reaction", "smoothed");
      expect(type(smoothed, "temperature", zero).problem).toEqual(cold.problem);
      expect(type(type(smoothed, "temperature", zero), "temperature", "0.1").problem).toEqual(smoothed.problem);
      expect(setTemperature(smoothed, Number(zero)).problem).toEqual(cold.problem);
    }
    expect(setTemperature(cold, 0).problem).toEqual(cold.problem);
  });

  it("can be typed digit by digit: what reads as 0 on the way stays in the field", () => {
    const field = controls(cold).find((control) => control.kind === "field" && control.place === "temperature");
    if (field?.kind !== "field") throw new Error("no field");
    for (const text of ["0", "0.", "0.0"]) expect(field.canonical(text)).toBe(field.text);
  });

  it("shows what births and deaths follow, where there are any", () => {
    const reaction = (draft: Draft) => controls(draft).some((control) => control.kind === "choice" && control.place === "reaction");
    expect(reaction(cold)).toBe(false);
    expect(reaction(type(cold, "temperature", "0.1"))).toBe(true);
    expect(reaction(type(cold, "temperature", "0.1*exp(-t)"))).toBe(true);
    expect(reaction(type(choose(cold, "dynamics", "gradient-descent"), "temperature", "0.1"))).toBe(false);
  });

  /** What is said of the particles. */
  const texts = (draft: Draft) =>
    controls(draft).flatMap((control) => (control.kind === "note" && /particle/i.test(control.text) ? [control.text] : []));
  const schemes = (draft: Draft) => choiceOf(draft, "--scheme").options.map(({ value }) => value);

  it("leaves the schemes that can run, and says what others would need", () => {
    const byDensity = type(cold, "temperature", "0.1");
    // The scheme of the draft, which cannot run, is shown beside the one that can.
    expect(schemes(byDensity)).toEqual(["algorithm-1", "gradient-descent"]);
    expect(texts(byDensity)).toContainEqual(expect.stringContaining(NO_DENSITY));
    const smoothed = press(byDensity, "Smooth log μ", "so that particles can follow");
    expect(getAt(smoothed.problem, ["reaction"])).toEqual({ type: "free-energy", bandwidth: 0.2 });
    for (const draft of [smoothed, choose(byDensity, "reaction", "energy"), type(byDensity, "alpha", "0")]) {
      expect(schemes(draft)).toEqual(schemes(cold));
      expect(schemes(draft)).toContain("weighted");
      expect(texts(draft)).toEqual([]);
    }
    expect(texts(choose(byDensity, "--scheme", "gradient-descent"))).toEqual([]);
  });

  it("and an F that changes in time refuse what the table of refusals says", () => {
    const cells = (draft: Draft) => choiceOf(draft, "--grid").options.map(({ value }) => value);
    for (const [draft, table] of [
      [cold, null],
      [type(cold, "temperature", "0.1"), WARM],
      [type(cold, "potential.F", "(1 + t)*x^2"), IN_TIME],
    ] as const) {
      expect(cells(draft).includes("moving")).toBe(table === null || table["moving-grid"] === null);
      expect(cells(draft).includes("large-steps")).toBe(table !== WARM);
    }
  });
});

it("a network with a data file is left as it is, with a sentence that says why", () => {
  const network = { unit: "x*a", data: { file: "rows.csv", inputs: ["a"] }, target: "b" };
  const draft = setProblem(gridOf("double-well"), ["potential"], { network });
  const notes = controls(draft).flatMap((control) => (control.kind === "note" ? [control.text] : []));
  expect(notes).toEqual([expect.stringContaining("a page cannot read files beside the problem; use the command line")]);
  expect(
    getAt(press(draft, "Give inputs here", "in place of the data file").problem, ["potential", "network", "inputs"]),
  ).toHaveProperty("a");
});

describe("what the library complains about is shown beside it:", () => {
  const wrong: [string, string, unknown, string][] = [
    ["a count of cells", "variables.x.cells", "many", "variables.x.cells"],
    ["an interval turned round", "variables.x.max", -9, "variables.x"],
    ["a reserved name of a parameter", "parameters.e", 1, "parameters.e"],
    ["an unknown symbol in F", "potential.F", "x*q", "potential.F"],
    ["a kernel that is not positive", "potential.K", { type: "convolution", expression: "-exp(-x^2)" }, "potential.K"],
    ["a misspelt key", "variables.x.cels", 3, "variables.x.cels"],
    ["an unknown distribution", "initial.x.type", "beta", "initial.x"],
    ["a distribution that is missing", "initial.x", undefined, "initial.x"],
    ["a spread of no size", "initial.x.sd", 0, "initial.x.sd"],
    ["times out of order", "time.snapshots", [0, 0.5, 0.25, 1], "time.snapshots"],
    ["an empty observable", "observables.mean", "", "observables.mean"],
    ["a rate below 0", "alpha", -1, "alpha"],
    ["a dynamics of no name", "dynamics", "dance", "dynamics"],
    [
      "an input of no points",
      "potential",
      { network: { unit: "x*z", inputs: { z: { min: 0, max: 1, points: 0 } }, target: "z" } },
      "potential.network.inputs.z.points",
    ],
  ];
  for (const [what, path, value, place] of wrong) {
    it(what, async () => {
      const draft = setProblem(gridOf("double-well"), path.split("."), value);
      const error = await createProblem(draft.problem as ProblemInput).then(
        () => null,
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(InputError);
      expect(elementFor((error as InputError).field, placesOf(sectionsOf(draft)))).toBe(place);
    });
  }
});

it("offers cells that follow the mass where the dynamics has them, and large steps where mass moves", () => {
  const draft = (dynamics: unknown): Draft => ({ ...draftWith(OWN_PROBLEM), problem: { ...OWN_PROBLEM, dynamics } });
  const plain = draft("birth-death");
  const cells = choiceOf(plain, "--grid");
  expect([cells.chosen, cells.options.map(({ value }) => value)]).toEqual(["fixed", ["fixed", "large-steps", "moving"]]);
  const moving = choose(plain, "--grid", "moving");
  expect(moving.grid).toBe("moving");
  expect(choose(moving, "--grid", "fixed")).toEqual(plain);
  const returning = choiceOf({ ...draft({ type: "reinjection", law: "net-deficit", prior: {} }), grid: "moving" }, "--grid");
  expect([returning.chosen, returning.options.length]).toEqual(["fixed", 2]);
  expect(choose(plain, "--grid", "large-steps").grid).toBe("large-steps");
  expect(choiceOf(draft("pure-birth-death"), "--grid").options.map(({ value }) => value)).not.toContain("large-steps");
});
