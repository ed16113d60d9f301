import { useSignal } from "@preact/signals";
import { serialiseError } from "../../errors.ts";
import type { ThemeName } from "../../figures/theme.ts";
import { GRID_OPTIONS, gridOf } from "../engine/configuration.ts";
import { panelFigures } from "../panels/figure-data.ts";
import { PANELS, type PanelName } from "../panels/panels.ts";
import { viewValues } from "../panels/values.ts";
import { pageMessage } from "../state/page-words.ts";
import { makeParticleFile } from "../state/particle-file.ts";
import type { Session } from "../state/session.ts";
import { recordFilm } from "./film.ts";
import { drawPicture } from "./picture.ts";
import { fileNameOf, pictureName, save } from "./save.ts";
import { seriesCsv } from "./series.ts";

const JSON_TYPE = "application/json";
const NPZ_TYPE = "application/zip";

/** A link to what is on show, and files of it. @param address of the link. */
export function Downloads({ session, address }: { session: Session; address: () => string }) {
  const said = useSignal("");
  const panel = useSignal<PanelName>("density");
  /** Of pictures: papers are white, whatever the page is. */
  const ground = useSignal<ThemeName>("light");
  const film = useSignal<AbortController | null>(null);
  const { problem, particles } = session.configuration.value;
  const name = fileNameOf(problem.name);
  const none = session.meanField.value.length === 0;

  /** Says which file is being made, and whether it was saved. */
  async function doing(what: string, work: () => Promise<string>): Promise<void> {
    said.value = `${what}...`;
    try {
      said.value = await work();
    } catch (error) {
      said.value = `${what} failed: ${pageMessage(serialiseError(error))}`;
    }
  }

  const copyLink = () =>
    doing("Copying the link", async () => {
      const link = new URL(`#${address()}`, location.href).href;
      await navigator.clipboard.writeText(link);
      return "The link is on the clipboard.";
    });

  const file = (path: string, type: string, make: () => Promise<Uint8Array | string | Blob>) => () =>
    doing(`Making ${path}`, async () => {
      save(path, type, (await make()) as Uint8Array<ArrayBuffer> | string | Blob);
      return `${path} is made.`;
    });

  const picture = (format: "svg" | "png") =>
    file(pictureName(problem.name, panel.value, session.setup.value?.times[session.shown.value], format), `image/${format}`, () => {
      const found = panelFigures(viewValues(session), ground.value).find((one) => one.name === panel.value);
      if (found === undefined) throw new Error("there is no such panel");
      const title = `${problem.name}: ${found.figure.title}`;
      return drawPicture({ ...found.figure, title }, ground.value, format);
    });

  async function makeFilm(): Promise<void> {
    film.value = new AbortController();
    const { signal } = film.value;
    await file(`${name}-film.gif`, "image/gif", () =>
      recordFilm(
        session,
        (share) => {
          said.value = `Making ${name}-film.gif: ${Math.round(100 * share)}%`;
        },
        signal,
      ),
    )();
    film.value = null;
  }

  return (
    <section class="downloads" aria-label="Link and downloads">
      <h2>Take it with you</h2>
      <div class="buttons">
        <button type="button" onClick={copyLink}>
          Copy link
        </button>
        <button type="button" onClick={file(`${name}.json`, JSON_TYPE, async () => `${JSON.stringify(problem, null, 2)}\n`)}>
          Problem (JSON)
        </button>
        <button
          type="button"
          disabled={none}
          onClick={file(`${name}-series.csv`, "text/csv", async () => {
            const { setup, meanField, particles: frames, rivals } = session;
            return seriesCsv(setup.value!, meanField.value, frames.value, rivals.value);
          })}
        >
          Curves (CSV)
        </button>
        <button
          type="button"
          disabled={session.status.value !== "finished"}
          onClick={file(`${name}-density.npz`, NPZ_TYPE, session.densityFile)}
        >
          Densities (.npz)
        </button>
        <button
          type="button"
          disabled={!session.hasParticles.value}
          onClick={file(`${name}-particles.npz`, NPZ_TYPE, () => makeParticleFile(session.configuration.value))}
        >
          Particles (.npz)
        </button>
      </div>
      <div class="buttons">
        <label>
          Picture of{" "}
          <select
            value={panel.value}
            onChange={(event) => {
              panel.value = event.currentTarget.value as PanelName;
            }}
          >
            {Object.entries(PANELS).map(([key, { title }]) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          on{" "}
          <select
            value={ground.value}
            onChange={(event) => {
              ground.value = event.currentTarget.value as ThemeName;
            }}
          >
            <option value="light">white</option>
            <option value="dark">black</option>
          </select>
        </label>
        <button type="button" disabled={none} onClick={picture("svg")}>
          SVG
        </button>
        <button type="button" disabled={none} onClick={picture("png")}>
          PNG
        </button>
        {film.value === null ? (
          <button type="button" disabled={none} onClick={() => void makeFilm()}>
            Film (GIF)
          </button>
        ) : (
          <button type="button" onClick={() => film.value?.abort()}>
            Stop the film
          </button>
        )}
      </div>
      <p aria-live="polite" class="said">
        {said}
      </p>
      <p class="muted">
        The same on the command line:{" "}
        <code>
          bdpde solve {name}.json{GRID_OPTIONS[gridOf(session.configuration.value)]}
          {session.hasParticles.value &&
            `; bdpde particles ${name}.json --scheme ${particles.scheme} --n ${particles.n} --dt ${particles.dt} --seed ${particles.seed}`}
        </code>
      </p>
    </section>
  );
}
