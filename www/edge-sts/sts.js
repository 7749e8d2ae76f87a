import { converse, probe } from "./dialogue.js";
import { kvDirectory } from "./directory/kv.js";
import { memoryDirectory } from "./directory/list.js";
import { Core, load, Trapped } from "./engine.js";
import { memoryGrants } from "./grants/memory.js";
import { serve } from "./http.js";
import { nearest } from "./nearest.js";
import { OAuthError } from "./oauth_error.js";
import { privateHostsFault } from "./private_hosts.js";
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
export async function createSts(options) {
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
export async function exchange(parameters, options) {
  checkParameters(parameters);
  const { core, hosts } = await start(options);
  try {
    return await perform(parameters, core, hosts);
  } finally {
    core.free();
  }
}
async function start(options) {
  checkOptions(options);
  await load();
  const now = options.now === undefined ? systemClock : checkedClock(options.now);
  const directory = consistent(directoryOf(options.resources), options.consistency);
  if ("fill" in directory) await directory.fill(now());
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
  });
  const deliver = deliverTo(options.onEvent);
  const { rateLimit, privateHosts } = options;
  const hosts = { directory, grants, now, deliver, rateLimit, privateHosts };
  const fault = await probe(core, hosts);
  if (fault !== undefined) throw new TypeError(fault);
  return { core, hosts };
}
async function perform(parameters, core, hosts) {
  checkParameters(parameters);
  const text = JSON.stringify(parameters);
  try {
    const answer = converse(core, hosts, (wasm, now) => wasm.exchange(text, now));
    const { refused, payload } = answer instanceof Promise ? await answer : answer;
    if (refused) throw new OAuthError(JSON.parse(payload));
    return JSON.parse(payload);
  } catch (error) {
    throw error instanceof Trapped ? new OAuthError(FAILED) : error;
  }
}
const FAILED = {
  error: "temporarily_unavailable",
  error_description: "The service failed at this request. Try again later.",
  status: 503,
  reason: "internal_error",
};
function directoryOf(resources) {
  if (isList(resources)) return memoryDirectory(resources);
  return isDirectory(resources) ? resources : kvDirectory(resources);
}
function consistent(directory, consistency) {
  if (consistency !== "strong" || !directory.replicated) return directory;
  need(directory.strong !== undefined, "consistency: this store of resources cannot be read strongly");
  return directory.strong;
}
function isList(resources) {
  return Array.isArray(resources);
}
function isDirectory(resources) {
  return typeof resources.look === "function" && typeof resources.read === "function";
}
function textOf(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
function systemClock() {
  return Date.now() / 1000;
}
function checkedClock(now) {
  return () => {
    const seconds = now();
    if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError("now must return seconds since 1970");
    return seconds;
  };
}
// A listener that fails, now or later, is the listener's matter: the decision stands.
function deliverTo(onEvent) {
  if (onEvent === undefined) return (event) => console.log(event);
  const failed = () => console.error("edge-sts: onEvent failed");
  return (event) => {
    try {
      const later = onEvent(JSON.parse(event));
      if (later instanceof Promise) later.catch(failed);
    } catch {
      failed();
    }
  };
}
function checkOptions(options) {
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
  const { rateLimit, consistency, cacheTtl, privateHosts, now, onEvent } = options;
  need(typeof issuer === "string", "issuer must be a string: the URL of this service");
  need(isKeySet(signingKeys), "signingKeys must be a private JWK Set ({ keys: [...] }) or its JSON text");
  need(
    signingKeys2 === undefined || isKeySet(signingKeys2),
    "signingKeys2 must be a private JWK Set ({ keys: [...] }) or its JSON text",
  );
  need(signWith === undefined || typeof signWith === "string", "signWith must be a string: the kid of a signing key");
  need(
    isObject(resources) && (Array.isArray(resources) || typeof resources.get === "function" || isDirectory(resources)),
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
  need(now === undefined || typeof now === "function", "now must be a function that returns seconds");
  need(onEvent === undefined || typeof onEvent === "function", "onEvent must be a function");
}
const OPTIONS = new Set([
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
  "now",
  "onEvent",
]);
function checkParameters(parameters) {
  need(isPlain(parameters), "the parameters must be a plain object such as { subject_token, subject_token_type }");
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (typeof value === "string" || value === undefined) continue;
    const list = (name === "audience" || name === "resource") && Array.isArray(value);
    need(
      list && value.every((member) => typeof member === "string"),
      "every parameter must be a string; audience and resource may be arrays of strings",
    );
  }
}
function isKeySet(value) {
  return typeof value === "string" || (isObject(value) && Array.isArray(value.keys));
}
function isObject(value) {
  return typeof value === "object" && value !== null;
}
function isPlain(value) {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  // Of another realm too: a plain object's prototype has none itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function need(met, sentence) {
  if (!met) throw new TypeError(sentence);
}
