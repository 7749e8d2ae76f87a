import type { Change } from "./directory/directory.js";
import { call } from "./engine.js";
import { entries, findings, json_fault, listed } from "./wasm/edge_sts.js";

/**
 * A store of resources that an operator filled: a Workers KV namespace, or any object with its `get`. It is only read.
 * `list`, where it is there, lets the administrator's interface list what is in it.
 */
export interface KeyValue {
  /** The text stored under a key; null or undefined when there is none. */
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** One page of the keys with a prefix; the next one begins at `cursor`. */
  list?(options: KeyQuery): KeyPage | Promise<KeyPage>;
}

/** Which keys to list. */
export interface KeyQuery {
  /** How the keys begin. */
  prefix: string;
  /** Where the page before ended. */
  cursor?: string;
}

/** A key of a page. */
export interface KeyName {
  /** The key. */
  readonly name: string;
}

/** One page of keys, as Workers KV gives it. */
export interface KeyPage {
  /** The keys. */
  keys: readonly KeyName[];
  /** Whether this is the last page. */
  list_complete: boolean;
  /** Where this page ends, if it is not the last one. */
  cursor?: string;
}

/** One entry of a key-value store: a resource, or a look-up that leads to one. */
export interface Entry {
  key: string;
  value: string;
}

/**
 * What to store in a key-value store for the JSON text of an array of resources (Client, TokenIntrospector, User).
 * Throws a `TypeError` that names each fault with its path, one a line. `now`: seconds. After `load`.
 */
export function entriesOf(text: string, now: number): Entry[] {
  return call(() => entries(text, now), true) as Entry[];
}

/** The changes that put the same resources into an empty directory. Throws as `entriesOf` does. After `load`. */
export function changesOf(text: string, now: number): Change[] {
  return JSON.parse(call(() => listed(text, now), true)) as Change[];
}

/** What is doubtful about a resource that keeps the rules. */
export interface Doubt {
  code: string;
  /** Such as `[2].Client.secret`. */
  path: string;
  message: string;
}

/** What is doubtful about the JSON text of an array of resources: nothing is refused for it. */
export function doubtsOf(text: string): Doubt[] {
  return call(() => findings(text)) as Doubt[];
}

/** Where and why a text cannot be read as JSON: `line 3, column 5: This is not JSON.` */
export function jsonFault(text: string): string | undefined {
  return call(() => json_fault(text));
}
