/**
 * Bytes as text within a page in UTF-8, a seventh larger: seven bits to a character, the lowest first. The three characters that HTML would change,
 * NUL, carriage return and `<`, stand 128 higher, so that the lowest seven bits of a character are read.
 */
const CHANGED = [0, 13, 60];

/** Bytes as text for an element that holds plain text, such as a script that is none. */
export function packBytes(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((8 * bytes.length) / 7));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const byte of bytes) {
    held |= byte << bits;
    bits += 8;
    while (bits >= 7) {
      codes[at++] = held & 127;
      held >>= 7;
      bits -= 7;
    }
  }
  if (bits > 0) codes[at++] = held;
  // In parts: a function takes only so many arguments.
  const parts: string[] = [];
  for (let k = 0; k < at; k += 8192) {
    parts.push(
      String.fromCharCode(...codes.subarray(k, Math.min(at, k + 8192)).map((code) => (CHANGED.includes(code) ? code + 128 : code))),
    );
  }
  return parts.join("");
}

/** The bytes of a text of `packBytes`. */
export function unpackBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((7 * text.length) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let k = 0; k < text.length; k++) {
    held |= (text.charCodeAt(k) & 127) << bits;
    bits += 7;
    if (bits < 8) continue;
    bytes[at++] = held & 255;
    held >>= 8;
    bits -= 8;
  }
  return bytes;
}

/** The text that was compressed by deflate, without a header, and packed. */
export function unpackText(text: string): Promise<string> {
  const inflated = new Blob([unpackBytes(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(inflated).text();
}
