// The mistakes of a beginner: what is written to mend one comes from its event alone, and then the request succeeds.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSts } from "edge-sts";
import { ADMIN_TOKEN, EXCHANGE, ISSUER, SIGNING_KEYS, TYPE } from "../suites/fixture.mjs";
import { mint } from "../suites/jwt.mjs";
import { basic } from "../suites/token_request.mjs";
import { client, introspector, ISS, KEY, SECRET, user } from "./first_steps.mjs";

const NOW = 1_800_000_000;

/** A service of these resources, and the one event and the answer of a request. */
async function service(resources) {
  const events = [];
  const sts = await createSts({
    issuer: ISSUER,
    signingKeys: SIGNING_KEYS,
    resources,
    adminToken: ADMIN_TOKEN,
    now: () => NOW,
    onEvent: (event) => events.push(event),
  });
  return {
    async send({
      claims = {},
      header = { alg: "HS256" },
      key = KEY,
      prefix = "",
      credentials = ["app", SECRET],
      ...more
    }) {
      const token = await mint({ iss: ISS, sub: "alice", exp: NOW + 600, ...claims }, key, header);
      const body = new URLSearchParams({
        grant_type: EXCHANGE,
        subject_token: prefix + token,
        subject_token_type: TYPE.jwt,
        scope: "read",
        ...more,
      });
      const headers = credentials === null ? {} : { authorization: basic(...credentials) };
      events.length = 0;
      const response = await sts.fetch(new Request(`${ISSUER}/auth/token`, { method: "POST", headers, body }));
      assert.equal(events.length, 1);
      const [event] = events;
      assert.equal(event.request_id, response.headers.get("x-request-id"));
      assert.match(event.request_id, /^[0-9a-f]{32}$/);
      const line = JSON.stringify(event);
      for (const secret of [token, token.split(".")[2], SECRET, KEY]) assert.ok(!line.includes(secret), line);
      return { status: response.status, answer: await response.json(), event };
    },
    async put(resource) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      const url = `${ISSUER}/${resource.resourceType}/${resource.id}`;
      const response = await sts.fetch(new Request(url, { method: "PUT", headers, body: JSON.stringify(resource) }));
      assert.ok(response.ok, await response.text());
    },
  };
}

const all = [client, introspector, user];
const without = (type) => all.filter(({ resourceType }) => resourceType !== type);
const exchange = (changes) => ({ ...client, auth: { token_exchange: { ...client.auth.token_exchange, ...changes } } });

// reason; the request; the resources before; what to store, or how to send it, by the event alone; the answer's words.
const MISTAKES = [
  [
    "a wrong secret",
    "client_secret_wrong",
    { credentials: ["app", "wrong"] },
    all,
    (e) => ({ ...client, id: e.claimed.client_id, secret: "wrong" }),
  ],
  [
    "an unknown client",
    "client_unknown",
    { credentials: ["new-app", SECRET] },
    all,
    (e) => ({ ...client, id: e.claimed.client_id }),
  ],
  [
    "no credentials",
    "client_credentials_missing",
    { credentials: null },
    all,
    () => ({ send: { credentials: ["app", SECRET] } }),
    /HTTP Basic/,
  ],
  [
    "an issuer with a slash",
    "subject_token.issuer_unknown",
    { claims: { iss: `${ISS}/` } },
    [{ ...client, allowedIssuers: [ISS, `${ISS}/`] }, introspector, user],
    (e) => ({ ...introspector, jwt: { iss: e.claimed.subject.iss, secret: KEY } }),
  ],
  [
    "allowedIssuers forgotten",
    "subject_token.issuer_not_allowed",
    {},
    [{ ...client, allowedIssuers: [] }, introspector, user],
    (e) => ({ ...client, id: e.client_id, allowedIssuers: [e.claimed.subject.iss] }),
  ],
  [
    "an expired token",
    "subject_token.expired",
    { claims: { exp: NOW - 240 } },
    all,
    (e) => ({
      send: { claims: { [e.claimed.subject.missed.claim]: NOW - 240 + e.claimed.subject.missed.seconds + 1 } },
    }),
  ],
  [
    "a clock five minutes ahead",
    "subject_token.not_yet_valid",
    { claims: { iat: NOW + 300 } },
    all,
    (e) => ({ send: { claims: { [e.claimed.subject.missed.claim]: NOW + 300 - e.claimed.subject.missed.seconds } } }),
  ],
  [
    "jwt in place of the whole type",
    "subject_token_type_unsupported",
    { subject_token_type: "jwt" },
    all,
    (e) => ({ send: { subject_token_type: `urn:ietf:params:oauth:token-type:${e.claimed.subject_token_type}` } }),
    /urn:ietf:params:oauth:token-type: with jwt, id_token or access_token behind it/,
  ],
  [
    "access_token for the JWT of another issuer",
    "subject_token.jwt_of_another_issuer",
    { subject_token_type: TYPE.accessToken },
    all,
    (e) => {
      assert.deepEqual([e.claimed.subject.iss, e.claimed.subject_token_type], [ISS, TYPE.accessToken]);
      return { send: { subject_token_type: TYPE.jwt } };
    },
    /JWT of another issuer: its token type is jwt/,
  ],
  [
    "no User",
    "subject_token.user_unknown",
    {},
    without("User"),
    (e) => ({
      resourceType: "User",
      id: "new-user",
      identifier: [{ system: e.subject.iss, value: e.subject.sub }],
    }),
  ],
  [
    "an audience that is not allowed",
    "target_not_allowed",
    { audience: "billing" },
    all,
    (e) => exchange({ audience: ["orders", e.claimed.audience] }),
  ],
  [
    "a scope that is not allowed",
    "scope_not_allowed",
    { scope: "read write" },
    all,
    (e) => ({ ...client, scope: e.claimed.scope.split(" ") }),
  ],
  [
    "a kid that the issuer's resource does not have",
    "subject_token.key_unknown",
    { header: { alg: "HS256", kid: "2027" } },
    [client, withKey("2026", "HS256"), user],
    (e) => withKey(e.claimed.subject.kid, e.claimed.subject.alg),
  ],
  [
    "another alg",
    "subject_token.alg_not_allowed",
    { header: { alg: "HS512" }, key: `${KEY}, long enough for HS512, too` },
    [client, withKey(undefined, "HS256"), user],
    (e) => withKey(undefined, e.claimed.subject.alg, `${KEY}, long enough for HS512, too`),
  ],
  [
    "Bearer before the token",
    "subject_token.malformed",
    { prefix: "Bearer " },
    all,
    (e) => {
      assert.deepEqual([e.claimed.subject.prefix, e.claimed.subject.iss], ["Bearer", ISS]);
      return { send: { prefix: "" } };
    },
    /without Bearer/,
  ],
];

function withKey(kid, alg, k = KEY) {
  const key = { ...(kid && { kid }), kty: "OCT", alg, format: "plain", k };
  return { ...introspector, jwt: { iss: ISS, keys: [key] } };
}

describe("from the event alone the right resource can be written", () => {
  for (const [title, reason, request, resources, mend, says] of MISTAKES) {
    test(title, async () => {
      const sts = await service(resources);
      const { status, answer, event } = await sts.send(request);
      assert.ok(status >= 400);
      assert.deepEqual([event.outcome, event.reason], ["refused", reason]);
      if (says) assert.match(answer.error_description, says);
      const mended = mend(event);
      if (mended.send === undefined) await sts.put(mended);
      const again = await sts.send({ ...request, ...mended.send });
      assert.equal(again.status, 200, JSON.stringify([again.answer, again.event]));
      assert.deepEqual([again.event.outcome, again.event.claimed], ["success", undefined]);
    });
  }

  test("the name of the request is the platform's or the trace's, where it has the form", async () => {
    const sts = await createSts({ issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: [], onEvent: () => undefined });
    const id = async (headers) =>
      (await sts.fetch(new Request(`${ISSUER}/health`, { headers }))).headers.get("x-request-id");
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    assert.equal(await id({ traceparent }), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert.equal(await id({ traceparent, "cf-ray": "8f2b6c0d1e3a4f5b-FRA" }), "8f2b6c0d1e3a4f5b-FRA");
    assert.match(await id({ "cf-ray": "anything at all", traceparent: "x" }), /^[0-9a-f]{32}$/);
    assert.notEqual(await id({}), await id({}));
  });
});
