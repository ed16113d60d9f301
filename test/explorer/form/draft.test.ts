import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draftOf, elementFor, getAt, recordOf, renameAt, setAt } from "../../../src/explorer/form/draft.ts";

const name = fc.oneof(
  fc.constantFrom("a", "b", "1", "__proto__", "constructor", "toString", "a.b", ""),
  fc.string({ unit: "binary" }),
);
const path = fc.array(name, { maxLength: 4 });
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 0, "text"),
    fc.array(tie("tree"), { maxLength: 2 }),
    fc.array(fc.tuple(name, tie("tree")), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

/** Whether objects, or nothing yet, lead to a path. */
function leadsTo(root: unknown, keys: readonly string[]): boolean {
  return keys.every((_, depth) => {
    const value = getAt(root, keys.slice(0, depth));
    return value === undefined || recordOf(value) !== null;
  });
}

describe("a tree", () => {
  it("holds at a path what was put there, where objects lead to it, and is otherwise left as it is", () => {
    fc.assert(
      fc.property(tree, path, tree, (root, keys, value) => {
        const changed = setAt(root, keys, value);
        if (leadsTo(root, keys)) expect(getAt(changed, keys)).toBe(value);
        else expect(changed).toBe(root);
      }),
    );
  });

  it("keeps everything beside the path, and is itself not changed", () => {
    fc.assert(
      fc.property(tree, path, path, tree, (root, keys, others, value) => {
        const before = JSON.stringify(root);
        const changed = setAt(root, keys, value);
        expect(JSON.stringify(root)).toBe(before);
        const apart = keys.findIndex((key, k) => k < others.length && key !== others[k]);
        if (apart >= 0) expect(getAt(changed, others)).toBe(getAt(root, others));
      }),
    );
  });

  it("is the same tree where nothing changes, and forgets a removed value", () => {
    fc.assert(
      fc.property(tree, path, (root, keys) => {
        expect(setAt(root, keys, getAt(root, keys))).toBe(root);
        expect(getAt(setAt(root, keys, undefined), keys)).toBeUndefined();
      }),
    );
  });

  it("reads only its own names, and writes __proto__ as a name", () => {
    expect(getAt({}, ["constructor"])).toBeUndefined();
    expect(getAt({}, ["__proto__", "toString"])).toBeUndefined();
    const changed = setAt(JSON.parse('{"x": 1}'), ["__proto__", "polluted"], true);
    expect(JSON.stringify(changed)).toBe('{"x":1,"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("keeps the place of a name that is changed, and both values where the new name is taken", () => {
    const root = { v: { x: 1, y: 2, z: 3 } };
    expect(JSON.stringify(renameAt(root, ["v"], "x", "__proto__"))).toBe('{"v":{"__proto__":1,"y":2,"z":3}}');
    expect(renameAt(root, ["v"], "x", "z")).toBe(root);
    expect(renameAt(root, ["v"], "nobody", "w")).toBe(root);
  });
});

describe("a complaint is shown", () => {
  const places = [
    "name",
    "variables.x",
    "variables.x.min",
    "variables.x.cells",
    "time.end",
    "time.snapshots",
    "observables.mean x",
  ];
  const shown: [string, string | null][] = [
    ["variables.x.cells", "variables.x.cells"],
    ["observables.mean x", "observables.mean x"],
    ["time.snapshots.2", "time.snapshots"],
    ["variables.x.boundary", "variables.x"],
    ["time", "time.end"],
    ["variables", "variables.x"],
    ["tim", null],
    ["names", null],
    ["", null],
    ["problem.json", null],
  ];
  for (const [field, place] of shown) {
    it(`by "${field}" at ${place ?? "the top"}`, () => expect(elementFor(field, places)).toBe(place));
  }
});

it("a draft is a copy of a configuration", () => {
  const problem = { name: "a", time: { end: 1, snapshots: [1] } } as never;
  const particles = { scheme: "algorithm-1", n: 10, dt: 0.1, seed: 3 } as const;
  const draft = draftOf({ problem, particles });
  expect(draft).toStrictEqual({ problem, particles });
  expect(getAt(draft.problem, ["time"])).not.toBe(getAt(problem, ["time"]));
});
