// One exchange: the tokens as their issuers would sign them, the request, and what the service answers.
import { proofFor } from "./proof.js";
import { listOf, resourcesOf } from "./rules.js";
import { ISSUER, ownKey, startService } from "./service.js";
import { introspectionRequest, TOKEN_PATH, tokenRequest } from "./token_request.js";
import { decode, forger, sign, signerOf } from "./tokens.js";

/** @import { Given } from "./fields.js" */
/** @import { Signer } from "./tokens.js" */

/** @type {{ rules: string, service: ReturnType<typeof startService> } | undefined} */
let known;

/**
 * The request for what stands in the fields.
 * @param {Given} given
 */
export async function requestFor({ json, text, forged, prover }) {
  const subject = await issued(json.subject, json.introspector, forged);
  const actor = json.actor === undefined ? undefined : await issued(json.actor, json.introspector, false);
  const asked = {
    id: String(json.client?.id ?? ""),
    // A public client has none to send.
    secret: json.client?.public === true && text.secret === "" ? undefined : text.secret,
    subjectToken: subject.token,
    subjectType: subject.own ? /** @type {const} */ ("access_token") : /** @type {const} */ ("jwt"),
    actorToken: actor?.token,
    proof: await proofFor(prover, ISSUER + TOKEN_PATH),
    scope: text.scope,
    audience: text.audience,
  };
  return { subject, actor, asked, request: tokenRequest(asked) };
}

/**
 * The answer of a service, and, for an opaque token, what only the service knows of it.
 * @param {Awaited<ReturnType<typeof startService>>} send
 * @param {Awaited<ReturnType<typeof requestFor>>} asking
 */
export async function answerOf(send, { request, asked }) {
  const answer = await send(request);
  const token = String(answer.body.access_token);
  const opaque = answer.status === 200 && decode(token) === undefined;
  const told = opaque ? (await send(introspectionRequest(asked, token))).body : undefined;
  return { answer, told };
}

/**
 * The service with the rules that stand in the fields; the same one for as long as they do not change.
 * @param {Given["json"]} json
 */
export function serviceFor(json) {
  const resources = resourcesOf(json);
  const rules = JSON.stringify(resources);
  if (known?.rules !== rules) known = { rules, service: startService(resources) };
  return known.service;
}

/**
 * What an issuer does elsewhere: the token with these claims.
 * @param {any} claims
 * @param {unknown} introspectors
 * @param {boolean} forged
 */
async function issued(claims, introspectors, forged) {
  const own = claims?.iss === ISSUER;
  const list = listOf(introspectors);
  const introspector = list.find((one) => one?.jwt?.iss === claims?.iss) ?? list[0];
  const signer = own ? (await ownKey()).signer : await signerOf(introspector);
  const stranger = signer === undefined && introspector !== undefined;
  const token = await sign(claims, signer !== undefined && !forged ? signer : await forger(signer ?? UNKNOWN));
  return { token, own, stranger };
}

const UNKNOWN = /** @type {Signer} */ ({ alg: "HS256", typ: "JWT" });
