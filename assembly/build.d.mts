/** What is compiled: in this folder, and from the root. */
export const MODULES: readonly { source: string; target: string }[];
/** The text of the module of a source. */
export function compile(source: string): Promise<string>;
