import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { createProblem } from "../../src/problem/problem.ts";
import {
  checkProblemDefinition,
  type ProblemInput,
  parseProblemText,
  problemJsonSchema,
} from "../../src/problem-file/problem-file.ts";

const normal = { type: "normal", mean: 0, sd: 0.5 } as const;

const base: ProblemInput = {
  name: "test",
  variables: { x: { min: -3, max: 3, cells: 64 } },
  potential: { F: "x^2" },
  alpha: 1,
  initial: { x: normal },
  time: { end: 1, snapshots: [0, 1] },
};

/** The base with the value at a dotted path replaced, or removed where it is undefined. */
function changed(path: string, value: unknown): ProblemInput {
  const root = structuredClone(base) as unknown as Record<string, unknown>;
  const keys = path.split(".");
  let parent = root;
  for (const key of keys.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  if (value === undefined) delete parent[keys[keys.length - 1]];
  else parent[keys[keys.length - 1]] = value;
  return root as unknown as ProblemInput;
}

const inputs = { z: { min: -1, max: 1, points: 4 } };
const unit = { unit: "x*z", inputs, target: "z^2" };

describe("the problem file accepts", () => {
  const accepted: [string, string, unknown][] = [
    ["a convolution kernel", "potential.K", { type: "convolution", expression: "exp(-x^2)" }],
    ["a features kernel", "potential.K", { type: "features", expression: "cos(x*z)", inputs }],
    ["a weighted features kernel", "potential.K", { type: "features", expression: "cos(x*z)", inputs, weight: "1 - z^2" }],
    ["a pairwise kernel", "potential.K", { type: "pairwise", expression: "x*x_prime + 1" }],
    ["a network", "potential", { network: unit }],
    ["a network with weighted inputs", "potential", { network: { ...unit, weight: "exp(-z^2)" } }],
    ["a uniform distribution", "initial.x", { type: "uniform", min: -1, max: 1 }],
    ["a truncated normal distribution", "initial.x", { type: "truncated-normal", mean: 0, sd: 1, min: -1, max: 2 }],
    ["a joint density", "initial", { density: "exp(-x^2)" }],
    ["no-flux boundaries by name", "variables.x.boundary", "no-flux"],
    ["a count of snapshots", "time.snapshots", 4],
    ["gradient descent", "dynamics", "gradient-descent"],
    ["unbalanced dynamics", "dynamics", "unbalanced"],
    ["birth-death dynamics", "dynamics", "birth-death"],
    ["reinjection of the net deficit", "dynamics", { type: "reinjection", law: "net-deficit", prior: { x: normal } }],
    ["reinjection at every death", "dynamics", { type: "reinjection", law: "every-death", prior: { density: "exp(-x^2)" } }],
    ["alpha = 0", "alpha", 0],
    ["parameters and observables", "parameters", { a: 2 }],
    ["a reference to the schema", "$schema", "./problem.schema.json"],
  ];
  for (const [what, path, value] of accepted) {
    it(`${what}`, async () => {
      const problem = await createProblem(changed(path, value));
      expect(problem.grid.size).toBe(64);
    });
  }

  it("a von Mises distribution and another boundary on a periodic axis", async () => {
    const periodic = changed("variables.x.boundary", "periodic");
    const problem = await createProblem({
      ...periodic,
      potential: { F: "cos(pi*x/3)" },
      initial: { x: { type: "von-mises", mean: 0, concentration: 1 } },
    });
    expect(problem.grid.axes[0].periodic).toBe(true);
  });

  it("every file of grids/, as text", async () => {
    const folder = new URL("../../grids/", import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith(".json") && !file.endsWith("schema.json"));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const definition = parseProblemText(readFileSync(new URL(file, folder), "utf8"), file);
      expect((await createProblem(definition)).name).toBe(file.replace(".json", ""));
    }
  });

  it("defaults: no-flux, birth-death", () => {
    const definition = checkProblemDefinition(base);
    expect(definition.dynamics).toBe("birth-death");
    expect(definition.variables.x.boundary).toBe("no-flux");
  });

  it("what its published schema describes, with every key closed", () => {
    const schema = JSON.stringify(problemJsonSchema());
    for (const word of [
      "convolution",
      "features",
      "pairwise",
      "network",
      "von-mises",
      "every-death",
      "snapshots",
      '"additionalProperties":false',
    ]) {
      expect(schema).toContain(word);
    }
  });
});

describe("the problem file refuses", () => {
  const refused: [string, string, unknown, string, RegExp][] = [
    ["a misspelt key", "alpah", 1, "alpah", /unknown key; did you mean "alpha"\?/],
    ["a misspelt key of a variable", "variables.x.boundry", "periodic", "variables.x.boundry", /did you mean "boundary"/],
    ["a misspelt key of a distribution", "initial.x.std", 1, "initial.x.std", /did you mean "sd"/],
    [
      "a misspelt key of a network",
      "potential",
      { network: { ...unit, wieght: "1" } },
      "potential.network.wieght",
      /did you mean "weight"/,
    ],
    ["a misspelt form of the potential", "potential", { netwrok: unit }, "potential.netwrok", /did you mean "network"/],
    [
      "a misspelt key that was needed",
      "potential.K",
      { type: "convolution", expresion: "1" },
      "potential.K.expresion",
      /did you mean "expression"/,
    ],
    ["a key that is like no other", "pressure", 1, "pressure", /unknown key; remove it \(known: name, .*observables\)/],
    ["an inherited name as a key", "constructor", 1, "constructor", /unknown key/],
    ["a missing alpha", "alpha", undefined, "alpha", /missing; add it/],
    ["a missing time", "time", undefined, "time", /missing/],
    ["a missing end", "time.end", undefined, "time.end", /missing/],
    ["a distribution without its sd", "initial.x", { type: "normal", mean: 0 }, "initial.x.sd", /missing/],
    ["a missing F", "potential", {}, "potential.F", /missing/],
    ["a network without a target", "potential", { network: { unit: "x", inputs } }, "potential.network.target", /missing/],
    ["alpha as a list", "alpha", [2], "alpha", /not one of the known forms|expected/],
    ["a rate without an end", "alpha", { rate: 2 }, "alpha.until", /missing; add it/],
    ["alpha that is NaN", "alpha", Number.NaN, "alpha", /= NaN: expected number/],
    ["a negative alpha", "alpha", -1, "alpha", /= -1: .*>=0/],
    ["a name that is a number", "name", 3, "name", /= 3: expected string/],
    ["a bound that is text", "variables.x.min", "a", "variables.x.min", /= "a": expected number/],
    ["an infinite bound", "variables.x.max", Infinity, "variables.x.max", /= Infinity/],
    ["an empty expression", "potential.F", "", "potential.F", /= ""/],
    [
      "an unknown kind of kernel",
      "potential.K",
      { type: "convolve", expression: "1" },
      "potential.K.type",
      /use one of convolution, features, pairwise/,
    ],
    [
      "an unknown distribution",
      "initial.x",
      { type: "cauchy" },
      "initial.x.type",
      /use one of normal, uniform, truncated-normal, von-mises/,
    ],
    ["unknown dynamics", "dynamics", "langevin", "dynamics", /"gradient-descent".*"unbalanced".*"birth-death"/],
    ["reinjection without a prior", "dynamics", { type: "reinjection", law: "net-deficit" }, "dynamics.prior", /missing/],
    ["an end of 0", "time.end", 0, "time.end", /= 0: .*>0/],
    ["a name that would move the cursor", "name", "a\u001b[2Jb", "name", /"a\\u\{1b\}\[2Jb": control characters.*printable/],
    ["a million snapshots", "time.snapshots", 1e6, "time.snapshots", /<=100000; give a number <= 100000/],
    ["no snapshots", "time.snapshots", [], "time.snapshots", />=1/],
    ["a negative snapshot", "time.snapshots", [-1, 0], "time.snapshots.0", /= -1/],
    [
      "half a quadrature point",
      "potential.K",
      { type: "features", expression: "x*z", inputs: { z: { min: 0, max: 1, points: 2.5 } } },
      "potential.K.inputs.z.points",
      /2\.5: expected int/,
    ],
  ];
  for (const [what, path, value, field, message] of refused) {
    it(`${what}, naming ${field}`, () => {
      const check = () => checkProblemDefinition(changed(path, value));
      expect(check).toThrow(InputError);
      expect(check).toThrow(message);
      expect(check).toThrow(expect.objectContaining({ field }));
    });
  }

  it("a value out of range or of another type, saying what to give", () => {
    const remedies: [string, unknown, string][] = [
      ["alpha", -1, "give a number >= 0"],
      ["time.end", 0, "give a number > 0"],
      ["variables.x.min", "2", "give a finite number"],
      ["name", 3, "give a text in quotes"],
      ["time.snapshots", [], "give at least 1 entries"],
      [
        "potential.K",
        { type: "features", expression: "x*z", inputs: { z: { ...inputs.z, points: 5000 } } },
        "give a number <= 4096",
      ],
    ];
    for (const [path, value, remedy] of remedies) {
      expect(() => checkProblemDefinition(changed(path, value))).toThrow(expect.objectContaining({ remedy }));
    }
  });

  it("no byte order mark before the text", () => {
    expect(parseProblemText(`\uFEFF${JSON.stringify(base)}`, "well.json").name).toBe("test");
  });

  it("text that is not JSON, naming the file, and JSON that is no object", () => {
    expect(() => parseProblemText('{"name": "a",}', "well.json")).toThrow(InputError);
    expect(() => parseProblemText('{"name": "a",}', "well.json")).toThrow(/well\.json: not JSON .*position/);
    for (const text of ["3", "null", "[]"]) expect(() => parseProblemText(text, "well.json")).toThrow(InputError);
  });
});
