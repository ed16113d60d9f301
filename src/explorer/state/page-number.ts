import { formatShort } from "../../figures/numbers.ts";

/** Numbers on the page: four significant digits, everywhere. */
export const pageNumber = (value: number): string => formatShort(value, 4);
