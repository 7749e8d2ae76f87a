import { converse, type Finished } from "./dialogue.js";
import type { Hosts } from "./effects.js";
import { type Core, put, Trapped, type WasmCore } from "./engine.js";
import { serve } from "./fetch_handler.js";
import { isPlain, need } from "./misuse.js";
import { OAuthError, type Refusal } from "./oauth_error.js";
import type { StsOptions } from "./options.js";
import { startService } from "./service.js";
import type { ExchangeAnswer, ExchangeParameters, IntrospectionAnswer, PresentedToken } from "./types/tokens.js";
import type { WebRequest, WebResponse } from "./web.js";

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
  const { core, hosts } = await startService(options);
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
  const { core, hosts } = await startService(options);
  try {
    return await exchanged(parameters, core, hosts);
  } finally {
    core.free();
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
