import { startCopying, startFilter } from "./controls.ts";
import { startFigures } from "./figures.ts";

/** The script of the report's page: without it the claims and numbers are there, and no control that does nothing. */
document.documentElement.dataset.script = "on";
startCopying();
startFilter();
void startFigures();
