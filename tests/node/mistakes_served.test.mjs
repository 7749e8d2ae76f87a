// Fifteen mistakes of a beginner, over HTTP against `edge-sts serve`: what the answer says, what the event on stdout says,
// and that these two are enough to mend it.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ADMIN_TOKEN, EXCHANGE, SIGNING_KEYS, TYPE } from "../suites/fixture.mjs";
import { mint } from "../suites/jwt.mjs";
import { basic } from "../suites/token_request.mjs";
import { edgeSts, serving } from "./command.mjs";
import { client, introspector, ISS, KEY, SECRET, user } from "./first_steps.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-mistakes-"));
const LONG_KEY = `${KEY}, long enough for HS512, too`;

const withKey = (kid, alg, k = KEY) => ({
  ...introspector,
  jwt: { iss: ISS, keys: [{ ...(kid && { kid }), kty: "OCT", alg, format: "plain", k }] },
});

writeFileSync(join(folder, "resources.json"), JSON.stringify([client, introspector, user]));
const env = { STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS), STS_ADMIN_TOKEN: ADMIN_TOKEN };
const sts = await serving(["--store", "store.sqlite", "--resources", "resources.json", "--grants", "memory"], {
  cwd: folder,
  env,
});
after(async () => {
  await sts.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The answer of a request, and the one event that has its name. */
async function ask(path, init, planted = []) {
  const response = await fetch(new URL(path, sts.url), init);
  const id = response.headers.get("x-request-id");
  const answer = { status: response.status, ...(await response.json()) };
  for (let n = 0; n < 200; n += 1) {
    const line = sts.printed.stdout
      .split("\n")
      .find((one) => one.includes(`"request_id":"${id}"`) && one.endsWith("}"));
    if (line !== undefined) {
      for (const secret of [SECRET, KEY, ADMIN_TOKEN, ...planted]) {
        assert.ok(!line.includes(secret) && !JSON.stringify(answer).includes(secret), line);
      }
      return { answer, event: JSON.parse(line) };
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`no event of ${id}: ${sts.printed.stdout}`);
}

async function exchange({ claims = {}, header = { alg: "HS256" }, key = KEY, secret = SECRET, type, body, ...more }) {
  const now = Math.floor(Date.now() / 1000);
  const token = await mint({ iss: ISS, sub: "alice", iat: now - 5, exp: now + 600, ...claims }, key, header);
  const parameters = {
    grant_type: EXCHANGE,
    subject_token: token,
    subject_token_type: TYPE.jwt,
    scope: "read",
    ...more,
  };
  const headers = { authorization: basic("app", secret), "content-type": type ?? "application/x-www-form-urlencoded" };
  const text = body?.(parameters) ?? new URLSearchParams(parameters).toString();
  return ask("/auth/token", { method: "POST", headers, body: text }, [token, token.split(".")[2]]);
}

const put = ({ resourceType, id, ...rest }) =>
  ask(`/${resourceType}/${id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ resourceType, id, ...rest }),
  });

const stored = async (resource) => assert.ok((await put(resource)).answer.status < 300, resource.id);
/** Everything as it was. */
const reset = async () => {
  for (const resource of [client, introspector, user]) await stored(resource);
};

const now = () => Math.floor(Date.now() / 1000);
const invalid = (says) => ({ status: 400, error: "invalid_request", says });

// What is stored before; the request; what the answer says; the reason; what the event has for the operator; the mend: what
// is stored, or sent in place of it.
const MISTAKES = {
  "wrong secret": {
    send: { secret: "wrong" },
    answer: { status: 401, error: "invalid_client", says: /^Client authentication failed\.$/ },
    reason: "client_secret_wrong",
    shows: ({ claimed }) => assert.deepEqual(claimed, { client_id: "app" }),
    mend: () => ({ send: { secret: SECRET } }),
  },
  "issuer with a slash": {
    before: [{ ...client, allowedIssuers: [ISS, `${ISS}/`] }],
    send: { claims: { iss: `${ISS}/` } },
    answer: invalid(/its issuer is not one that this client may use/),
    reason: "subject_token.issuer_unknown",
    shows: ({ claimed }) => assert.equal(claimed.subject.iss, `${ISS}/`),
    mend: ({ claimed }) => ({ store: { ...introspector, jwt: { iss: claimed.subject.iss, secret: KEY } } }),
  },
  expired: {
    send: { claims: { iat: now() - 900, exp: now() - 300 } },
    answer: invalid(/it has expired\./),
    reason: "subject_token.expired",
    shows({ claimed: { subject } }) {
      assert.equal(subject.missed.claim, "exp");
      assert.ok(subject.missed.seconds >= 300 && subject.missed.seconds < 400, JSON.stringify(subject));
    },
    mend: ({ claimed }) => ({ send: { claims: { exp: now() - 300 + claimed.subject.missed.seconds + 60 } } }),
  },
  clock: {
    send: { claims: { iat: now() + 300 } },
    answer: invalid(/it is not yet valid\./),
    reason: "subject_token.not_yet_valid",
    shows({ claimed: { subject } }) {
      assert.equal(subject.missed.claim, "iat");
      assert.ok(subject.missed.seconds > 200 && subject.missed.seconds <= 300, JSON.stringify(subject));
    },
    mend: ({ claimed }) => ({ send: { claims: { iat: now() + 300 - claimed.subject.missed.seconds - 60 } } }),
  },
  "wrong type URN": {
    send: { subject_token_type: "jwt" },
    answer: invalid(/urn:ietf:params:oauth:token-type: with jwt, id_token or access_token behind it/),
    reason: "subject_token_type_unsupported",
    shows: ({ claimed }) => assert.equal(claimed.subject_token_type, "jwt"),
    mend: ({ claimed }) => ({
      send: { subject_token_type: `urn:ietf:params:oauth:token-type:${claimed.subject_token_type}` },
    }),
  },
  "no User": {
    send: { claims: { sub: "bob" } },
    answer: invalid(/its user is not known here/),
    reason: "subject_token.user_unknown",
    // Its signature held, so that nothing of it is marked as claimed.
    shows: ({ subject, claimed }) =>
      assert.deepEqual([subject.iss, subject.sub, claimed?.subject], [ISS, "bob", undefined]),
    mend: ({ subject }) => ({
      store: { resourceType: "User", id: "bob-of-login", identifier: [{ system: subject.iss, value: subject.sub }] },
    }),
  },
  audience: {
    send: { audience: "billing" },
    answer: { status: 400, error: "invalid_target", says: /not one that this client may ask for/ },
    reason: "target_not_allowed",
    shows: ({ claimed, subject }) => assert.deepEqual([claimed.audience, subject.sub], ["billing", "alice"]),
    mend: ({ claimed }) => ({
      store: { ...client, auth: { token_exchange: { token_format: "jwt", audience: ["orders", claimed.audience] } } },
    }),
  },
  "content type": {
    send: { type: "text/plain" },
    answer: invalid(/must be application\/x-www-form-urlencoded or application\/json/),
    reason: "content_type_unsupported",
    shows: ({ outcome }) => assert.equal(outcome, "refused"),
    mend: () => ({ send: { type: "application/x-www-form-urlencoded" } }),
  },
  scope: {
    send: { scope: "read write" },
    answer: { status: 400, error: "invalid_scope", says: /not one that this client may ask for|scope/ },
    reason: "scope_not_allowed",
    shows: ({ claimed }) => assert.equal(claimed.scope, "read write"),
    mend: ({ claimed }) => ({ store: { ...client, scope: claimed.scope.split(" ") } }),
  },
  "http issuer": {
    put: { ...introspector, jwt: { iss: ISS }, jwks_uri: "http://login.example/keys" },
    issue: { expression: ["TokenIntrospector.jwks_uri"], diagnostics: "It must be an https URL, or http on loopback." },
    mend: (resource) => ({ ...resource, jwks_uri: resource.jwks_uri.replace("http:", "https:") }),
  },
  "short secret": {
    put: { ...introspector, jwt: { iss: ISS, secret: "planted" } },
    issue: {
      expression: ["TokenIntrospector.jwt.secret"],
      diagnostics: "A secret needs at least 32 bytes (RFC 7518 section 3.2).",
    },
    mend: (resource) => ({ ...resource, jwt: { iss: ISS, secret: KEY } }),
  },
  kid: {
    before: [withKey("2026", "HS256")],
    send: { header: { alg: "HS256", kid: "2027" } },
    answer: invalid(/no key of its issuer verifies its signature/),
    reason: "subject_token.key_unknown",
    shows: ({ claimed }) => assert.deepEqual([claimed.subject.kid, claimed.subject.iss], ["2027", ISS]),
    mend: ({ claimed }) => ({ store: withKey(claimed.subject.kid, claimed.subject.alg) }),
  },
  alg: {
    before: [withKey(undefined, "HS256")],
    send: { header: { alg: "HS512" }, key: LONG_KEY },
    answer: invalid(/no key of its issuer verifies its signature/),
    reason: "subject_token.alg_not_allowed",
    shows: ({ claimed }) => assert.equal(claimed.subject.alg, "HS512"),
    mend: ({ claimed }) => ({ store: withKey(undefined, claimed.subject.alg, LONG_KEY) }),
  },
  "no allowedIssuers": {
    before: [{ ...client, allowedIssuers: [] }],
    send: {},
    answer: invalid(/its issuer is not one that this client may use/),
    reason: "subject_token.issuer_not_allowed",
    shows: ({ client_id, claimed }) => assert.deepEqual([client_id, claimed.subject.iss], ["app", ISS]),
    mend: ({ client_id, claimed }) => ({ store: { ...client, id: client_id, allowedIssuers: [claimed.subject.iss] } }),
  },
  "a comma in JSON": {
    send: { type: "application/json", body: (parameters) => JSON.stringify(parameters).replace(/\}$/, ",}") },
    answer: invalid(/cannot be decoded: it must be UTF-8, a form or one JSON object/),
    reason: "body_malformed",
    shows: ({ claimed }) => assert.match(claimed.body, /^line 1, column \d+: This is not JSON\.$/),
    mend: ({ claimed }) => {
      const column = Number(/column (\d+)/.exec(claimed.body)[1]);
      // What stands before the place that is named.
      const mended = (text) => `${text.slice(0, column - 2)}${text.slice(column - 1)}`;
      return { send: { body: (parameters) => mended(JSON.stringify(parameters).replace(/\}$/, ",}")) } };
    },
  },
};

describe("fifteen mistakes of a beginner", () => {
  test("they are fifteen", () => assert.equal(Object.keys(MISTAKES).length, 15));

  for (const [title, mistake] of Object.entries(MISTAKES)) {
    test(title, async () => {
      await reset();
      if (mistake.put !== undefined) {
        const { answer, event } = await put(mistake.put);
        assert.equal(answer.status, 422);
        const [{ expression, diagnostics }] = answer.issue;
        assert.deepEqual({ expression, diagnostics }, mistake.issue);
        const { resourceType, id } = mistake.put;
        assert.deepEqual([event.reason, event.resource], ["administration_refused", `${resourceType}/${id}`]);
        await stored(mistake.mend(mistake.put));
        return;
      }
      for (const resource of mistake.before ?? []) await stored(resource);
      const { answer, event } = await exchange(mistake.send);
      const { status, error, says } = mistake.answer;
      assert.deepEqual([answer.status, answer.error], [status, error]);
      assert.match(answer.error_description, says);
      assert.deepEqual([event.outcome, event.reason], ["refused", mistake.reason]);
      mistake.shows(event);
      const { store, send } = mistake.mend(event);
      if (store !== undefined) await stored(store);
      const again = await exchange({ ...mistake.send, ...send });
      assert.equal(again.answer.status, 200, JSON.stringify(again));
      assert.deepEqual([again.event.outcome, again.event.claimed], ["success", undefined]);
    });
  }

  test("a comma in what the administrator sends: the event says where, and nothing else of it", async () => {
    const { answer, event } = await ask("/User/alice", {
      method: "PUT",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: '{"resourceType": "User",\n "displayName": "planted",}',
    });
    assert.equal(answer.status, 400);
    assert.deepEqual(event.claimed, { body: "line 2, column 27: This is not JSON." });
  });

  test("a comma in resources.json: check says where, and what to do", async () => {
    const text = JSON.stringify([client, introspector, user], null, 2).replace(/\}\n\]$/, "},\n]");
    writeFileSync(join(folder, "comma.json"), text);
    const { code, stderr } = await edgeSts(["check", "comma.json"], { cwd: folder });
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`line ${text.split("\n").length}, column 1: .*Remove the comma before it\\.`));
  });
});
