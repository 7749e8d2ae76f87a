import type { Change, Directory, HistoryQuery, Query, ResourceName } from "./directory/directory.js";
import { isOfNewerTables, NEWER_TABLES } from "./directory/newer_tables.js";
import type { GrantStore } from "./grants/store.js";
import type { Meter } from "./metrics/meter.js";
import type { Outgoing } from "./outgoing.js";
import type { Key } from "./key_cache.js";
import { platform } from "./platform.js";

/** A rate-limit binding of the platform. */
export interface RateLimit {
  /** Counts one more event of this key. Resolves with whether it is within the limit (`success`). */
  limit(options: RateLimitKey): Promise<RateLimitOutcome>;
}

/** What is counted. */
export interface RateLimitKey {
  /** The name under which events are counted together. */
  key: string;
}

/** What came of counting. */
export interface RateLimitOutcome {
  /** Whether the event is within the limit. */
  success: boolean;
}

/** What a core finds outside: everything that its effects are performed on. */
export interface Hosts {
  readonly directory: Directory;
  readonly grants: GrantStore;
  readonly rateLimit?: RateLimit | undefined;
  /** Names inside the own network that may be fetched from. */
  readonly privateHosts?: readonly string[] | undefined;
  /** Seconds since 1970, with their fraction: the core takes the whole ones, and measures durations with the rest. */
  now(): number;
  /** Takes one audit event, a line of JSON. Must not throw. */
  deliver(event: string): void;
  /** Counts, where anybody wants it: then the core is made with `counts`. */
  readonly meter?: Meter | undefined;
}

type Effect =
  | { op: "read"; keys: string[] }
  | { op: "look"; names: ResourceName[] }
  | { op: "change"; changes: Change[]; by: string; at: number }
  | { op: "list"; query: Query }
  | { op: "history"; query: HistoryQuery }
  | { op: "waiting" }
  | { op: "grant_read"; grant: string }
  | { op: "grant_write"; grant: string; expected: number | null; value: string; expires: number }
  | { op: "sign"; alg: string; key: Key; data: string }
  | ({ op: "fetch" } & Outgoing)
  | { op: "pause"; milliseconds: number }
  | { op: "can_verify"; alg: string; key: Key }
  | { op: "limit"; name: string }
  | { op: "verify"; alg: string; key: Key; data: string; signature: string };

/**
 * Performs all effects of a request side by side (JSON text in, JSON text of the results out). It never rejects: an
 * effect that fails is reported as failed, and what follows from that is the core's decision.
 */
export async function perform(effects: string, hosts: Hosts): Promise<string> {
  const asked = JSON.parse(effects) as (Effect & { id: number })[];
  const [only, ...others] = asked;
  if (only !== undefined && others.length === 0) return `[${await result(only, hosts)}]`;
  const results = await Promise.all(asked.map((effect) => result(effect, hosts)));
  return `[${results.join(",")}]`;
}

async function result(effect: Effect & { id: number }, hosts: Hosts): Promise<string> {
  try {
    return JSON.stringify({ id: effect.id, ok: await outcome(effect, hosts) });
  } catch (error) {
    // The name only: a store of somebody else may put anything into its messages.
    hosts.meter?.failed(effect.op);
    const newer = isOfNewerTables(error);
    const name = error instanceof Error ? error.name : typeof error;
    console.error(`edge-sts: ${effect.op} failed: ${newer ? NEWER_TABLES : name}`);
    return JSON.stringify({ id: effect.id, failed: newer ? "later_version" : true });
  }
}

function outcome(effect: Effect, { directory, grants, rateLimit, privateHosts }: Hosts): unknown {
  switch (effect.op) {
    case "read":
      return directory.read(effect.keys);
    case "look":
      return directory.look(effect.names);
    case "change":
      return directory.change(effect.changes, effect.by, effect.at);
    case "list":
      return directory.list(effect.query);
    case "history":
      return directory.history(effect.query);
    case "waiting":
      return directory.waiting?.() ?? null;
    case "grant_read":
      return grants.read(effect.grant);
    case "grant_write":
      return grants.write(effect.grant, effect.expected, effect.value, effect.expires);
    case "sign":
      return platform().sign(effect.alg, effect.key, effect.data);
    case "can_verify":
      return platform().canVerify(effect.alg, effect.key);
    case "fetch":
      return platform().send(effect, privateHosts);
    case "pause":
      return new Promise((resolve) => setTimeout(resolve, effect.milliseconds, true));
    case "limit":
      return rateLimit === undefined ? null : rateLimit.limit({ key: effect.name }).then(({ success }) => success);
    case "verify":
      return platform().verify(effect.alg, effect.key, effect.data, effect.signature);
  }
}
