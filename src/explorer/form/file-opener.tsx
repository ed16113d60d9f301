import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

/** A problem file is some kilobytes. */
const LARGEST_FILE = 2 ** 22;

/** Opens a problem file. One that is dropped anywhere on the page is opened as well. */
export function FileOpener({ onOpen }: { onOpen(text: string, fileName: string): void }) {
  const id = useId();
  const refusal = useSignal("");

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
    <>
      <div class="form-control form-file">
        <label for={id}>open a problem file (or drop it on the page)</label>
        <input
          id={id}
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
      <p class="form-message" aria-live="polite">
        {refusal.value}
      </p>
    </>
  );
}
