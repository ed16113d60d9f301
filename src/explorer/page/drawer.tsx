import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { FileOpener } from "../form/file-opener.tsx";
import { DrawerForm } from "../form/problem-form.tsx";
import { drawerOf } from "../form/sections.ts";
import type { Drafting } from "../state/drafting.ts";
import type { Opening } from "../state/opening-actions.ts";
import "./drawer.css";

/** What has the focus once the drawer is open, as a selector: the drawer itself. */
const WHOLE_DRAWER = "#drawer";

/** @property open what has the focus in the open drawer; null while it is closed. */
interface DrawerProps {
  drafting: Drafting;
  opening: Opening;
  open: Signal<string | null>;
}

/** Gives a field the focus, with its text chosen. */
export function focusOn(selector: string): void {
  const element = document.querySelector<HTMLInputElement>(selector);
  element?.focus();
  element?.select?.();
}

/** Opens the drawer, and says what is in it. */
export function DrawerButton({ drafting, open }: Pick<DrawerProps, "drafting" | "open">) {
  const legends = drawerOf(drafting.draft.value).map(({ legend }) => legend.toLowerCase());
  return (
    <div class="drawer-button">
      <button
        type="button"
        aria-expanded={open.value !== null}
        aria-controls="drawer"
        onClick={() => {
          open.value = open.value === null ? WHOLE_DRAWER : null;
        }}
      >
        More of the problem
      </button>
      <p class="muted">In the drawer: {legends.join(", ")}; all of it as JSON; problem files.</p>
    </div>
  );
}

/** The rest of the problem, over the side of the page: the pictures go on beside it. */
export function Drawer({ drafting, opening, open }: DrawerProps) {
  const drawer = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    if (open.value !== null) {
      opener.current = document.activeElement;
      focusOn(open.value);
    } else if (drawer.current?.contains(document.activeElement) || document.activeElement === document.body) {
      (opener.current as HTMLElement | null)?.focus();
    }
  }, [open.value]);
  const { draft, complaint, checking } = drafting;
  const { before } = opening;
  return (
    <aside id="drawer" class="drawer" ref={drawer} aria-labelledby="drawer-heading" tabIndex={-1} hidden={open.value === null}>
      <div class="drawer-head">
        <h2 id="drawer-heading">More of the problem</h2>
        <button
          type="button"
          onClick={() => {
            open.value = null;
          }}
        >
          Close
        </button>
      </div>
      <div class="drawer-files">
        <FileOpener onOpen={opening.open} />
        {before.value !== null && before.value !== draft.value && (
          <button
            type="button"
            onClick={() => {
              if (before.value !== null) [draft.value, before.value] = [before.value, draft.value];
            }}
          >
            Back to the problem before
          </button>
        )}
      </div>
      <DrawerForm draft={draft} complaint={complaint} checking={checking} replaced={before} />
    </aside>
  );
}
