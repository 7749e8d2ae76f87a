// What every answer must be, whatever the case.
import { equal, matches, ok, oneOf, same } from "./assert.mjs";
import { ISSUER, SIGNING_KEYS, SIGNING_SECRET, TYPE } from "./fixture.mjs";
import { base64url, decoded, hmac } from "./jwt.mjs";
import { goodExchange, introspectionRequest } from "./token_request.mjs";

export const CHALLENGE = 'Basic realm="sts", charset="UTF-8"';

/**
 * The case of a table: makes the good request, changes one thing, sends it, compares, and then the same instance must
 * answer the good request.
 *
 * A row: `id`, `title`, `change(request, sts)`; for a refusal `status`, `error` (one or several), `says` (a pattern of the
 * sentence), `challenge` (whether a Basic challenge must be there), `headers`; otherwise `check({ answer, claims, response }, sts)`.
 */
export function exchangeCases(rows, good = goodExchange) {
  return rows.map((row) => ({
    name: `${row.id} ${row.title}`,
    async run(sts) {
      const request = await good(sts);
      await row.change?.(request, sts);
      const response = await request.send(sts);
      if (row.error === undefined) {
        const issued = await issuedBy(response);
        await row.check?.({ ...issued, response }, sts);
      } else {
        await refusedBy(response, row, request.inputs());
      }
      await servesGood(sts);
    },
  }));
}

/** The good request is answered with 200. */
export async function servesGood(sts) {
  const { answer, claims } = await issuedBy(await (await goodExchange(sts)).send(sts));
  equal(answer.scope, "read", "scope of the good request");
  equal(claims.aud, "orders", "aud of the good request");
  equal(claims.sub, "alice", "sub of the good request");
}

/**
 * A success of the token endpoint (RFC 8693 section 2.2.1, contract 3.1). Gives the answer and a JWT's claims, which may
 * be `copied` ones too. `boundTo`: the thumbprint of the key that an access token must be bound to.
 */
export async function issuedBy(response, { copied = [], boundTo } = {}) {
  const text = await response.text();
  equal(response.status, 200, `status of ${text.slice(0, 200)}`);
  notStored(response);
  matches(response.headers.get("content-type"), /^application\/json\b/, "content-type");
  const answer = JSON.parse(text);
  for (const [name, value] of Object.entries(answer)) ok(value !== null, `${name} is null`);
  const known = ["access_token", "issued_token_type", "token_type", "expires_in", "scope", "refresh_token"];
  for (const name of Object.keys(answer)) oneOf(name, known, "member of the answer");
  matches(answer.access_token, /^[\w.~+/=-]+$/, "access_token");
  ok(Number.isInteger(answer.expires_in) && answer.expires_in > 0, `expires_in is ${answer.expires_in}`);
  if ("scope" in answer) matches(answer.scope, /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, "scope");
  if ("refresh_token" in answer) matches(answer.refresh_token, /^sts_rt_[\w-]{22,}/, "refresh_token");
  oneOf(answer.issued_token_type, [TYPE.accessToken, TYPE.jwt, TYPE.refreshToken], "issued_token_type");
  if (answer.issued_token_type === TYPE.refreshToken) {
    matches(answer.access_token, /^sts_rt_/, "the issued refresh token");
    equal(answer.token_type, "N_A", "token_type of a refresh token");
    return { answer };
  }
  equal(answer.token_type, boundTo === undefined ? "Bearer" : "DPoP", "token_type");
  if (answer.access_token.startsWith("sts_at_")) {
    matches(answer.access_token, /^sts_at_[\w-]{22,}/, "opaque access token");
    return { answer };
  }
  const claims = await claimsOf(answer, boundTo === undefined ? copied : [...copied, "cnf"]);
  if (boundTo !== undefined) same(claims.cnf, { jkt: boundTo }, "cnf");
  return { answer, claims };
}

/** The claims of an issued JWT (RFC 9068, contract 3.5), signed by the fixture's key. */
async function claimsOf(answer, copied) {
  const [header, payload, signature] = answer.access_token.split(".");
  equal(signature, base64url(await hmac(`${header}.${payload}`, SIGNING_SECRET)), "signature of the issued token");
  const token = decoded(answer.access_token);
  equal(token.header.typ, "at+jwt", "typ");
  equal(token.header.alg, "HS256", "alg");
  equal(token.header.kid, SIGNING_KEYS.keys[0].kid, "kid");
  const { claims } = token;
  const known = ["iss", "sub", "aud", "client_id", "iat", "exp", "jti", "scope", "act", ...copied];
  for (const name of Object.keys(claims)) oneOf(name, known, "claim of the issued token");
  equal(claims.iss, ISSUER, "iss");
  for (const name of ["sub", "client_id", "jti"]) ok(typeof claims[name] === "string" && claims[name] !== "", name);
  for (const name of ["iat", "exp"]) ok(Number.isInteger(claims[name]), name);
  equal(claims.exp - claims.iat, answer.expires_in, "exp - iat");
  equal(claims.scope, answer.scope, "scope claim");
  ok(typeof claims.aud === "string" || (Array.isArray(claims.aud) && claims.aud.length > 1), "aud: a string when one");
  return claims;
}

/** A refusal (RFC 6749 section 5.2, contract 3.1). Gives its sentence. */
export async function refusedBy(response, { status = 400, error, says, challenge, headers = {} }, inputs = []) {
  const text = await response.text();
  equal(response.status, status, `status of ${text.slice(0, 300)}`);
  notStored(response);
  matches(response.headers.get("content-type"), /^application\/json\b/, "content-type");
  const body = JSON.parse(text);
  equal(Object.keys(body).sort().join(), "error,error_description", "members of the error");
  oneOf(body.error, [error].flat(), `error (${body.error_description})`);
  // RFC 6749 section 5.2: no quotation mark and no backslash either
  matches(body.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+\.$/, "error_description");
  if (says !== undefined) matches(body.error_description, says, "error_description");
  for (const input of inputs) {
    if (input.length >= 5) ok(!body.error_description.includes(input), `the sentence repeats ${input.slice(0, 40)}`);
  }
  const asked = response.headers.get("www-authenticate");
  if (challenge !== undefined) equal(asked, challenge ? CHALLENGE : null, "WWW-Authenticate");
  else if (status !== 401) equal(asked, null, "WWW-Authenticate");
  for (const [name, value] of Object.entries(headers)) {
    if (value instanceof RegExp) matches(response.headers.get(name), value, name);
    else equal(response.headers.get(name), value, name);
  }
  return body.error_description;
}

export function notStored(response) {
  equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
  equal(response.headers.get("pragma"), "no-cache", "Pragma");
}

export async function introspected(sts, client, token, more = {}) {
  const request = introspectionRequest(client, token);
  for (const [name, value] of Object.entries(more)) request.set(name, value);
  const response = await request.send(sts);
  const text = await response.text();
  equal(response.status, 200, `status of ${text.slice(0, 200)}`);
  notStored(response);
  return { text, ...JSON.parse(text) };
}

/** RFC 7662 section 2.2: nothing but `active`, so that nobody learns why. */
export async function inactive(sts, client, token, what = "token") {
  const { text } = await introspected(sts, client, token);
  equal(text, '{"active":false}', `introspection of an inactive ${what}`);
}

export async function active(sts, client, token) {
  const answer = await introspected(sts, client, token);
  equal(answer.active, true, "active");
  return answer;
}
