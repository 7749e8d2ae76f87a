import { probe } from "./dialogue.js";
import type { Hosts, RateLimit } from "./effects.js";
import { Core, load, provideModule, Trapped } from "./engine.js";
import { durableGrants, type GrantNamespace } from "./grants/durable.js";
import { refuse, serve } from "./http.js";
import { type KeyValue, resourcesIn } from "./resources.js";
import wasm from "./wasm/edge_sts_bg.wasm";

export { Grant } from "./grants/grant.js";

provideModule(() => wasm);

/** The bindings of the Worker. Static assets (`ASSETS`) are served before it and need none of its code. */
export interface Env {
  /** KV namespace: the resources. */
  CONFIG: KeyValue;
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
  /** Secret: the administrator's bearer token. Without it there is no admin interface. */
  STS_ADMIN_TOKEN?: string;
  /** Rate-limit binding: counts failed client authentications. In memory when absent. */
  RATE_LIMIT?: RateLimit;
  /** Seconds that resources are kept in memory; 30 when absent. */
  STS_CACHE_TTL?: string;
}

/**
 * The ready Worker. To serve it from a Worker project of your own:
 *
 * @example
 * ```js
 * export { default, Grant } from "edge-sts/worker";
 * ```
 */
const worker = {
  async fetch(request: Request, env: Env): Promise<Response> {
    load();
    try {
      const service = serviceOf(env);
      if (!("core" in service)) return refuse(request, service.faults);
      if (!service.probed) await tryKeys(service);
      if (service.faults.length > 0) return refuse(request, service.faults);
      return serve(request, service.core, service.hosts);
    } catch (error) {
      if (error instanceof Trapped) return refuse(request, ["the service failed and was started anew"]);
      throw error;
    }
  },
};

export default worker;

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
  "GRANTS",
  "STS_ISSUER",
  "STS_SIGNING_KEYS",
  "STS_SIGNING_KEYS_2",
  "STS_SIGN_WITH",
  "STS_ADMIN_TOKEN",
  "STS_CACHE_TTL",
  "RATE_LIMIT",
] satisfies (keyof Env)[];

function newService(env: Env): Service {
  const faults = missing(env);
  if (faults.length > 0) return { faults };
  try {
    const core = new Core({
      issuer: env.STS_ISSUER,
      signing_keys: env.STS_SIGNING_KEYS,
      writable: true,
      ...(env.STS_SIGNING_KEYS_2 === undefined ? {} : { signing_keys_2: env.STS_SIGNING_KEYS_2 }),
      ...(env.STS_SIGN_WITH === undefined ? {} : { sign_with: env.STS_SIGN_WITH }),
      ...(env.STS_ADMIN_TOKEN === undefined ? {} : { admin_token: env.STS_ADMIN_TOKEN }),
      ...(env.STS_CACHE_TTL === undefined ? {} : { cache_ttl: Number(env.STS_CACHE_TTL) }),
    });
    const resources = resourcesIn(env.CONFIG);
    const hosts = { resources, grants: durableGrants(env.GRANTS), rateLimit: env.RATE_LIMIT, now, deliver };
    return { core, hosts, probed: false, faults: [] };
  } catch (error) {
    // The core's sentences say what to do and never hold a value.
    if (error instanceof TypeError) return { faults: [error.message] };
    throw error;
  }
}

function missing(env: Env): string[] {
  const faults = [];
  if (typeof env.CONFIG?.get !== "function") faults.push("CONFIG: bind a KV namespace under this name");
  if (typeof env.GRANTS?.idFromName !== "function") {
    faults.push("GRANTS: bind a Durable Object namespace with the class Grant under this name");
  }
  if (env.RATE_LIMIT !== undefined && typeof env.RATE_LIMIT.limit !== "function") {
    faults.push("RATE_LIMIT: bind a rate limit under this name, or nothing");
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
