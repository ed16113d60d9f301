import { InputError } from "../errors.ts";
import type { NamedArray } from "./named-array.ts";
import { decodeNpy, decodeNpyHeader, isNumeric, openNpy } from "./npy.ts";
import type { ParticleData, ReadOptions } from "./particle-data.ts";
import { particlesFromArrays } from "./read-arrays.ts";
import { unzip } from "./unzip.ts";

/** Other files that are zip archives, by a name in them. */
const FOREIGN = [
  {
    kind: "a file of torch.save",
    holds: /(^|\/)data\.pkl$/,
    remedy: "save the arrays: numpy.savez(path, theta=theta.cpu().numpy(), time=time)",
  },
  { kind: "an Excel workbook", holds: /^xl\//, remedy: "export its table as CSV in UTF-8, with decimal points" },
];

/** Particles from an archive of `numpy.savez`; see particlesFromArrays. */
export function particlesFromNpz(bytes: Uint8Array, path: string, options: ReadOptions): ParticleData {
  const all = [...unzip(bytes, path)];
  const files = all.filter(([name]) => name.endsWith(".npy"));
  const foreign = files.length === 0 ? FOREIGN.find(({ holds }) => all.some(([name]) => holds.test(name))) : undefined;
  if (foreign !== undefined) throw new InputError(path, undefined, `is ${foreign.kind}, which is not read`, foreign.remedy);
  const arrays = new Map(files.map(([name, content]) => [name.slice(0, -".npy".length), content]));
  return particlesFromArrays(
    new Map([...arrays].map(([name, content]) => [name, openArray(content, `${path}: ${name}`)])),
    path,
    options,
  );
}

function openArray(content: Uint8Array, name: string): NamedArray {
  let header: ReturnType<typeof decodeNpyHeader>;
  try {
    header = decodeNpyHeader(content, name);
  } catch (error) {
    // An array of objects may stand beside the particles.
    if (!(error instanceof InputError)) throw error;
    const refuse = () => {
      throw error;
    };
    return { shape: [], kind: "other", numbers: refuse, text: refuse };
  }
  const kind = !isNumeric(header) ? "text" : header.kind === "f" ? "float" : "integer";
  return {
    shape: header.shape,
    kind,
    numbers: () => openNpy(content, header, name),
    text: () => {
      const array = decodeNpy(content, name);
      return "text" in array ? array.text : [];
    },
  };
}
