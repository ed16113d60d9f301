import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { KEYS } from "./keys.ts";
import "./keys-list.css";

/** The list of the keys, over the page. */
export function KeysList({ open }: { open: Signal<boolean> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open.value]);
  const close = () => {
    open.value = false;
  };
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-heading" onClose={close}>
      <h2 id="keys-heading">Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key, k) => (
                <span key={key}>
                  {k > 0 && " "}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
