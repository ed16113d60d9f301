import { InputError } from "../../errors.ts";
import { deflate, inflate } from "../../files/zip.ts";
import { type Configuration, GRID_KINDS, type GridKind } from "../engine/configuration.ts";
import { readTree } from "../form/json-text.ts";

/**
 * A configuration as the part of an address behind the #: `1.` for the version, then the JSON, deflated, in base64url. What comes out of a
 * link is text like that of a file, and is checked like that.
 */

const VERSION = "1";
const LONGEST = 100_000;
/** Bytes of JSON: a problem file has a few thousand. */
const LARGEST = 1_000_000;

/** A step of a story of the tour, both from 0. */
export interface StoryPlace {
  story: number;
  step: number;
}

/** What is on show beside the configuration. */
export interface Place {
  /** Of the frame; absent at the first one. */
  time?: number;
  story?: StoryPlace;
}

/** Behind the configuration in an address: `&t=1.125&story=2.1` is step 1 of story 2 at t = 1.125. Empty at the first frame without a story. */
export function encodePlace({ time = 0, story }: Place): string {
  return `${time > 0 ? `&t=${time}` : ""}${story === undefined ? "" : `&story=${story.story + 1}.${story.step + 1}`}`;
}

/** An address as its configuration, for `decodeLink`, and its place; what is no place is passed over. */
export function splitAddress(text: string): { link: string; place: Place } {
  const [link, ...fields] = text.split("&");
  const place: Place = {};
  for (const field of fields) {
    const [, time] = /^t=(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(field) ?? [];
    const [, story, step] = /^story=([1-9]\d?)\.([1-9]\d?)$/.exec(field) ?? [];
    if (time !== undefined) place.time = Number(time);
    if (story !== undefined) place.story = { story: Number(story) - 1, step: Number(step) - 1 };
  }
  return { link, place };
}

/** What a link holds, before it is checked. */
export type Linked = { problem: unknown; particles: unknown; grid?: GridKind };

/** @throws InputError for a problem that is too long for a link. */
export function encodeLink({ problem, particles, grid }: Configuration): string {
  const bytes = deflate(new TextEncoder().encode(JSON.stringify({ problem, particles, grid })));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const link = `${VERSION}.${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
  if (link.length <= LONGEST) return link;
  throw new InputError("link", undefined, `longer than ${LONGEST} characters`, "download the problem instead");
}

/** @throws InputError for text that is no link of this version. */
export function decodeLink(text: string): Linked {
  const [, version, data] = /^(\d{1,6})\.([\w-]*)$/.exec(text) ?? refuse(text, "not a link of this page");
  if (version !== VERSION) refuse(text, `made by version ${version} of the page's links, and this page reads version ${VERSION}`);
  if (text.length > LONGEST) refuse(text, `longer than ${LONGEST} characters`);
  let value: unknown;
  try {
    const bytes = Uint8Array.from(atob(data.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
    value = readTree(new TextDecoder("utf-8", { fatal: true }).decode(inflate(bytes, LARGEST)), "link");
  } catch {
    return refuse(text, "broken, or cut off");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(text, "without a problem");
  const { problem, particles, grid, ...others } = value as Record<string, unknown>;
  if (problem === undefined || particles === undefined || Object.keys(others).length > 0) return refuse(text, "without a problem");
  if (grid === undefined) return { problem, particles };
  const kind = GRID_KINDS.find((each) => each === grid) ?? refuse(text, "without cells that stay or move");
  return { problem, particles, grid: kind };
}

function refuse(text: string, what: string): never {
  throw new InputError("link", text.slice(0, 40), what, "ask for a new link, or choose a problem here");
}
