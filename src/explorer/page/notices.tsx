import { type NoticesOf, noticesOf } from "./notice-list.ts";

/** What the reader should know, each with what can be done about it at once. */
export function Notices(props: NoticesOf) {
  return (
    <ul class="warnings" aria-live="polite">
      {noticesOf(props).map(({ text, wrong = false, actions = [] }) => (
        <li key={text} class={wrong ? "wrong" : undefined}>
          {text}
          {actions.map(({ label, act }) => (
            <button key={label} type="button" onClick={act}>
              {label}
            </button>
          ))}
        </li>
      ))}
    </ul>
  );
}
