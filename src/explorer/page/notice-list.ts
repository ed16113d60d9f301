import type { ReadonlySignal } from "@preact/signals";
import { formatDuration } from "../../figures/numbers.ts";
import { EDGE_MASS_LIMIT } from "../../grid/density.ts";
import { MOST_CELLS, NO_DENSITY, withoutParticles } from "../engine/configuration.ts";
import type { Draft } from "../form/draft.ts";
import { shownMessage } from "../form/item-view.tsx";
import { doubleCells, scaleCells } from "../form/scale-cells.ts";
import type { Drafting } from "../state/drafting.ts";
import type { Pace } from "../state/pace.ts";
import { pageNumber } from "../state/page-number.ts";
import type { Session } from "../state/session.ts";

export interface NoticesOf {
  session: Session;
  drafting: Drafting;
  pace: ReadonlySignal<Pace | null>;
  /** Shows the field at a place of the form, or the one with the mistake. */
  onShowField(place: string | null): void;
}

/** Something the reader should know, and what can be done about it at once. */
interface Notice {
  text: string;
  wrong?: boolean;
  actions?: readonly { label: string; act: () => void }[];
}

/** The mistake in the draft, what is to be answered, the failures of the run, how long it takes, and how far the frame on show can be trusted. */
export function noticesOf(props: NoticesOf): Notice[] {
  const { session } = props;
  return [
    ...ofDraft(props),
    ...session.failures.value.map(({ part, message }) => ({ text: `${part}: ${message}`, wrong: true })),
    ...(withoutParticles(session.configuration.value) === NO_DENSITY
      ? [{ text: `${NO_DENSITY} Give the reaction a bandwidth, or choose “energy”, in the drawer.` }]
      : []),
    ...ofPace(props),
    ...ofFrame(props),
  ];
}

function ofDraft({ drafting, onShowField }: NoticesOf): Notice[] {
  const wrong = drafting.complaint.value;
  const question = drafting.question.value;
  if (wrong !== null) {
    return [
      { text: shownMessage(wrong.message), wrong: true, actions: [{ label: "Show the field", act: () => onShowField(null) }] },
    ];
  }
  if (question === null) return [];
  const change = { label: "Change it", act: () => onShowField(question.field) };
  return [{ text: question.text, wrong: true, actions: [{ label: "Keep it", act: drafting.keep }, change] }];
}

function ofPace({ session, drafting: { draft }, pace }: NoticesOf): Notice[] {
  if (pace.value === null) return [];
  const { meanField, particles, coarser, fewer } = pace.value;
  const takes = (draftNow: Draft | undefined) => () => {
    if (draftNow !== undefined) draft.value = draftNow;
  };
  const parts = [
    ...(meanField > 1 ? [`the mean field takes ${about(meanField)} more`] : []),
    ...(particles > 1 ? [`the particles ${meanField > 1 ? "" : "take "}${about(particles)}${meanField > 1 ? "" : " more"}`] : []),
  ];
  const { cells = [], seconds = null } = coarser ?? {};
  const grid = cells.join(" × ");
  return [
    {
      text: [
        `This run is long: ${parts.join(", and ")}.`,
        ...(coarser === null || seconds === null ? [] : [`With ${grid} cells the mean field would take ${about(seconds)} in all.`]),
        ...(fewer === null ? [] : [`${fewer.n} particles would take ${about(fewer.seconds)} at most.`]),
      ].join(" "),
      actions: [
        ...(coarser === null
          ? []
          : [{ label: `Use ${grid} cells`, act: takes(scaleCells(draft.value, cells[0] / firstCells(session))?.draft) }]),
        ...(fewer === null
          ? []
          : [
              {
                label: `Use ${fewer.n} particles`,
                act: takes({ ...draft.value, particles: { ...draft.value.particles, n: fewer.n } }),
              },
            ]),
      ],
    },
  ];
}

const firstCells = ({ configuration }: Session) => Object.values(configuration.value.problem.variables)[0].cells;

function about(seconds: number): string {
  const days = seconds / 86_400;
  return `about ${days > 2 ? `${pageNumber(Number(days.toPrecision(2)))} days` : formatDuration(Number(seconds.toPrecision(2)))}`;
}

function ofFrame({ session, drafting: { draft } }: NoticesOf): Notice[] {
  const { meanField, particles, shown } = session;
  const frame = meanField.value[shown.value];
  const outside = particles.value[shown.value]?.outside ?? 0;
  const doubled = doubleCells(draft.value);
  const double = () => {
    if (doubled !== null) draft.value = doubled.draft;
  };
  return [
    ...(frame !== undefined && !frame.record.resolved
      ? [
          {
            text: `The density is narrower than its cells can show here.${doubled === null ? ` A page holds ${MOST_CELLS} cells at most.` : ""}`,
            actions: doubled === null ? [] : [{ label: `Double the cells: ${doubled.cells.join(" × ")}`, act: double }],
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
