/** Comma- and otherwise separated text, read and written. */
export { csvFormatRows, dsvFormat } from "d3-dsv";
