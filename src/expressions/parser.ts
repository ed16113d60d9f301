import { create, type MathNode, parseDependencies } from "mathjs/number";

/** What the parser needs, a third of mathjs. */
const { parse } = create(parseDependencies);

export type { MathNode };

const inName = (character: string) => /^[\p{L}\p{M}\p{Nd}_$]$/u.test(character);
const isHalf = (c: string) => c >= "\ud800" && c <= "\udfff";

/** Names are of letters of any script, as far as `checkReading` lets them pass. */
parse.isAlpha = (c, before, after) => !parse.isDigit(c) && (inName(c) || (isHalf(c) && (inName(c + after) || inName(before + c))));

export const parseTree: (text: string) => MathNode = parse;
