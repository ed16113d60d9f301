import "virtual:theme.css";
import "./page/page.css";
import { render } from "preact";
import { checkWithoutEval } from "../problem-file/problem-file.ts";
import { App } from "./page/app.tsx";
import { createDrafting } from "./state/drafting.ts";
import { GRIDS } from "./state/grids.ts";
import { withParticles } from "./state/opening.ts";
import { createOpening } from "./state/opening-actions.ts";
import { createSession } from "./state/session.ts";

checkWithoutEval();
const first = withParticles(GRIDS.find(({ name }) => name === "double-well") ?? GRIDS[0]);
const session = createSession(first);
const drafting = createDrafting(first, session.run);
const opening = createOpening(session, drafting);
session.beginNext(!matchMedia("(prefers-reduced-motion: reduce)").matches);
render(<App session={session} drafting={drafting} opening={opening} />, document.querySelector("#app")!);
