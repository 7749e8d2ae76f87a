import { converse, type Finished, probe } from "./dialogue.js";
import type { Directory } from "./directory/directory.js";
import { kvDirectory } from "./directory/kv.js";
import { type ListedDirectory, memoryDirectory } from "./directory/list.js";
import type { Hosts } from "./effects.js";
import { Core, load, put, Trapped, type WasmCore } from "./engine.js";
import { memoryGrants } from "./grants/memory.js";
import { serve } from "./http.js";
import { Counters } from "./metrics/counters.js";
import { isPlain, need } from "./misuse.js";
import { OAuthError, type Refusal } from "./oauth_error.js";
import { checkOptions, isDirectory, type StsOptions } from "./options.js";
import type { AuditEvent } from "./types/audit_event.js";
import type { Resource } from "./types/resources.js";
import type { ExchangeAnswer, ExchangeParameters, IntrospectionAnswer, PresentedToken } from "./types/tokens.js";
import { compiled, NOT_THE_MODULE } from "./wasm_source.js";
import type { WasmSource, WebRequest, WebResponse } from "./web.js";

/**
 * A security token service.
 *
 * @example
 * ```js
 * import { createHmac } from "node:crypto";
 * import { createSts } from "edge-sts";
 *
 * const [iss, secret] = ["https://issuer.example", "the issuer and this service know this"];
 * const sts = await createSts({
 *   issuer: "https://sts.example",
 *   signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" }] },
 *   resources: [
 *     {
 *       resourceType: "Client",
 *       id: "ci",
 *       secret: "test",
 *       grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
 *       allowedIssuers: [iss],
 *     },
 *     { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss, secret }, user: "none" },
 *   ],
 *   onEvent: () => {}, // your audit log
 * });
 * const client = { client_id: "ci", client_secret: "test" };
 *
 * const json = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
 * const input = `${json({ alg: "HS256" })}.${json({ iss, sub: "job", exp: Math.floor(Date.now() / 1000) + 600 })}`;
 * const { access_token } = await sts.exchange({
 *   ...client,
 *   subject_token: `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`,
 *   subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
 * });
 * const answer = await sts.introspect({ ...client, token: access_token });
 * console.log(answer.active && answer.sub); // job
 *
 * await sts.revoke({ ...client, token: access_token });
 * console.log(await sts.introspect({ ...client, token: access_token })); // { active: false }
 *
 * const response = await sts.fetch(new Request("https://sts.example/health"));
 * console.log(response.status); // 200
 * ```
 */
export interface Sts {
  /**
   * Performs a token request: what `POST /auth/token` does, without HTTP. The client's credentials are parameters. There
   * is no DPoP proof here: what it gives is not bound to a key, and a Client that needs a proof is refused (`dpop.missing`).
   * Rejects with `OAuthError` when it is refused, with `TypeError` when the parameters are not plain strings.
   */
  exchange(parameters: ExchangeParameters): Promise<ExchangeAnswer>;
  /**
   * Says what a token of this service is: what `POST /auth/introspect` does (RFC 7662), without HTTP. To a client that the
   * token does not concern it is not active. Rejects as `exchange` does.
   */
  introspect(parameters: PresentedToken): Promise<IntrospectionAnswer>;
  /**
   * Ends a token, and the grant that it belongs to: what `POST /auth/revoke` does (RFC 7009), without HTTP. A token that is
   * not active is no fault. Rejects as `exchange` does.
   */
  revoke(parameters: PresentedToken): Promise<void>;
  /** Answers an HTTP request, on every path of the service. */
  fetch(request: WebRequest, from?: RequestSource): Promise<WebResponse>;
}

/** Where a request came from. */
export interface RequestSource {
  /** The IP address, as your server knows it. Failures of public clients are counted by it, too. */
  readonly address?: string | undefined;
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
    exchange: (parameters) => exchanged(parameters, core, hosts),
    async introspect(parameters) {
      const answer = perform(parameters, core, hosts, (wasm, bytes, now) => wasm.introspect(bytes, now));
      return JSON.parse(typeof answer === "string" ? answer : await answer) as IntrospectionAnswer;
    },
    async revoke(parameters) {
      await perform(parameters, core, hosts, (wasm, bytes, now) => wasm.revoke(bytes, now));
    },
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
    return await exchanged(parameters, core, hosts);
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
  await loadFrom(options.wasm);
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

async function loadFrom(wasm: WasmSource | undefined): Promise<void> {
  if (wasm === undefined) return load();
  try {
    await load(() => compiled(wasm));
  } catch (error) {
    // Of another version: it asks for other functions.
    throw error instanceof WebAssembly.LinkError ? new TypeError(NOT_THE_MODULE) : error;
  }
}

async function exchanged(parameters: ExchangeParameters, core: Core, hosts: Hosts): Promise<ExchangeAnswer> {
  const answer = perform(parameters, core, hosts, (wasm, bytes, now) => wasm.exchange(bytes, now));
  return JSON.parse(typeof answer === "string" ? answer : await answer) as ExchangeAnswer;
}

/** One request without HTTP. Gives its answer; without a promise, which takes time, where it need not wait. */
function perform(
  parameters: object,
  core: Core,
  hosts: Hosts,
  begin: (wasm: WasmCore, bytes: number, now: number) => string,
): string | Promise<string> {
  checkParameters(parameters);
  const text = JSON.stringify(parameters);
  try {
    const answer = converse(core, hosts, (wasm, now) => begin(wasm, put(wasm, text), now));
    return answer instanceof Promise ? answer.then(granted).catch(failed) : granted(answer);
  } catch (error) {
    return failed(error);
  }
}

function granted({ refused, payload }: Finished): string {
  if (refused) throw new OAuthError(JSON.parse(payload) as Refusal);
  return payload;
}

function failed(error: unknown): never {
  throw error instanceof Trapped ? new OAuthError(FAILED) : error;
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

function isList(resources: StsOptions["resources"]): resources is readonly Resource[] {
  return Array.isArray(resources);
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

function checkParameters(parameters: object): void {
  need(isPlain(parameters), "the parameters must be a plain object such as { subject_token, subject_token_type }");
  for (const [name, value] of Object.entries(parameters) as [string, unknown][]) {
    if (typeof value === "string" || value === undefined) continue;
    const list = (name === "audience" || name === "resource") && Array.isArray(value);
    need(
      list && value.every((member) => typeof member === "string"),
      "every parameter must be a string; audience and resource may be arrays of strings",
    );
  }
}
