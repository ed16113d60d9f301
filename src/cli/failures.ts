/** A file could not be written although everything else is done: the results are still printed. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** Why a file cannot be read or written, in words. */
export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "no permission",
    EISDIR: "is a folder",
    ENOTDIR: "not a folder",
    EEXIST: "a file of that name is there",
    ENOSPC: "no space left on the disk",
    EDQUOT: "no space left in the quota",
    EROFS: "a file system that cannot be written",
    EFBIG: "larger than files may be there",
    ENAMETOOLONG: "a name too long",
    ELOOP: "symbolic links that lead in a circle",
    EIO: "the disk failed",
    EMFILE: "too many open files",
  };
  return (code !== undefined && known[code]) || (error as Error).message;
}

/** What lets a file be written that could not be. */
export function remedyFor(error: unknown): string {
  const known: Record<string, string> = {
    ENOSPC: "free the disk",
    EDQUOT: "free the quota",
    EFBIG: "raise the limit of file sizes (ulimit -f)",
    EMFILE: "raise the limit of open files (ulimit -n)",
    EACCES: "make the folder writable",
    EPERM: "make the folder writable",
    EROFS: "make the folder writable",
  };
  return known[(error as NodeJS.ErrnoException).code ?? ""] ?? "mend that";
}

/** Whether an allocation failed: the input needs more than the machine has. */
export function isOutOfMemory(error: unknown): boolean {
  if ((error as NodeJS.ErrnoException | null)?.code === "ERR_WORKER_OUT_OF_MEMORY") return true;
  return error instanceof RangeError && /allocation failed|invalid (typed )?array length/i.test(error.message);
}
