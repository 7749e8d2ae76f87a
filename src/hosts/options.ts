import type { Directory } from "./directory/directory.js";
import type { RateLimit } from "./effects.js";
import type { GrantStore } from "./grants/store.js";
import { isObject, isPlain, need } from "./misuse.js";
import { nearest } from "./nearest.js";
import { privateHostsFault } from "./private_hosts.js";
import type { KeyValue } from "./resources.js";
import type { AuditEvent } from "./types/audit_event.js";
import type { Resource } from "./types/resources.js";
import { isWasmSource, WASM } from "./wasm_source.js";
import type { WasmSource } from "./web.js";

/** A JWK Set (RFC 7517 section 5), or its JSON text. */
export type KeySet = JsonWebKeySet | string;

/** A JWK Set (RFC 7517 section 5). */
export interface JsonWebKeySet {
  /** Its keys, each a JWK. */
  keys: readonly object[];
}

/** How a service is set up. */
export interface StsOptions {
  /** The issuer: an https URL (http on loopback) without query, fragment and trailing slash. */
  issuer: string;
  /** A private JWK Set, or its JSON text. The first key signs if `signWith` names no other; the others still verify. */
  signingKeys: KeySet;
  /** A second set, verified and published as well, so that keys can be rotated that cannot be read back. */
  signingKeys2?: KeySet;
  /** The `kid` of the key that signs. */
  signWith?: string;
  /**
   * Clients, introspectors and users: an array of resources, kept in memory; a directory such as `sqliteDirectory(path)`;
   * or a store with `get(key)` that somebody filled, such as a KV namespace, which is only read.
   */
  resources: readonly Resource[] | KeyValue | Directory;
  /** Where grants live. In memory when left out. */
  grants?: GrantStore;
  /** The bearer token of the administrator. Without it and `adminTokens` there is no admin interface. */
  adminToken?: string;
  /** Administrators' names and their bearer tokens, or `__sha256:` and the digest of one. Events say who it was. */
  adminTokens?: Readonly<Record<string, string>> | string;
  /**
   * The key under which secrets of Clients are stored, at least 32 bytes. Without it they are stored as their digests,
   * as Aidbox does. Secrets that were stored without it go on; those that were stored with it need it.
   */
  secretPepper?: string;
  /**
   * Counts failed client authentications, such as a rate-limit binding of Cloudflare Workers; beyond its limit they are
   * answered with 429. In memory, 100 a minute for each client, when left out.
   */
  rateLimit?: RateLimit;
  /**
   * Where requests read the resources of a directory that has a replica: the replica (`eventual`, the default) or the
   * directory itself (`strong`).
   */
  consistency?: "eventual" | "strong";
  /** Whether DPoP proofs need a nonce of this service; `off` when left out. */
  dpopNonce?: "off" | "on";
  /**
   * Whether a DPoP proof serves while it is new (`window`, the default), or once (`store`), which costs one write to
   * `grants` for each.
   */
  dpopReplay?: "window" | "store";
  /** How long resources are kept in memory, in seconds: 0 to 3600, 30 when left out. */
  cacheTtl?: number;
  /**
   * Names of issuers inside the own network that may be fetched from although they lead to private addresses: host names,
   * and suffixes that begin with a dot, such as `.svc.cluster.local`. In Node; elsewhere the platform decides.
   */
  privateHosts?: readonly string[];
  /**
   * Whether it counts what it decides, and `GET /metrics` gives an administrator the counters in the text format of
   * Prometheus. They are this process's own, and begin with it. Off when left out.
   */
  metrics?: boolean;
  /** The clock, in seconds since 1970: for tests. */
  now?: () => number;
  /**
   * The module, where it is not found by itself because a bundler or platform moves files; `edge-sts/inline` needs none. It
   * is loaded once for all services: the first `createSts` decides.
   */
  wasm?: WasmSource;
  /** Takes each audit event. When left out, each is one line of JSON on the console. */
  onEvent?: (event: AuditEvent) => void;
}

/** Throws a `TypeError` where an option is wrong. */
export function checkOptions(options: StsOptions): void {
  need(isObject(options), "the options must be an object with issuer, signingKeys and resources");
  for (const name of Object.keys(options)) {
    const meant = nearest(name, [...OPTIONS]);
    const hint = meant === undefined ? `there are ${[...OPTIONS].join(", ")}` : `did you mean ${meant}?`;
    // What looks like no name is not repeated: a secret may stand there by mistake.
    const which = /^[a-z]+(?:[A-Z_][a-z]+){0,3}$/.test(name) && name.length <= 32 ? `the option ${name}` : "an option";
    need(OPTIONS.has(name), `${which} is not known; ${hint}`);
  }
  const { issuer, signingKeys, signingKeys2, signWith, resources, grants } = options;
  const { adminToken, adminTokens, secretPepper } = options;
  const { dpopNonce, dpopReplay } = options;
  const { rateLimit, consistency, cacheTtl, privateHosts, metrics, now, wasm, onEvent } = options;
  need(typeof issuer === "string", "issuer must be a string: the URL of this service");
  need(isKeySet(signingKeys), "signingKeys must be a private JWK Set ({ keys: [...] }) or its JSON text");
  need(
    signingKeys2 === undefined || isKeySet(signingKeys2),
    "signingKeys2 must be a private JWK Set ({ keys: [...] }) or its JSON text",
  );
  need(signWith === undefined || typeof signWith === "string", "signWith must be a string: the kid of a signing key");
  need(
    isObject(resources) &&
      (Array.isArray(resources) ||
        typeof (resources as KeyValue).get === "function" ||
        isDirectory(resources as KeyValue | Directory)),
    "resources must be an array of resources, a directory, or a store with get(key), such as a KV namespace",
  );
  need(
    grants === undefined || (typeof grants?.read === "function" && typeof grants.write === "function"),
    "grants must be a store with read and write, such as memoryGrants()",
  );
  need(
    rateLimit === undefined || typeof rateLimit?.limit === "function",
    "rateLimit must have limit({ key }), as a rate-limit binding has",
  );
  need(adminToken === undefined || typeof adminToken === "string", "adminToken must be a string");
  need(
    adminTokens === undefined || typeof adminTokens === "string" || isPlain(adminTokens),
    "adminTokens must be an object of names and tokens, or its JSON text",
  );
  need(secretPepper === undefined || typeof secretPepper === "string", "secretPepper must be a string");
  need(
    consistency === undefined || consistency === "eventual" || consistency === "strong",
    'consistency must be "eventual" or "strong"',
  );
  need(dpopNonce === undefined || ["off", "on"].includes(dpopNonce), 'dpopNonce must be "off" or "on"');
  need(dpopReplay === undefined || ["window", "store"].includes(dpopReplay), 'dpopReplay must be "window" or "store"');
  need(cacheTtl === undefined || typeof cacheTtl === "number", "cacheTtl must be a number of seconds");
  need(privateHosts === undefined || Array.isArray(privateHosts), "privateHosts must be an array of host names");
  const fault = privateHostsFault(privateHosts ?? []);
  need(fault === undefined, `privateHosts: ${fault}`);
  need(wasm === undefined || isWasmSource(wasm), WASM);
  need(metrics === undefined || typeof metrics === "boolean", "metrics must be true or false");
  need(now === undefined || typeof now === "function", "now must be a function that returns seconds");
  need(onEvent === undefined || typeof onEvent === "function", "onEvent must be a function");
}

const OPTIONS = new Set<string>([
  "issuer",
  "signingKeys",
  "signingKeys2",
  "signWith",
  "resources",
  "grants",
  "adminToken",
  "adminTokens",
  "secretPepper",
  "rateLimit",
  "consistency",
  "dpopNonce",
  "dpopReplay",
  "cacheTtl",
  "privateHosts",
  "metrics",
  "now",
  "wasm",
  "onEvent",
] satisfies (keyof StsOptions)[]);

/** Whether it is a directory, and not a store of values. */
export function isDirectory(resources: KeyValue | Directory): resources is Directory {
  return typeof (resources as Directory).look === "function" && typeof (resources as Directory).read === "function";
}

function isKeySet(value: unknown): boolean {
  return typeof value === "string" || (isObject(value) && Array.isArray((value as { keys?: unknown }).keys));
}
