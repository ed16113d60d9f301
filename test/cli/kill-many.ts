/**
 * Kills every command that writes, or one, at many random moments: npx tsx test/cli/kill-many.ts [kills of each = 15] [seed = 1] [command], or `resume` or
 * `resume COMMAND` for those that keep what they have done and are started again until they end. Exits with status 1 where an
 * output was left that is not whole, or a command did not go on from where it was.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBroken, type Kill, measureKills, WRITERS } from "./kill.ts";
import { measureEnsembleKills } from "./kill-ensemble.ts";
import { measureResumes, RESUMABLES } from "./kill-resume.ts";

const [kills = "15", seed = "1", only] = process.argv.slice(2);

async function main(): Promise<void> {
  const folder = join(mkdtempSync(join(tmpdir(), "bdpde-kill-")), "outputs");
  const writers = WRITERS.filter(({ name }) => only === undefined || name === only);
  const found = await measureKills({
    writers,
    kills: Number(kills),
    seed: Number(seed),
    folder,
    onKill: (kill) => console.log(describe(kill)),
  });
  rmSync(folder, { recursive: true });
  const broken = found.filter(isBroken);
  const killed = found.filter(({ late }) => !late);
  const left = found.filter(({ leftOver }) => leftOver.length > 0);
  const stay = found.filter(({ stillThere }) => stillThere.length > 0);
  console.log(
    `${killed.length} of ${found.length} runs were killed in time; ${broken.length} left an output that is not whole; ${left.length} left other files, of which the next run did not remove all in ${stay.length}`,
  );
  if (broken.length > 0) process.exitCode = 1;
}

async function killEnsembles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bdpde-kill-"));
  const found = await measureEnsembleKills({ kills: Number(kills), seed: Number(seed), folder, onKill: console.log });
  rmSync(folder, { recursive: true });
  for (const what of found.broken) console.log(`BROKEN  ${what}`);
  console.log(`ensemble run: ${found.kills} kills, ${found.ended} runs ended, ${found.broken.length} faults`);
  if (found.broken.length > 0) process.exitCode = 1;
}

function describe(kill: Kill): string {
  const { writer, existing, after, from, late, found, leftOver, stillThere } = kill;
  const outputs = Object.entries(found).map(([name, state]) => `${name} ${state}`);
  const moment = `${after.toFixed(0)} ms after the ${from}`;
  return `${isBroken(kill) ? "BROKEN  " : ""}${writer}, ${existing ? "over older files" : "to new files"}, ${moment}${late ? " (had ended)" : ""}: ${outputs.join(", ")}; left ${leftOver.join(", ") || "nothing"}${stillThere.length > 0 ? `; STILL THERE ${stillThere.join(", ")}` : ""}`;
}

/** Commands that keep what they have done, in all as many times as asked. */
async function killResumables(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bdpde-kill-"));
  const resumables = RESUMABLES.filter(({ name }) => only === undefined || only === "resume" || only === `resume ${name}`);
  const found = await measureResumes({
    resumables,
    kills: Number(kills),
    seed: Number(seed),
    folder: join(folder, "outputs"),
    onKill: console.log,
  });
  rmSync(folder, { recursive: true });
  for (const { name, kills: done, phases, resumed, ended, broken } of found) {
    for (const what of broken) console.log(`BROKEN  ${name}: ${what}`);
    console.log(
      `${name}: ${done} kills, ${resumed} starts went on, ${ended} runs ended with the same bytes, ${broken.length} faults`,
    );
    for (const [phase, count] of Object.entries(phases)) console.log(`  ${count} ${phase}`);
    if (broken.length > 0) process.exitCode = 1;
  }
}

if (only === undefined || WRITERS.some(({ name }) => name === only)) await main();
if (only === undefined || only === "ensemble run") await killEnsembles();
if (only === undefined || only.startsWith("resume")) await killResumables();
