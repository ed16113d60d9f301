import "virtual:look.css";
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { InputError } from "../../errors.ts";
import { createProblem } from "../../problem/problem.ts";
import type { ProblemInput } from "../../problem/problem-file.ts";
import { type Complaint, type Draft, setProblem } from "./draft.ts";
import { readTree } from "./json-text.ts";
import { ProblemForm } from "./problem-form.tsx";

const modules = import.meta.glob<ProblemInput>(["../../../grids/*.json", "!../../../grids/problem.schema.json"], {
  eager: true,
  import: "default",
});
const grids = Object.values(modules);
const query = new URLSearchParams(location.search);
if (query.has("theme")) document.documentElement.dataset.theme = query.get("theme")!;
const particles = { scheme: "algorithm-1", n: 1000, dt: 0.01, seed: 0 };
let start: Draft = { problem: grids.find(({ name }) => name === (query.get("name") ?? "double-well"))!, particles };
if (query.has("path")) start = setProblem(start, query.get("path")!.split("."), JSON.parse(query.get("value")!));
const draft = signal<Draft>(start);
const complaint = signal<Complaint | null>(null);
const checking = signal(false);
Object.assign(window, { draft, complaint });
effect(() => {
  const { problem } = draft.value;
  checking.value = true;
  createProblem(problem as ProblemInput).then(
    () => {
      complaint.value = null;
      checking.value = false;
    },
    (error) => {
      checking.value = false;
      complaint.value =
        error instanceof InputError ? { field: error.field, message: error.message } : { field: "", message: String(error) };
    },
  );
});
render(
  <ProblemForm
    draft={draft}
    complaint={complaint}
    checking={checking}
    grids={grids}
    onChoose={(problem) => {
      draft.value = { problem, particles };
    }}
    onOpen={(text, name) => {
      const r = readTree(text, name);
      if ("tree" in r) draft.value = { ...draft.value, problem: r.tree };
      else complaint.value = { field: name, message: r.message };
    }}
  />,
  document.querySelector("#app")!,
);
