import { probe } from "./dialogue.js";
import type { Directory } from "./directory/directory.js";
import { type DirectoryNamespace, durableDirectory } from "./directory/durable.js";
import { kvDirectory } from "./directory/kv.js";
import type { Hosts, RateLimit } from "./effects.js";
import { Core, load, provideModule, Trapped } from "./engine.js";
import { refuse, serve } from "./fetch_handler.js";
import { durableGrants, type GrantNamespace } from "./grants/durable.js";
import { dataPoints, type Dataset } from "./metrics/data_points.js";
import type { KeyValue } from "./resources.js";
import wasm from "./wasm/edge_sts_bg.wasm";

export { Directory } from "./directory/object.js";
export { Grant } from "./grants/grant.js";
export type { DataPoint, Dataset } from "./metrics/data_points.js";

provideModule(() => wasm);

/** The bindings of the Worker. */
export interface Env {
  /** KV namespace: the resources as requests read them. */
  CONFIG: KeyValue;
  /**
   * Durable Object namespace of the class `Directory`: the resources as the administrator wrote them, published to
   * `CONFIG`. Without it `CONFIG` holds what an operator put there, and the administrator's interface only reads.
   */
  DIRECTORY?: DirectoryNamespace<unknown>;
  /** Durable Object namespace of the class `Grant`. */
  GRANTS: GrantNamespace<unknown>;
  /** The URL of this service. */
  STS_ISSUER: string;
  /** Secret: the private JWK Set, JSON text. */
  STS_SIGNING_KEYS: string;
  /** Secret: a second one, verified and published as well, so that keys can be rotated that cannot be read back. */
  STS_SIGNING_KEYS_2?: string;
  /** The `kid` of the key that signs; the first one of `STS_SIGNING_KEYS` when absent. */
  STS_SIGN_WITH?: string;
  /** Secret: the administrator's bearer token. Without it and `STS_ADMIN_TOKENS` there is no admin interface. */
  STS_ADMIN_TOKEN?: string;
  /** Secret: a JSON object of administrators' names and tokens, or `__sha256:` and the digest of one. */
  STS_ADMIN_TOKENS?: string;
  /** Secret: the key under which secrets of Clients are stored, at least 32 bytes. */
  STS_SECRET_PEPPER?: string;
  /** Whether DPoP proofs need a nonce of this service: `off` (the default) or `on`. */
  STS_DPOP_NONCE?: string;
  /** Whether a DPoP proof serves while it is new (`window`, the default), or once (`store`: one object of `GRANTS` each). */
  STS_DPOP_REPLAY?: string;
  /** Where resources are read: `eventual` (KV, the default) or `strong` (the directory). */
  STS_CONSISTENCY?: string;
  /** Static assets: the page. They are served before the Worker, but for `/`. */
  ASSETS?: Assets;
  /** Rate-limit binding: counts failed client authentications. In memory when absent. */
  RATE_LIMIT?: RateLimit;
  /** Analytics Engine dataset: one data point for each audit event, see `data_points.ts`. Nothing is counted without it. */
  METRICS?: Dataset;
  /** Seconds that resources are kept in memory; 30 when absent. */
  STS_CACHE_TTL?: string;
}

/** A binding of static assets. */
export interface Assets {
  /** The file that a request asks for. */
  fetch(request: Request): Promise<Response>;
}

/**
 * The ready Worker. To serve it from a Worker project of your own:
 *
 * @example
 * ```js
 * export { default, Directory, Grant } from "edge-sts/worker";
 * ```
 */
const worker = {
  async fetch(request: Request, env: Env, context?: Context): Promise<Response> {
    if (env.ASSETS !== undefined && wantsPage(request)) return env.ASSETS.fetch(request);
    return answerTo(request, env, context);
  },
};

export default worker;

interface Context {
  waitUntil?(promise: Promise<unknown>): void;
}

function wantsPage({ method, url }: Request): boolean {
  return (method === "GET" || method === "HEAD") && new URL(url).pathname === "/";
}

async function answerTo(request: Request, env: Env, context: Context | undefined): Promise<Response> {
  load();
  try {
    const service = serviceOf(env);
    if (!("core" in service)) return refuse(request, service.faults);
    if (!service.probed) await tryKeys(service);
    if (service.faults.length > 0) return refuse(request, service.faults);
    // Cloudflare sets it, and takes away what a client sent.
    const address = request.headers.get("cf-connecting-ip");
    // A client that goes away does not take with it the keys that its request fetches, for which others may wait.
    return serve(request, service.core, service.hosts, address, (answer) => context?.waitUntil?.(answer));
  } catch (error) {
    if (error instanceof Trapped) return refuse(request, ["the service failed and was started anew"]);
    throw error;
  }
}

interface Ready {
  core: Core;
  hosts: Hosts;
  /** Whether the signing keys were tried. */
  probed: boolean;
  faults: string[];
}

type Service = Ready | { faults: string[] };

// Before the first answer; a request must not wait for what another one has begun, so that each does it itself until
// one is done.
async function tryKeys(service: Ready): Promise<void> {
  const fault = await probe(service.core, service.hosts);
  service.probed = true;
  if (fault !== undefined) service.faults = [fault];
}

// One for the isolate: it is what is cached in it that makes a warm exchange fast.
let known: { env: Env; service: Service } | undefined;

function serviceOf(env: Env): Service {
  if (known !== undefined && (known.env === env || BINDINGS.every((name) => known?.env[name] === env[name]))) {
    return known.service;
  }
  const service = newService(env);
  known = { env, service };
  return service;
}

const BINDINGS = [
  "CONFIG",
  "DIRECTORY",
  "GRANTS",
  "STS_ISSUER",
  "STS_SIGNING_KEYS",
  "STS_SIGNING_KEYS_2",
  "STS_SIGN_WITH",
  "STS_ADMIN_TOKEN",
  "STS_ADMIN_TOKENS",
  "STS_SECRET_PEPPER",
  "STS_CONSISTENCY",
  "STS_DPOP_NONCE",
  "STS_DPOP_REPLAY",
  "STS_CACHE_TTL",
  "RATE_LIMIT",
  "METRICS",
] satisfies (keyof Env)[];

function newService(env: Env): Service {
  const faults = missing(env);
  if (faults.length > 0) return { faults };
  try {
    const directory = directoryOf(env);
    const core = new Core({
      issuer: env.STS_ISSUER,
      signing_keys: env.STS_SIGNING_KEYS,
      writable: directory.writable,
      replicated: directory.replicated,
      counts: env.METRICS !== undefined,
      dpop_nonces: env.STS_DPOP_NONCE === "on",
      dpop_replay_store: env.STS_DPOP_REPLAY === "store",
      ...(env.STS_SIGNING_KEYS_2 === undefined ? {} : { signing_keys_2: env.STS_SIGNING_KEYS_2 }),
      ...(env.STS_SIGN_WITH === undefined ? {} : { sign_with: env.STS_SIGN_WITH }),
      ...(env.STS_ADMIN_TOKEN === undefined ? {} : { admin_token: env.STS_ADMIN_TOKEN }),
      ...(env.STS_ADMIN_TOKENS === undefined ? {} : { admin_tokens: env.STS_ADMIN_TOKENS }),
      ...(env.STS_SECRET_PEPPER === undefined ? {} : { secret_pepper: env.STS_SECRET_PEPPER }),
      ...(env.STS_CACHE_TTL === undefined ? {} : { cache_ttl: Number(env.STS_CACHE_TTL) }),
    });
    const meter = env.METRICS === undefined ? undefined : dataPoints(env.METRICS);
    const hosts = { directory, grants: durableGrants(env.GRANTS), rateLimit: env.RATE_LIMIT, now, deliver, meter };
    return { core, hosts, probed: false, faults: [] };
  } catch (error) {
    // The core's sentences say what to do and never hold a value.
    if (error instanceof TypeError) return { faults: [error.message] };
    throw error;
  }
}

function directoryOf({ CONFIG, DIRECTORY, STS_CONSISTENCY = "eventual" }: Env): Directory {
  if (DIRECTORY === undefined) return kvDirectory(CONFIG);
  return durableDirectory(DIRECTORY, CONFIG, { consistency: STS_CONSISTENCY as "eventual" | "strong" });
}

function missing(env: Env): string[] {
  const faults = [];
  if (typeof env.CONFIG?.get !== "function") faults.push("CONFIG: bind a KV namespace under this name");
  if (typeof env.GRANTS?.idFromName !== "function") {
    faults.push("GRANTS: bind a Durable Object namespace with the class Grant under this name");
  }
  if (env.DIRECTORY !== undefined && typeof env.DIRECTORY?.idFromName !== "function") {
    faults.push("DIRECTORY: bind a Durable Object namespace with the class Directory under this name, or nothing");
  }
  if (env.STS_CONSISTENCY !== undefined && !["eventual", "strong"].includes(env.STS_CONSISTENCY)) {
    faults.push("STS_CONSISTENCY: set this variable to eventual or strong");
  }
  if (env.STS_CONSISTENCY === "strong" && env.DIRECTORY === undefined) {
    faults.push("STS_CONSISTENCY: strong needs the binding DIRECTORY");
  }
  if (env.STS_DPOP_NONCE !== undefined && !["off", "on"].includes(env.STS_DPOP_NONCE)) {
    faults.push("STS_DPOP_NONCE: set this variable to off or on");
  }
  if (env.STS_DPOP_REPLAY !== undefined && !["window", "store"].includes(env.STS_DPOP_REPLAY)) {
    faults.push("STS_DPOP_REPLAY: set this variable to window or store");
  }
  if (env.RATE_LIMIT !== undefined && typeof env.RATE_LIMIT.limit !== "function") {
    faults.push("RATE_LIMIT: bind a rate limit under this name, or nothing");
  }
  if (env.METRICS !== undefined && typeof env.METRICS.writeDataPoint !== "function") {
    faults.push("METRICS: bind an Analytics Engine dataset under this name, or nothing");
  }
  if (!env.STS_ISSUER) faults.push("STS_ISSUER: set this variable to the URL of the service");
  if (!env.STS_SIGNING_KEYS) faults.push("STS_SIGNING_KEYS: set this secret to a private JWK Set");
  if (env.STS_CACHE_TTL !== undefined && !/^[0-9]{1,4}$/.test(env.STS_CACHE_TTL)) {
    faults.push("STS_CACHE_TTL: set this variable to a number of seconds, 0 to 3600");
  }
  return faults;
}

function now(): number {
  return Date.now() / 1000;
}

function deliver(event: string): void {
  console.log(event);
}
