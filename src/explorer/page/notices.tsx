import type { ReadonlySignal, Signal } from "@preact/signals";
import { EDGE_MASS_LIMIT } from "../../grid/density.ts";
import { NO_DENSITY, withoutParticles } from "../engine/configuration.ts";
import type { Complaint, Draft } from "../form/draft.ts";
import { shownMessage } from "../form/item-view.tsx";
import { pageNumber } from "../state/page-number.ts";
import type { Session } from "../state/session.ts";
import { doubleCells, MOST_CELLS_TEXT } from "./remedies.ts";

interface NoticesProps {
  session: Session;
  draft: Signal<Draft>;
  complaint: ReadonlySignal<Complaint | null>;
  /** Shows the field that a complaint is about. */
  onShowField(): void;
}

/** Something the reader should know, and what can be done about it at once. */
interface Notice {
  text: string;
  wrong?: boolean;
  actions?: readonly { label: string; act: () => void }[];
}

/** The mistake in the draft, the failures of the run, and how far the frame on show can be trusted. */
export function Notices(props: NoticesProps) {
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

function noticesOf({ session, draft, complaint, onShowField }: NoticesProps): Notice[] {
  const { meanField, particles, shown, failures, configuration } = session;
  const frame = meanField.value[shown.value];
  const outside = particles.value[shown.value]?.outside ?? 0;
  const doubled = doubleCells(draft.value);
  return [
    ...(complaint.value === null
      ? []
      : [{ text: shownMessage(complaint.value.message), wrong: true, actions: [{ label: "Show the field", act: onShowField }] }]),
    ...failures.value.map(({ part, message }) => ({ text: `${part}: ${message}`, wrong: true })),
    ...(withoutParticles(configuration.value) === NO_DENSITY
      ? [{ text: `${NO_DENSITY} Give the reaction a bandwidth, or choose “energy”, in the problem.` }]
      : []),
    ...(frame !== undefined && !frame.record.resolved
      ? [
          {
            text: `The density is narrower than its cells can show here.${doubled === null ? ` ${MOST_CELLS_TEXT}` : ""}`,
            actions:
              doubled === null
                ? []
                : [
                    {
                      label: `Double the cells (${doubled.cells.join(" × ")})`,
                      act: () => {
                        draft.value = doubled.draft;
                      },
                    },
                  ],
          },
        ]
      : []),
    ...(frame !== undefined && frame.record.edgeMass > EDGE_MASS_LIMIT
      ? [{ text: "There is mass at the edge of the domain: widen it." }]
      : []),
    ...(frame?.wallMass ?? []).map(({ variable, place, mass, since }) => ({
      text: `The wall ${variable} = ${pageNumber(place)} holds ${pageNumber(100 * mass)}% of the mass back since t = ${pageNumber(since)}: on the whole space it would have left. Widen the domain.`,
    })),
    ...(outside > 0 ? [{ text: `${pageNumber(100 * outside)}% of the particles are outside the domain.` }] : []),
  ];
}
