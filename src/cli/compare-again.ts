import { quoteWord } from "../../validation/report/command.ts";

/** Options of `compare` that write files, with the number of words after them. */
const OUTPUTS = { "--report": 1, "--plot": 1, "--summary": 1, "--force": 0 } as const;

/**
 * The same comparison with another option, as one line for a POSIX shell: the files of --report, --plot and --summary are not written again.
 *
 * @param args the words of the command line, `compare` first
 * @param option its name and value, in place of what was given for it
 */
export function compareAgain(args: readonly string[], [name, value]: readonly [name: string, value: string]): string {
  const dropped: Readonly<Record<string, number>> = { ...OUTPUTS, [name]: 1 };
  const end = args.indexOf("--");
  const [words, operands] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end)];
  const kept: string[] = [];
  for (let k = 0; k < words.length; k++) {
    const [option, ...own] = words[k].split("=");
    const after = Object.hasOwn(dropped, option) ? dropped[option] : null;
    if (after === null) kept.push(words[k]);
    else if (own.length === 0) k += after;
  }
  return [...kept, name, value, ...operands].map(quoteWord).join(" ");
}
