import { signal } from "@preact/signals";

/** The colours of the page and of its drawings. */
export const theme = signal<"light" | "dark">("light");
