// Before anything is measured: every contender gives the right answer and refuses what is wrong.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { AUDIENCE, BAD, CLIENT, ISSUER, LIFETIME, REQUESTS, SCOPE, SIGNING_KEY } from "./exchange.mjs";

const seen = new Set();

/** `exchange(parameters)` resolves with the answer, or rejects. */
export async function prove(name, exchange) {
  for (const request of REQUESTS) assertRight(name, request, await exchange(request));
  for (const [what, request] of Object.entries(BAD)) {
    let answer;
    try {
      answer = await exchange(request);
    } catch (error) {
      const refused = ["OAuthError", "Refused", "JWT", "TokenError", "JWS", "JOSE"];
      assert.ok(
        refused.some((kind) => `${error.name} ${error.code}`.includes(kind)),
        `${name}, ${what}: ${error.stack}`,
      );
    }
    assert.equal(answer, undefined, `${name} accepted ${what}`);
    assertRight(name, REQUESTS[0], await exchange(REQUESTS[0]));
  }
}

function assertRight(name, request, answer) {
  const { access_token, ...rest } = answer;
  assert.deepEqual(
    rest,
    {
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: LIFETIME,
      scope: SCOPE,
    },
    name,
  );
  const [header, payload, signature] = access_token.split(".");
  const key = Buffer.from(SIGNING_KEY.k, "base64url");
  assert.equal(signature, createHmac("sha256", key).update(`${header}.${payload}`).digest("base64url"), name);
  assert.deepEqual(decoded(header), { typ: "at+jwt", alg: "HS256", kid: SIGNING_KEY.kid }, name);
  const { iat, exp, jti, ...claims } = decoded(payload);
  const { sub } = decoded(request.subject_token.split(".")[1]);
  assert.deepEqual(claims, { iss: ISSUER, sub, aud: AUDIENCE, client_id: CLIENT.id, scope: SCOPE }, name);
  assert.ok(Math.abs(iat - Date.now() / 1000) < 5, name);
  assert.equal(exp, iat + LIFETIME, name);
  assert.ok(jti.length >= 22 && !seen.has(jti), `${name}: a jti is used once`);
  seen.add(jti);
}

function decoded(part) {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
