/**
 * CRC-32 of two strings of bytes that follow each other, from the CRC-32 of each:
 *
 *   crc(AB) = M^(8 |B|) crc(A) xor crc(B)
 *
 * with M the 32 x 32 matrix over GF(2) that one zero bit applies to the register (polynomial edb88320, bits reversed), raised by squaring: as in
 * zlib's crc32_combine (M. Adler).
 *
 * @param length bytes of each second string: one function for many of the same length.
 */
export function combinerOf(length: number): (first: number, second: number) => number {
  let power = Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? 0xedb88320 : 2 ** (bit - 1)));
  for (let k = 0; k < 3; k++) power = product(power, power);
  let matrix = Uint32Array.from({ length: 32 }, (_, bit) => 2 ** bit);
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) matrix = product(power, matrix);
    power = product(power, power);
  }
  return (first, second) => (apply(matrix, first) ^ second) >>> 0;
}

/** Columns of a matrix: column `bit` is what it makes of 2^bit. */
function apply(matrix: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector; rest !== 0; bit++, rest >>>= 1) if ((rest & 1) === 1) sum ^= matrix[bit];
  return sum >>> 0;
}

function product(left: Uint32Array, right: Uint32Array): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(right, (column) => apply(left, column));
}
