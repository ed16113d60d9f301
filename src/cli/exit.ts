/** Exit codes. 70 and 74 are those of sysexits.h for software and input or output. */
export const Exit = {
  fine: 0,
  /** A claim or a property of the scheme did not hold, particles are inconsistent, or a tolerance was not reached. */
  notHeld: 1,
  badInput: 2,
  inconclusive: 3,
  /** An error that nobody foresaw. */
  unknown: 70,
  /** The results were printed, but a file of them could not be written. */
  notWritten: 74,
} as const;

/** One line about an error that nobody foresaw; with BDPDE_DEBUG=1 where it happened as well. */
export function sayUnknown(error: unknown): number {
  if (error instanceof Error && error.message.includes("uv_cwd")) {
    process.stderr.write("error: the working folder is not there any more; change to one that is\n");
    return Exit.badInput;
  }
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const what = `${name === "Error" || name === "" ? "" : `${name}: `}${message}`.split("\n", 1)[0];
  process.stderr.write(`error: unexpected: ${what} (this is a fault of bdpde; BDPDE_DEBUG=1 shows where it is)\n`);
  if (process.env.BDPDE_DEBUG === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return Exit.unknown;
}
