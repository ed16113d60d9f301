import { InputError } from "../errors.ts";

/** A problem file nests six deep. Far deeper trees overflow the stack of what walks them. */
export const DEEPEST = 64;

/**
 * Any JSON, in which no object has a key twice: JSON.parse keeps the last and says nothing. Keys are compared as they are read, after escapes and in normal form C.
 *
 * @throws InputError for text that is no JSON, a key that stands twice (with its line and path), and nesting beyond 64.
 */
export function parseJson(text: string, source: string): unknown {
  // Some editors begin a file with a byte order mark.
  const bare = text.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(bare);
  } catch (error) {
    throw new InputError(source, undefined, `not JSON (${(error as Error).message})`, "correct it at that place");
  }
  checkStructure(bare, source);
  return value;
}

/** An object or a list that is open: its path of keys, and where it is an object the lines of its keys so far. */
interface Open {
  path: string;
  lines: Map<string, number> | null;
  /** The last one, null in a list. */
  key: string | null;
}

/** One pass over the strings and brackets of a text that is JSON. */
function checkStructure(text: string, source: string): void {
  const open: Open[] = [];
  let line = 1;
  let string = "";
  for (let at = 0; at < text.length; at++) {
    const top = open.at(-1);
    switch (text[at]) {
      case "\n":
        line++;
        break;
      case '"': {
        const from = at++;
        while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
        string = text.slice(from, at + 1);
        break;
      }
      case "{":
      case "[":
        if (open.length === DEEPEST) throw new InputError(source, undefined, `nested more than ${DEEPEST} deep`, "remove brackets");
        open.push({ path: pathIn(top), lines: text[at] === "{" ? new Map() : null, key: null });
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ":":
        if (top?.lines != null) noteKey(top, top.lines, (JSON.parse(string) as string).normalize("NFC"), line, source);
    }
  }
}

function noteKey(object: Open, lines: Map<string, number>, key: string, line: number, source: string): void {
  object.key = key;
  const before = lines.get(key);
  lines.set(key, line);
  if (before === undefined) return;
  const place = before === line ? `line ${line}` : `lines ${before} and ${line}`;
  throw new InputError(pathIn(object), undefined, `stands twice in ${source}, ${place}`, "keep one of them");
}

/** Where the value stands that comes next. */
const pathIn = (parent: Open | undefined) => [parent?.path ?? "", parent?.key ?? ""].filter((part) => part !== "").join(".");
