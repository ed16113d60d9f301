import { useSignal } from "@preact/signals";
import { useId, useMemo } from "preact/hooks";
import { checkProblemDefinition, type ProblemInput } from "../../problem-file/problem-file.ts";
import { writeTree } from "./json-text.ts";
import { OWN_PROBLEM } from "./own-problem.ts";

interface Props {
  /** The problem of the draft. */
  problem: unknown;
  grids: readonly ProblemInput[];
  onChoose(problem: ProblemInput): void;
  onOpen(text: string, fileName: string): void;
}

/** A problem file is some kilobytes. */
const LARGEST_FILE = 2 ** 22;

export function ProblemChooser({ problem, grids, onChoose, onOpen }: Props) {
  const selectId = useId();
  const fileId = useId();
  const refusal = useSignal("");
  const offered = useMemo(() => [...grids, OWN_PROBLEM], [grids]);
  const texts = useMemo(() => offered.map((one) => [writeTree(one), writeTree(checkProblemDefinition(one))]), [offered]);
  const text = writeTree(problem);
  const chosen = texts.findIndex((forms) => forms.includes(text));

  const open = async (file: File | undefined) => {
    if (file === undefined) return;
    refusal.value = "";
    if (file.size > LARGEST_FILE) {
      refusal.value = `${file.name} is larger than any problem file; choose another`;
      return;
    }
    try {
      onOpen(await file.text(), file.name);
    } catch (error) {
      refusal.value = `${file.name} cannot be read (${(error as Error).message}); choose another`;
    }
  };

  return (
    <fieldset
      class="form-section"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        open(event.dataTransfer?.files[0]);
      }}
    >
      <legend>Problem</legend>
      <div class="form-items">
        <div class="form-control form-choice">
          <label for={selectId}>start from</label>
          <select
            id={selectId}
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
        <div class="form-control form-file">
          <label for={fileId}>or open a problem file (or drop it here)</label>
          <input
            id={fileId}
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              const input = event.currentTarget;
              open(input.files?.[0]);
              // The same file can be opened again after it has been changed.
              input.value = "";
            }}
          />
        </div>
        {chosen >= 0 && offered[chosen].description !== undefined && <p class="form-note">{offered[chosen].description}</p>}
      </div>
      <p class="form-message" aria-live="polite">
        {refusal.value}
      </p>
    </fieldset>
  );
}
