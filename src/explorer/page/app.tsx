import { Downloads } from "../export/downloads.tsx";
import { ProblemForm } from "../form/problem-form.tsx";
import { FramePanels } from "../panels/frame-panels.tsx";
import { TimePanels } from "../panels/time-panels.tsx";
import type { Drafting } from "../state/drafting.ts";
import { GRIDS } from "../state/grids.ts";
import type { Opening } from "../state/opening-actions.ts";
import type { Session } from "../state/session.ts";
import { Tour } from "../tour/tour.tsx";
import { PlaneChoice } from "./plane-choice.tsx";
import { Readout } from "./readout.tsx";
import { RunControls } from "./run-controls.tsx";
import { Sliders } from "./sliders.tsx";
import { ThemeChoice } from "./theme-choice.tsx";

interface AppProps {
  session: Session;
  drafting: Drafting;
  opening: Opening;
}

export function App({ session, drafting, opening }: AppProps) {
  const { problem } = session.configuration.value;
  const { stopAt } = session.playback;
  const warm = (problem.temperature ?? 0) !== 0;
  return (
    <>
      <a class="skip" href="#run">
        Skip to the run
      </a>
      <header>
        <h1>birth-death-pde</h1>
        <p>
          Watch the mean-field equation of neuron birth-death dynamics, and the particles that follow it:{" "}
          <span class="equation">{warm ? "∂ₜμ = ∇·(μ∇V) + τΔμ − α(R − R̄)μ" : "∂ₜμ = ∇·(μ∇V) − αVμ + αV̄μ"}</span>,{" "}
          <span class="equation">V = F + ∫K dμ</span>.
        </p>
        <ThemeChoice />
      </header>
      <main>
        <div class="watching">
          <div class="steering">
            <section id="run" aria-labelledby="problem-name" tabIndex={-1}>
              <h2 id="problem-name">{problem.name}</h2>
              {problem.description !== undefined && <p class="muted">{problem.description}</p>}
              <RunControls session={session} />
            </section>
            <Tour view={session} onTell={opening.tell} />
            <Sliders session={session} draft={drafting.draft} complaint={drafting.complaint} />
            <PlaneChoice session={session} />
          </div>
          <div class="panels">
            <FramePanels view={session} />
            <TimePanels view={session} onSeek={stopAt} />
          </div>
        </div>
        <Readout session={session} />
        <Downloads session={session} />
        <section aria-labelledby="problem-heading">
          <h2 id="problem-heading">The problem</h2>
          <ProblemForm
            draft={drafting.draft}
            complaint={drafting.complaint}
            checking={drafting.checking}
            grids={GRIDS}
            onChoose={opening.choose}
            onOpen={opening.open}
          />
        </section>
      </main>
      <footer>
        <p class="muted">
          Everything is computed in this page, in double precision, by the code of the command line <code>bdpde</code>. Equations of
          Rotskoff, Jelassi, Bruna &amp; Vanden-Eijnden, <i>Global convergence of neuron birth-death dynamics</i>, ICML 2019.
        </p>
      </footer>
    </>
  );
}
