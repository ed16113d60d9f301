/**
 * A command runs on a thread of its own. So the main thread can always receive signals, draw progress and report the end of the command, even while the
 * command computes without a pause. Messages of the command to the main thread:
 */
export type HostMessage =
  /** A temporary file that is to be removed if the command is interrupted; sent before it is created. */
  | { part: string }
  | { progress: ProgressStart }
  | { label: string }
  | { progressEnd: true }
  /** What an interrupt leaves, in a line for the user. */
  | { kept: string }
  /** The command has nothing to do but wait for an interrupt, which is no failure. */
  | { serving: true }
  /** The command has ended. */
  | { exitCode: number };

export interface ProgressStart {
  label: string;
  total: number;
  /** Of `done` and `total`; without one, only the share is shown. */
  unit: string | undefined;
  /** Holds how much is done, and how much of it an earlier run had done, as two doubles: the command writes, the main thread reads when it draws. */
  done: SharedArrayBuffer;
}

let post: ((message: HostMessage) => void) | null = null;

export function connectHost(toMainThread: (message: HostMessage) => void): void {
  post = toMainThread;
}

/** @returns false where the command runs on the main thread itself, as in tests: then nobody hears. */
export function tellHost(message: HostMessage): boolean {
  post?.(message);
  return post !== null;
}
