import { distance } from "fastest-levenshtein";

/** Insertions, deletions and changes of a letter that a misspelling has at most. */
const MOST_EDITS = 2;

/** The first of the words that this one may be a misspelling of; null where none is near. */
export function nearest(word: string, words: readonly string[]): string | null {
  return words.find((other) => distance(other, word) <= MOST_EDITS) ?? null;
}
