/**
 * Where the resources live as the administrator wrote them: a store with transactions and unique keys. Ready ones:
 * `memoryDirectory(list)`, `sqliteDirectory(path)`, `durableDirectory(namespace, kv)`, and `postgresDirectory(pool)` of
 * `edge-sts/postgres`. They decide nothing about OAuth: documents and keys are texts that the core made.
 *
 * Two kinds of keys lead to a resource when requests read it: its own, `Type/id`, and its look-ups, such as
 * `TokenIntrospector?iss=https://issuer.example`. `read` gives for
 *
 * - `Type/id` and for a unique look-up the document of the resource,
 * - a shared look-up the JSON array of the sorted `Type/id` of all resources that have it,
 *
 * and null where there is none.
 */
export interface Directory {
  /** Whether there is an administrator's interface that writes: without it `change` rejects. */
  readonly writable: boolean;
  /** Whether `read` is answered by a replica that may be some time behind what `change` did. */
  readonly replicated: boolean;
  /** The values of these keys, in their order. What requests read; a replica may answer. */
  read(keys: readonly string[]): Promise<(string | null)[]>;
  /** The resources as they are now, in the order of the names. Never from a replica. */
  look(names: readonly ResourceName[]): Promise<Stored[]>;
  /**
   * One transaction: every change is made, or none. First all look-ups of the resources that are named go, then the new
   * ones come, so that two resources can exchange theirs. A resource stands in it at most once.
   *
   * @param by who makes it: the administrator's name, for the history
   * @param at when, in seconds since 1970
   */
  change(changes: readonly Change[], by: string, at: number): Promise<Changed>;
  /** One page of the resources of a type, in the order of their ids by code units. Takes no longer when there are many. */
  list(query: Query): Promise<Page>;
  /** One page of the versions of a resource, newest first: at most the last 100 are kept, those of a deleted one too. */
  history(query: HistoryQuery): Promise<History>;
  /** The same directory, read where it is written: where there is a replica. */
  readonly strong?: Directory;
  /** What is not published yet, where `read` is answered by a replica. */
  waiting?(): Promise<Waiting>;
}

/** `Type/id`, in its two parts. */
export interface ResourceName {
  /** `Client`, `TokenIntrospector` or `User`. */
  type: string;
  /** The id of the resource. */
  id: string;
}

/** A resource as it is now. */
export interface Stored {
  /** The version of its last change, a deletion too; 0 if there never was one. */
  version: number;
  /** Null when there is none. */
  document: string | null;
}

/** One resource's part of a transaction. */
export interface Change extends ResourceName {
  /** The version of the last change that is to be replaced; 0 if there must not have been one. */
  expected: number;
  /** The version of this change: greater than `expected`. */
  version: number;
  /** Null deletes. */
  document: string | null;
  /** The document without its secrets, for the history. */
  shown: string | null;
  /** The name by which it can be listed. */
  name: string | null;
  /** Look-ups that no other resource may have. */
  unique: readonly string[];
  /** Look-ups that other resources may have, too. */
  shared: readonly string[];
}

/** What came of a transaction. Where it is not done, nothing was changed. */
export type Changed =
  | {
      /** All of it is done. */
      done: true;
    }
  | {
      /** The change at this place (from 0) expected another version than there is. */
      outdated: number;
    }
  | {
      /** The change at this place (from 0) wants a unique look-up that another resource has. */
      taken: number;
      /** The look-up. */
      key: string;
      /** Who has it, `Type/id`. */
      holder: string;
    };

/** Which resources to list. All that is given must be met. */
export interface Query {
  /** `Client`, `TokenIntrospector` or `User`. */
  type: string;
  /** The id of the resource. */
  id?: string;
  /** The name by which it is listed. */
  name?: string;
  /** Unique look-ups that it must have: each of them. */
  lookups?: readonly string[];
  /** How many to pass over. */
  offset: number;
  /** How many to give at most. */
  count: number;
}

/** One page, and how many there are in all. */
export interface Page {
  /** How many there are in all. */
  total: number;
  /** The documents of this page, JSON texts. */
  documents: string[];
}

/** Which versions to give. */
export interface HistoryQuery extends ResourceName {
  /** How many to pass over. */
  offset: number;
  /** How many to give at most. */
  count: number;
}

/** One page of versions, newest first, and how many there are in all. */
export interface History {
  /** How many there are in all. */
  total: number;
  /** The versions of this page. */
  versions: Version[];
}

/** One version of a resource. */
export interface Version {
  /** It counts 1, 2, 3 for each resource. */
  version: number;
  /** When it was made, in seconds since 1970. */
  at: number;
  /** Who made it: the administrator's name. */
  by: string;
  /** Without secrets; null for a deletion. */
  document: string | null;
}

/** What waits to be published. */
export interface Waiting {
  /** Keys. */
  waiting: number;
  /** Since when the oldest waits, seconds since 1970; null when none does. */
  since: number | null;
}

/** How many versions of a resource are kept. */
export const VERSIONS = 100;
