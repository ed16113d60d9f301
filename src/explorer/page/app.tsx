import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Downloads } from "../export/downloads.tsx";
import { getAt } from "../form/draft.ts";
import { ProblemChooser } from "../form/problem-chooser.tsx";
import { BesideForm } from "../form/problem-form.tsx";
import { FramePanels } from "../panels/frame-panels.tsx";
import { TimePanels } from "../panels/time-panels.tsx";
import type { Drafting } from "../state/drafting.ts";
import { GRIDS } from "../state/grids.ts";
import type { Opening } from "../state/opening-actions.ts";
import type { Pace } from "../state/pace.ts";
import { presenting } from "../state/presenting.ts";
import type { Session } from "../state/session.ts";
import { Tour } from "../tour/tour.tsx";
import { Drawer, DrawerButton, focusOn } from "./drawer.tsx";
import { Header } from "./header.tsx";
import { listenToKeys } from "./keys.ts";
import { KeysList } from "./keys-list.tsx";
import { Notices } from "./notices.tsx";
import { PlaneChoice } from "./plane-choice.tsx";
import { PlayBar } from "./play-bar.tsx";
import { Readout } from "./readout.tsx";
import { Sliders } from "./sliders.tsx";
import "./beside.css";
import "./presenting.css";

interface AppProps {
  session: Session;
  drafting: Drafting;
  opening: Opening;
  pace: ReadonlySignal<Pace | null>;
}

/** Why nothing runs at the start. */
function heldBy({ complaint, question }: Drafting): string | null {
  if (complaint.value !== null) return "Nothing runs until the mistake is corrected";
  return question.value === null ? null : "Nothing runs until the question is answered";
}

export function App({ session, drafting, opening, pace }: AppProps) {
  const { problem } = session.configuration.value;
  const { stopAt } = session.playback;
  const { draft, complaint } = drafting;
  const keys = useSignal(false);
  const drawer = useSignal<string | null>(null);
  useEffect(
    () =>
      listenToKeys(session, {
        showKeys: () => {
          keys.value = true;
        },
        close: () => {
          if (keys.value) keys.value = false;
          else if (drawer.value !== null) drawer.value = null;
          else if (presenting.value) presenting.value = false;
          else return false;
          return true;
        },
      }),
    [],
  );
  /** The field may be in the drawer, or beside the pictures. */
  const showField = (place: string | null) => {
    const attribute = place === null ? '[aria-invalid="true"]' : `[data-place="${CSS.escape(place)}"]`;
    if (document.querySelector(attribute)?.closest("[hidden]") === null) focusOn(attribute);
    else drawer.value = attribute;
  };
  return (
    <div class={presenting.value ? "presenting" : undefined}>
      <a class="skip" href="#run">
        Skip to the run
      </a>
      <Header warm={(problem.temperature ?? 0) !== 0} keys={keys} />
      <main>
        <Tour view={session} place={opening.story} drafted={getAt(draft.value.problem, ["name"])} onTell={opening.tell} />
        <div class="subject">
          <h2 id="problem-name">{problem.name}</h2>
          {problem.description !== undefined && <p class="muted">{problem.description}</p>}
          <button
            type="button"
            class="leave-presenting"
            onClick={() => {
              presenting.value = false;
            }}
          >
            Leave (Esc)
          </button>
        </div>
        <Notices session={session} drafting={drafting} pace={pace} onShowField={showField} />
        <div class="watching">
          <div class="panels frame-panels">
            <FramePanels view={session} />
          </div>
          <section class="beside" aria-label="Beside the pictures">
            <ProblemChooser problem={draft.value.problem} grids={GRIDS} onChoose={opening.choose} />
            <PlaneChoice session={session} />
            <BesideForm legend="Potential" draft={draft} complaint={complaint} />
            <Sliders session={session} draft={draft} />
            <BesideForm legend="Rate of birth and death" draft={draft} complaint={complaint} />
            <BesideForm legend="Initial distribution" draft={draft} complaint={complaint} />
            <DrawerButton drafting={drafting} open={drawer} />
          </section>
          <div class="panels time-panels">
            <TimePanels view={session} onSeek={stopAt} />
          </div>
        </div>
        <div class="taking">
          <Readout session={session} />
          <Downloads session={session} address={opening.address} />
        </div>
        <Drawer drafting={drafting} opening={opening} open={drawer} />
        <PlayBar session={session} held={heldBy(drafting)} />
      </main>
      <footer>
        <p class="muted">
          Watch the mean-field equation of neuron birth-death dynamics, and the particles that follow it. Everything is computed in
          this page, in double precision, by the code of the command line <code>bdpde</code>. Equations of Rotskoff, Jelassi, Bruna
          &amp; Vanden-Eijnden, <i>Global convergence of neuron birth-death dynamics</i>, ICML 2019.
        </p>
      </footer>
      <KeysList open={keys} />
    </div>
  );
}
