import type { AuditEvent } from "./audit_event.js";
import { converse, probe } from "./dialogue.js";
import type { Directory } from "./directory/directory.js";
import { kvDirectory } from "./directory/kv.js";
import { type ListedDirectory, memoryDirectory } from "./directory/list.js";
import type { Hosts, RateLimit } from "./effects.js";
import { Core, load, Trapped } from "./engine.js";
import { memoryGrants } from "./grants/memory.js";
import type { GrantStore } from "./grants/store.js";
import { serve } from "./http.js";
import { nearest } from "./nearest.js";
import { OAuthError, type Refusal } from "./oauth_error.js";
import { privateHostsFault } from "./private_hosts.js";
import { Counters } from "./metrics/counters.js";
import type { KeyValue } from "./resources.js";

/** The parameters of a token request (RFC 8693 section 2.1, RFC 6749 section 6). Every one is a string. */
export interface ExchangeParameters {
  /** Token exchange when left out. */
  grant_type?: string;
  client_id?: string;
  client_secret?: string;
  subject_token?: string;
  subject_token_type?: string;
  actor_token?: string;
  actor_token_type?: string;
  requested_token_type?: string;
  /** Scopes with a space between them. */
  scope?: string;
  audience?: string | readonly string[];
  resource?: string | readonly string[];
  refresh_token?: string;
  /** An identity assertion, with the grant `urn:ietf:params:oauth:grant-type:jwt-bearer`. */
  assertion?: string;
  [parameter: string]: string | readonly string[] | undefined;
}

/** The answer of the token endpoint (RFC 8693 section 2.2.1). */
export interface ExchangeAnswer {
  access_token: string;
  issued_token_type: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
  scope?: string;
  refresh_token?: string;
}

export type { AuditEvent, AuditFinding, AuditParty, ClaimedMembers, RefusedToken } from "./audit_event.js";

/** A JWK Set (RFC 7517 section 5), or its JSON text. */
export type KeySet = { keys: readonly object[] } | string;

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
  resources: readonly object[] | KeyValue | Directory;
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
  /** Takes each audit event. When left out, each is one line of JSON on the console. */
  onEvent?: (event: AuditEvent) => void;
}

/** A security token service. */
export interface Sts {
  /**
   * Performs a token request: what `POST /auth/token` does, without HTTP. The client's credentials are parameters. There
   * is no DPoP proof here: what it gives is not bound to a key, and a Client that needs a proof is refused (`dpop.missing`).
   * Rejects with `OAuthError` when it is refused, with `TypeError` when the parameters are not plain strings.
   */
  exchange(parameters: ExchangeParameters): Promise<ExchangeAnswer>;
  /**
   * Answers an HTTP request, on every path of the service. `from.address`: the IP address that it came from, as your
   * server knows it: failures of public clients are counted by it, too.
   */
  fetch(request: Request, from?: { readonly address?: string | undefined }): Promise<Response>;
}

/**
 * Makes a security token service. It holds no state but its cache: resources and grants live in the given stores.
 * Rejects with a `TypeError` that says what to do when an option is wrong.
 *
 * @example
 * ```js
 * import { createHmac } from "node:crypto";
 * import { createSts } from "edge-sts";
 *
 * const secret = "the issuer and this service know this";
 * const sts = await createSts({
 *   issuer: "https://sts.example",
 *   signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" }] },
 *   resources: [
 *     {
 *       resourceType: "Client",
 *       id: "tokenexchange",
 *       secret: "test",
 *       grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
 *       allowedIssuers: ["https://issuer.example"],
 *       auth: { token_exchange: { token_format: "jwt", access_token_expiration: 360 } },
 *     },
 *     {
 *       resourceType: "TokenIntrospector",
 *       id: "external-auth-server",
 *       type: "jwt",
 *       jwt: { iss: "https://issuer.example", secret },
 *     },
 *     { resourceType: "User", id: "alice" },
 *   ],
 * });
 *
 * const json = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
 * const exp = Math.floor(Date.now() / 1000) + 600;
 * const input = `${json({ alg: "HS256" })}.${json({ iss: "https://issuer.example", sub: "alice", exp })}`;
 * const subject_token = `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
 *
 * const answer = await sts.exchange({
 *   client_id: "tokenexchange",
 *   client_secret: "test",
 *   subject_token,
 *   subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
 *   scope: "openid",
 * });
 * console.log(answer.expires_in); // 360
 * ```
 */
export async function createSts(options: StsOptions): Promise<Sts> {
  const { core, hosts } = await start(options);
  return {
    exchange: (parameters) => perform(parameters, core, hosts),
    async fetch(request, from) {
      if (typeof request?.url !== "string" || typeof request.headers?.get !== "function") {
        throw new TypeError("sts.fetch needs a Request: sts.fetch(new Request(url, init))");
      }
      return serve(request, core, hosts, from?.address);
    },
  };
}

/**
 * Performs one token request with a service that is made for it and forgotten: for scripts and tests. Options, answer
 * and errors are those of `createSts` and `sts.exchange`. Grants that it issues are gone with it unless `grants` is given.
 *
 * @example
 * ```js
 * import { exchange } from "edge-sts";
 *
 * const options = {
 *   issuer: "https://sts.example",
 *   signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" }] },
 *   resources: [],
 * };
 * const parameters = { client_id: "nobody", client_secret: "x", subject_token: "y", subject_token_type: "z" };
 * await exchange(parameters, options).catch((error) => console.log(error.error)); // invalid_client
 * ```
 */
export async function exchange(parameters: ExchangeParameters, options: StsOptions): Promise<ExchangeAnswer> {
  checkParameters(parameters);
  const { core, hosts } = await start(options);
  try {
    return await perform(parameters, core, hosts);
  } finally {
    core.free();
  }
}

interface Service {
  core: Core;
  hosts: Hosts;
}

async function start(options: StsOptions): Promise<Service> {
  checkOptions(options);
  await load();
  const now = options.now === undefined ? systemClock : checkedClock(options.now);
  const directory = consistent(directoryOf(options.resources), options.consistency);
  if ("fill" in directory) await (directory as ListedDirectory).fill(now());
  const grants = options.grants ?? memoryGrants({ now });
  const core = new Core({
    issuer: options.issuer,
    signing_keys: textOf(options.signingKeys),
    ...(options.signingKeys2 === undefined ? {} : { signing_keys_2: textOf(options.signingKeys2) }),
    ...(options.signWith === undefined ? {} : { sign_with: options.signWith }),
    writable: directory.writable,
    replicated: directory.replicated,
    dpop_nonces: options.dpopNonce === "on",
    dpop_replay_store: options.dpopReplay === "store",
    ...(options.adminTokens === undefined ? {} : { admin_tokens: textOf(options.adminTokens) }),
    ...(grants.since === undefined ? {} : { grants_since: Math.floor(grants.since) }),
    ...(options.secretPepper === undefined ? {} : { secret_pepper: options.secretPepper }),
    ...(options.adminToken === undefined ? {} : { admin_token: options.adminToken }),
    ...(options.cacheTtl === undefined ? {} : { cache_ttl: options.cacheTtl }),
    ...(options.metrics === true ? { metrics: true, counts: true } : {}),
  });
  const deliver = deliverTo(options.onEvent);
  const { rateLimit, privateHosts } = options;
  const meter = options.metrics === true ? new Counters() : undefined;
  const hosts = { directory, grants, now, deliver, rateLimit, privateHosts, meter };
  const fault = await probe(core, hosts);
  if (fault !== undefined) throw new TypeError(fault);
  return { core, hosts };
}

async function perform(parameters: ExchangeParameters, core: Core, hosts: Hosts): Promise<ExchangeAnswer> {
  checkParameters(parameters);
  const text = JSON.stringify(parameters);
  try {
    const answer = converse(core, hosts, (wasm, now) => wasm.exchange(text, now));
    const { refused, payload } = answer instanceof Promise ? await answer : answer;
    if (refused) throw new OAuthError(JSON.parse(payload) as Refusal);
    return JSON.parse(payload) as ExchangeAnswer;
  } catch (error) {
    throw error instanceof Trapped ? new OAuthError(FAILED) : error;
  }
}

const FAILED: Refusal = {
  error: "temporarily_unavailable",
  error_description: "The service failed at this request. Try again later.",
  status: 503,
  reason: "internal_error",
};

function directoryOf(resources: StsOptions["resources"]): Directory {
  if (isList(resources)) return memoryDirectory(resources);
  return isDirectory(resources) ? resources : kvDirectory(resources);
}

function consistent(directory: Directory, consistency: StsOptions["consistency"]): Directory {
  if (consistency !== "strong" || !directory.replicated) return directory;
  need(directory.strong !== undefined, "consistency: this store of resources cannot be read strongly");
  return directory.strong;
}

function isList(resources: StsOptions["resources"]): resources is readonly object[] {
  return Array.isArray(resources);
}

function isDirectory(resources: KeyValue | Directory): resources is Directory {
  return typeof (resources as Directory).look === "function" && typeof (resources as Directory).read === "function";
}

function textOf(value: object | string): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function systemClock(): number {
  return Date.now() / 1000;
}

function checkedClock(now: () => number): () => number {
  return () => {
    const seconds = now();
    if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError("now must return seconds since 1970");
    return seconds;
  };
}

// A listener that fails, now or later, is the listener's matter: the decision stands.
function deliverTo(onEvent?: (event: AuditEvent) => unknown): (event: string) => void {
  if (onEvent === undefined) return (event) => console.log(event);
  const failed = (): void => console.error("edge-sts: onEvent failed");
  return (event) => {
    try {
      const later = onEvent(JSON.parse(event) as AuditEvent);
      if (later instanceof Promise) later.catch(failed);
    } catch {
      failed();
    }
  };
}

function checkOptions(options: StsOptions): void {
  need(isObject(options), "the options must be an object with issuer, signingKeys and resources");
  for (const name of Object.keys(options)) {
    // The name is not repeated: a secret may stand there by mistake.
    const meant = nearest(name, [...OPTIONS]);
    const hint = meant === undefined ? `there are ${[...OPTIONS].join(", ")}` : `did you mean ${meant}?`;
    need(OPTIONS.has(name), `there is an option that is not known; ${hint}`);
  }
  const { issuer, signingKeys, signingKeys2, signWith, resources, grants } = options;
  const { adminToken, adminTokens, secretPepper } = options;
  const { dpopNonce, dpopReplay } = options;
  const { rateLimit, consistency, cacheTtl, privateHosts, metrics, now, onEvent } = options;
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
  "onEvent",
] satisfies (keyof StsOptions)[]);

function checkParameters(parameters: ExchangeParameters): void {
  need(isPlain(parameters), "the parameters must be a plain object such as { subject_token, subject_token_type }");
  for (const name of Object.keys(parameters)) {
    const value: unknown = parameters[name];
    if (typeof value === "string" || value === undefined) continue;
    const list = (name === "audience" || name === "resource") && Array.isArray(value);
    need(
      list && value.every((member) => typeof member === "string"),
      "every parameter must be a string; audience and resource may be arrays of strings",
    );
  }
}

function isKeySet(value: unknown): boolean {
  return typeof value === "string" || (isObject(value) && Array.isArray((value as { keys?: unknown }).keys));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPlain(value: unknown): boolean {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of another realm too: a plain object's prototype has none itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function need(met: boolean, sentence: string): asserts met {
  if (!met) throw new TypeError(sentence);
}
