import { gzipSync } from "node:zlib";
import type { ColumnSource, ParquetWriteOptions } from "hyparquet-writer";
import { parquetWriteBuffer } from "hyparquet-writer";

type Compressor = (bytes: Uint8Array) => Uint8Array;

/** A frame of Zstandard of one block that is stored as it is (RFC 8878): enough for a table of less than 128 KiB. */
const zstd: Compressor = (bytes) => {
  const size = new Uint8Array(Uint32Array.of(bytes.length).buffer);
  const block = new Uint8Array(Uint32Array.of((bytes.length << 3) | 1).buffer).subarray(0, 3);
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size, ...block, ...bytes]);
};

export const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"] as const;

export function writeParquet(
  columnData: ColumnSource[],
  codec: (typeof CODECS)[number] = "SNAPPY",
  more: Partial<ParquetWriteOptions> = {},
): Uint8Array {
  const compressors = { GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)), ZSTD: zstd };
  return new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors, ...more }));
}
