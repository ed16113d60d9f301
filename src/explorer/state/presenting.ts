import { signal } from "@preact/signals";

/** Whether the page is shown to a room: two panels in larger type, and the form hidden. */
export const presenting = signal(false);
