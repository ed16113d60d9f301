import "virtual:look.css";
import "./page/page.css";
import { render } from "preact";
import { App } from "./page/app.tsx";
import { createDrafting } from "./state/drafting.ts";
import { GRIDS } from "./state/grids.ts";
import { withParticles } from "./state/opening.ts";
import { createOpening } from "./state/opening-actions.ts";
import { createSession } from "./state/session.ts";

const first = withParticles(GRIDS.find(({ name }) => name === "double-well") ?? GRIDS[0]);
const session = createSession(first);
const drafting = createDrafting(first, (configuration) => {
  if (session.setup.value === null || JSON.stringify(configuration) !== JSON.stringify(session.configuration.value)) {
    session.run(configuration);
  }
});
const opening = createOpening(session, drafting);
render(<App session={session} drafting={drafting} opening={opening} />, document.querySelector("#app")!);
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) session.playback.play();
