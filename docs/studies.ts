import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { renderPicture } from "../src/figures/svg.ts";
import { runStudies } from "../validation/run.ts";

/**
 * What a study finds at its main size, for a page with the marker `<!-- finds 2: lln -->`: its findings, a line each, and its first figure as docs/pictures/lln.svg.
 *
 * @param check compares the figure with the one that is kept, in place of writing it.
 */
export async function findingsOf(study: string, check: boolean): Promise<{ findings: string[]; same: boolean }> {
  const options = { studies: [study], size: "main", workers: availableParallelism(), problems: [] } as const;
  const [{ findings, figures }] = await runStudies({ ...options, onProgress() {}, onResult() {} });
  const path = join(import.meta.dirname, "pictures", `${study}.svg`);
  // The name of the problem is left out: it would not fit.
  const figure = { ...figures[0], title: figures[0].title.replace(/ \([^)]*\)$/, "") };
  const { svg } = renderPicture([figure]);
  const same = existsSync(path) && readFileSync(path, "utf8") === svg;
  if (!same && !check) writeFileSync(path, svg);
  return { findings: findings.map(({ text, verdict }) => `${verdict}  ${text}`), same };
}
