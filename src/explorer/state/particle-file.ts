import { deserialiseError } from "../../errors.ts";
import type { Configuration } from "../engine/configuration.ts";
import { createFileMaker } from "./workers.ts";

/** The particles of a configuration as `.npz`, made in a worker of its own: it may take as long as the run. */
export function makeParticleFile(configuration: Configuration): Promise<Uint8Array> {
  return new Promise<Uint8Array>((resolve, reject) => {
    const maker = createFileMaker(
      (event) => {
        maker.stop();
        if (event.type === "particle-file") resolve(event.bytes);
        else if (event.type === "refused") reject(deserialiseError(event.error));
      },
      (message) => reject(new Error(message)),
    );
    maker.post({ type: "particle-file", id: 0, configuration });
  });
}
