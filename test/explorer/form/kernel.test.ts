import { afterAll, expect, test, vi } from "vitest";
import type { Field } from "../../../src/explorer/form/controls.ts";
import type { Draft } from "../../../src/explorer/form/draft.ts";
import type * as kernels from "../../../src/potential/kernels.ts";

// Test files share modules: those of others that have read the table are loaded anew.
vi.resetModules();
vi.doMock("../../../src/potential/kernels.ts", async (importOriginal) => {
  const original = await importOriginal<typeof kernels>();
  const { INVENTED } = await import("./invented-kernel.ts");
  return { ...original, KERNELS: { ...original.KERNELS, invented: INVENTED } };
});
const { sectionsOf } = await import("../../../src/explorer/form/sections.ts");
const { getAt, setProblem } = await import("../../../src/explorer/form/draft.ts");
const { flatten, gridOf } = await import("./grids.ts");
const { INVENTED } = await import("./invented-kernel.ts");
afterAll(() => {
  vi.doUnmock("../../../src/potential/kernels.ts");
  vi.resetModules();
});

const K = ["potential", "K"];
const controls = (draft: Draft) => flatten(sectionsOf(draft)).filter((item) => item.kind !== "action" && item.kind !== "name");
const at = (draft: Draft, name: string) =>
  controls(draft).find(({ place }) => place === ["potential.K", ...(name ? [name] : [])].join("."));

function withInvented(): Draft {
  const draft = gridOf("gaussian-repulsion");
  const form = at(draft, "");
  if (form?.kind !== "choice") throw new Error("the kernel is a choice");
  expect(form.options.map(({ value }) => value)).toContain("invented");
  return form.change(draft, "invented");
}

test("a new row of KERNELS has its fields in the form, each as its schema says", () => {
  const draft = withInvented();
  expect(getAt(draft.problem, K)).toEqual(INVENTED.example());
  const field = (name: string) => at(draft, name) as Field;
  expect(field("expression")).toMatchObject({ kind: "field", label: "φ", entry: "expression", text: "x", absent: undefined });
  expect(field("width")).toMatchObject({ kind: "field", label: "width", entry: "number", text: "0.5", absent: undefined });
  expect(field("order")).toMatchObject({ kind: "field", entry: "number", text: "", absent: "none" });
  expect(field("weight")).toMatchObject({ kind: "field", entry: "expression", text: "", absent: "none" });
  expect(getAt(field("width").change(draft, "0.25").problem, [...K, "width"])).toBe(0.25);
  expect(getAt(field("order").change(draft, "3").problem, [...K, "order"])).toBe(3);
});

test("a choice of words, inputs, and a note for a form that has no field", () => {
  const draft = withInvented();
  const profile = at(draft, "profile");
  if (profile?.kind !== "choice") throw new Error("several words are a choice");
  expect(profile.options.map(({ value }) => value)).toEqual(["gauss", "tent"]);
  expect(getAt(profile.change(draft, "tent").problem, [...K, "profile"])).toBe("tent");
  const input = setProblem(draft, [...K, "inputs"], { z: { min: 0, max: 1, points: 4 } });
  expect(at(input, "inputs.z.points")).toMatchObject({ kind: "field", entry: "number", text: "4" });
  expect(at(draft, "table")).toMatchObject({ kind: "note", text: expect.stringContaining("edit as JSON") });
});
