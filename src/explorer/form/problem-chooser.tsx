import { useId, useMemo } from "preact/hooks";
import { checkProblemDefinition, type ProblemInput } from "../../problem-file/problem-file.ts";
import { writeTree } from "./json-text.ts";
import { OWN_PROBLEM } from "./own-problem.ts";

interface Props {
  /** The problem of the draft. */
  problem: unknown;
  grids: readonly ProblemInput[];
  onChoose(problem: ProblemInput): void;
}

/** The problems of the page, and one to start one's own from. */
export function ProblemChooser({ problem, grids, onChoose }: Props) {
  const id = useId();
  const offered = useMemo(() => [...grids, OWN_PROBLEM], [grids]);
  const texts = useMemo(() => offered.map((one) => [writeTree(one), writeTree(checkProblemDefinition(one))]), [offered]);
  const text = writeTree(problem);
  const chosen = texts.findIndex((forms) => forms.includes(text));
  return (
    <div class="problem-form form-control form-choice">
      <label for={id}>start from</label>
      <select
        id={id}
        value={String(chosen)}
        onChange={(event) => {
          const next = offered[Number(event.currentTarget.value)];
          if (next !== undefined) onChoose(next);
        }}
      >
        {chosen < 0 && <option value="-1">(changed, or your own)</option>}
        {grids.map(({ name }, k) => (
          <option key={name} value={String(k)}>
            {name}
          </option>
        ))}
        <option value={String(grids.length)}>write your own</option>
      </select>
    </div>
  );
}
