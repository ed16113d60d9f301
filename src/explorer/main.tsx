import "virtual:theme.css";
import "./page/page.css";
import { render } from "preact";
import { checkWithoutEval } from "../problem-file/problem-file.ts";
import type { Configuration } from "./engine/configuration.ts";
import { App } from "./page/app.tsx";
import { createDrafting } from "./state/drafting.ts";
import { watchGestures } from "./state/gesture.ts";
import { GRIDS } from "./state/grids.ts";
import { decodeLink, splitAddress } from "./state/link.ts";
import { configurationOf, withParticles } from "./state/opening.ts";
import { createOpening } from "./state/opening-actions.ts";
import { createPace } from "./state/pace.ts";
import { createSession } from "./state/session.ts";

checkWithoutEval();
watchGestures();
const usual = withParticles(GRIDS.find(({ name }) => name === "double-well") ?? GRIDS[0]);
const first = linkedConfiguration(location.hash) ?? usual;
const session = createSession(first);
const drafting = createDrafting(first, session.run);
session.beginNext(!matchMedia("(prefers-reduced-motion: reduce)").matches);
const opening = createOpening(session, drafting);
const pace = createPace(session);
render(<App session={session} drafting={drafting} opening={opening} pace={pace} />, document.querySelector("#app")!);

/** The problem of the link that was followed here: it is on the page from the first moment. */
function linkedConfiguration(hash: string): Configuration | null {
  try {
    return configurationOf(decodeLink(splitAddress(hash.slice(1)).link));
  } catch {
    return null;
  }
}
