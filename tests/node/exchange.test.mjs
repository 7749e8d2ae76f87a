// The npm interface (contract 6) in Node.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSts, durableGrants, exchange, memoryDirectory, memoryGrants, OAuthError, sqliteGrants } from "edge-sts";
import {
  ADMIN_TOKEN,
  CLIENT_KEY,
  EXCHANGE,
  ISSUER,
  RESOURCES,
  SECRETS,
  SIGNING_KEYS,
  subjectToken,
  TYPE,
} from "../suites/fixture.mjs";
import { decoded, mintSigned } from "../suites/jwt.mjs";

const NOW = 1_800_000_000;
const clock = { now: () => NOW };
const quiet = () => undefined;
const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES, now: clock.now, onEvent: quiet };

const CREDENTIALS = { client_id: "c1", client_secret: SECRETS.c1 };

async function parameters(more = {}) {
  return {
    ...CREDENTIALS,
    subject_token: await subjectToken(clock),
    subject_token_type: TYPE.jwt,
    scope: "read",
    ...more,
  };
}

/** What the client `id` signs to show who it is. */
function assertionOf(id, aud) {
  const claims = { iss: id, sub: id, aud, exp: NOW + 60, jti: crypto.randomUUID() };
  return mintSigned(claims, CLIENT_KEY, { alg: "ES256", kid: CLIENT_KEY.kid });
}

async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (reason) => reason,
  );
  assert.ok(error instanceof OAuthError, String(error));
  assert.ok(error instanceof Error);
  return error;
}

describe("sts.exchange()", () => {
  // They are written into the module's memory, where there is room for as many bytes as the text has characters at first.
  test("parameters of more bytes than characters arrive whole", async () => {
    const [client] = RESOURCES.filter(({ id }) => id === "c1");
    for (const client_secret of [
      "\u00e9",
      "\u20ac".repeat(300),
      "a".repeat(500) + "\u{1f511}",
      "\u{1f511}".repeat(50) + "\u20ac",
    ]) {
      const resources = [...RESOURCES.filter((resource) => resource !== client), { ...client, secret: client_secret }];
      const sts = await createSts({ ...options, resources });
      assert.ok((await sts.exchange(await parameters({ client_secret }))).access_token);
      const wrong = await parameters({ client_secret: `${client_secret}\u00e9` });
      assert.equal((await refusal(sts.exchange(wrong))).error, "invalid_client");
      assert.ok((await sts.exchange(await parameters({ client_secret }))).access_token);
    }
  });

  test("answers what the token endpoint answers", async () => {
    const sts = await createSts(options);
    const answer = await sts.exchange(await parameters());
    assert.deepEqual(Object.keys(answer).sort(), [
      "access_token",
      "expires_in",
      "issued_token_type",
      "refresh_token",
      "scope",
      "token_type",
    ]);
    assert.equal(answer.issued_token_type, TYPE.accessToken);
    assert.equal(answer.token_type, "Bearer");
    assert.equal(answer.expires_in, 300);
    assert.equal(answer.scope, "read");
    const { claims } = decoded(answer.access_token);
    assert.deepEqual(
      [claims.iss, claims.sub, claims.aud, claims.client_id, claims.iat, claims.exp],
      [ISSUER, "alice", "orders", "c1", NOW, NOW + 300],
    );
  });

  test("takes grant_type too, lists of targets, and members that are undefined", async () => {
    const sts = await createSts(options);
    const { access_token } = await sts.exchange(
      await parameters({
        grant_type: EXCHANGE,
        audience: ["orders", "https://api.example/"],
        resource: undefined,
        actor_token: undefined,
      }),
    );
    assert.deepEqual(decoded(access_token).claims.aud, ["orders", "https://api.example/"]);
  });

  test("refreshes, rotates, and ends the grant at a reuse", async () => {
    const sts = await createSts(options);
    const credentials = { client_id: "c1", client_secret: SECRETS.c1, grant_type: "refresh_token" };
    const { refresh_token: first } = await sts.exchange(await parameters());
    const { refresh_token: second } = await sts.exchange({ ...credentials, refresh_token: first });
    const { refresh_token: retried } = await sts.exchange({ ...credentials, refresh_token: first });
    assert.equal(retried, second);
    const { refresh_token: third } = await sts.exchange({ ...credentials, refresh_token: second });
    const reuse = await refusal(sts.exchange({ ...credentials, refresh_token: first }));
    assert.deepEqual([reuse.error, reuse.status, reuse.reason], ["invalid_grant", 400, "refresh_token_reused"]);
    const revoked = await refusal(sts.exchange({ ...credentials, refresh_token: third }));
    assert.deepEqual(
      [revoked.error, revoked.reason, revoked.error_description],
      ["invalid_grant", "refresh_token_revoked", reuse.error_description],
    );
  });

  test("of 20 parallel uses of a refresh token all get one successor, strictly one wins, in SQLite and in memory", async () => {
    for (const grants of [memoryGrants(clock), sqliteGrants(":memory:", clock)]) {
      const sts = await createSts({ ...options, grants });
      for (const [client_id, winners] of [
        ["c1", 20],
        ["cs", 1],
      ]) {
        const credentials = { client_id, client_secret: SECRETS[client_id] };
        const { refresh_token } = await sts.exchange(await parameters(credentials));
        const again = () => sts.exchange({ ...credentials, grant_type: "refresh_token", refresh_token });
        const results = await Promise.allSettled(Array.from({ length: 20 }, again));
        const won = results.filter(({ status }) => status === "fulfilled");
        assert.equal(won.length, winners);
        assert.equal(new Set(won.map(({ value }) => value.refresh_token)).size, 1);
        for (const { reason } of results) if (reason) assert.equal(reason.error, "invalid_grant");
      }
    }
  });

  const refusals = [
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client", "client_secret_wrong"],
    ["an unknown client", { client_id: "nobody" }, 401, "invalid_client", "client_unknown"],
    ["a disabled client", { client_id: "cd", client_secret: SECRETS.cd }, 401, "invalid_client", "client_inactive"],
    [
      "no credentials",
      { client_id: undefined, client_secret: undefined },
      401,
      "invalid_client",
      "client_credentials_missing",
    ],
    ["an unknown grant type", { grant_type: "password" }, 400, "unsupported_grant_type", "grant_type_unsupported"],
    [
      "a client without the grant",
      { client_id: "cx", client_secret: SECRETS.cx },
      400,
      "unauthorized_client",
      "grant_type_not_allowed",
    ],
    ["no subject token", { subject_token: undefined }, 400, "invalid_request", "subject_token_missing"],
    ["a subject token that is none", { subject_token: "x.y.z" }, 400, "invalid_request", /^subject_token\./],
    ["an unknown target", { audience: "nowhere" }, 400, "invalid_target", "target_not_allowed"],
    ["a scope that is not allowed", { scope: "admin" }, 400, "invalid_scope", "scope_not_allowed"],
    ["a malformed scope", { scope: 'a"b' }, 400, "invalid_scope", "scope_malformed"],
  ];
  for (const [title, change, status, error, reason] of refusals) {
    test(`refuses ${title} with an OAuthError`, async () => {
      const sts = await createSts(options);
      const given = await parameters(change);
      const refused = await refusal(sts.exchange(given));
      assert.deepEqual([refused.status, refused.error], [status, error]);
      if (reason instanceof RegExp) assert.match(refused.reason, reason);
      else assert.equal(refused.reason, reason);
      assert.match(refused.error_description, /^[\x20-\x7e]+\.$/);
      assert.equal(refused.name, "OAuthError");
      const said = `${refused.message} ${refused.stack} ${JSON.stringify(refused)}`;
      for (const value of [given.subject_token, given.client_secret])
        if (value?.length > 5) assert.ok(!said.includes(value));
      await sts.exchange(await parameters());
    });
  }

  test("says precisely for the operator what is wrong with a token", async () => {
    const sts = await createSts(options);
    for (const [claims, reason] of [
      [{ exp: NOW - 100 }, "subject_token.expired"],
      [{ nbf: NOW + 100 }, "subject_token.not_yet_valid"],
      [{ sub: "nobody" }, "subject_token.user_unknown"],
      [{ sub: "ivan" }, "subject_token.user_inactive"],
      [{ iss: "https://nobody.example" }, "subject_token.issuer_unknown"],
      [{ aud: "https://nobody.example" }, "subject_token.audience_mismatch"],
    ]) {
      const { reason: told } = await refusal(
        sts.exchange(await parameters({ subject_token: await subjectToken(clock, claims) })),
      );
      assert.equal(told, reason);
    }
  });

  for (const [title, given] of [
    ["nothing", undefined],
    ["null", null],
    ["text", "grant_type=x"],
    ["a form", new URLSearchParams()],
    ["an array", []],
    ["a number as a parameter", { scope: 1 }],
    ["null as a parameter", { scope: null }],
    ["an array as scope", { scope: ["read"] }],
    ["an array as subject_token", { subject_token: ["x"] }],
    ["a number in audience", { audience: [1] }],
    ["an object as audience", { audience: { 0: "orders" } }],
  ]) {
    test(`rejects ${title} with a TypeError before anything runs`, async () => {
      const events = [];
      const sts = await createSts({ ...options, onEvent: (event) => events.push(event) });
      await assert.rejects(sts.exchange(given), TypeError);
      assert.deepEqual(events, []);
      await sts.exchange(await parameters());
    });
  }
});

describe("sts.introspect() and sts.revoke()", () => {
  const presented = (token, more = {}) => ({ ...CREDENTIALS, token, ...more });

  test("answer what their endpoints answer", async () => {
    const sts = await createSts(options);
    const { access_token, refresh_token } = await sts.exchange(await parameters());
    const body = new URLSearchParams(presented(access_token));
    const told = await sts.fetch(new Request(`${ISSUER}/auth/introspect`, { method: "POST", body }));
    const answer = await sts.introspect(presented(access_token));
    assert.deepEqual(answer, await told.json());
    assert.deepEqual([answer.active, answer.sub, answer.aud, answer.scope], [true, "alice", "orders", "read"]);
    assert.equal((await sts.introspect(presented(refresh_token))).active, true);
    assert.equal(await sts.revoke(presented(refresh_token)), undefined);
    for (const token of [access_token, refresh_token]) {
      assert.deepEqual(await sts.introspect(presented(token)), { active: false });
    }
    assert.equal(await sts.revoke(presented(refresh_token)), undefined, "a second time is no fault");
    const given = { ...CREDENTIALS, grant_type: "refresh_token", refresh_token };
    assert.equal((await refusal(sts.exchange(given))).reason, "refresh_token_revoked");
  });

  test("leave one event each, under their own names", async () => {
    const events = [];
    const sts = await createSts({ ...options, onEvent: (event) => events.push(event) });
    const { access_token } = await sts.exchange(await parameters());
    await sts.introspect(presented(access_token));
    await sts.revoke(presented(access_token));
    await refusal(sts.introspect(presented(access_token, { client_secret: "wrong" })));
    await refusal(sts.revoke(presented(access_token, { client_secret: "wrong" })));
    assert.deepEqual(
      events.map(({ event, outcome, reason }) => [event, outcome, reason].join(" ").trim()),
      [
        "token.exchange success",
        "token.introspect success",
        "token.revoke success",
        "token.introspect refused client_secret_wrong",
        "token.revoke refused client_secret_wrong",
      ],
    );
    assert.ok(events.every(({ request_id }) => /^[0-9a-f]{32}$/.test(request_id)));
  });

  test("take a client's assertion, for their endpoint or the issuer, once", async () => {
    const sts = await createSts(options);
    const { access_token } = await sts.exchange(await parameters());
    for (const [name, path] of [
      ["introspect", "/auth/introspect"],
      ["revoke", "/auth/revoke"],
    ]) {
      const given = async (aud) => ({
        token: access_token,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: await assertionOf("cj", aud),
      });
      for (const aud of [ISSUER, `${ISSUER}${path}`]) {
        const request = await given(aud);
        // The token is another client's: it is not active for this one, and not its to end.
        if (name === "introspect") assert.deepEqual(await sts.introspect(request), { active: false });
        else assert.equal((await refusal(sts.revoke(request))).reason, "token_of_another_client");
        if (name === "introspect")
          assert.equal((await refusal(sts[name](request))).reason, "client_assertion_replayed");
      }
      const elsewhere = await refusal(sts[name](await given("https://elsewhere.example")));
      assert.equal(elsewhere.reason, "client_assertion.audience_mismatch");
    }
  });

  for (const name of ["introspect", "revoke"]) {
    test(`${name}: refusals are OAuthErrors, misuse is a TypeError`, async () => {
      const sts = await createSts(options);
      for (const [given, status, reason] of [
        [{ token: "x" }, 401, "client_credentials_missing"],
        [presented("x", { client_secret: "wrong" }), 401, "client_secret_wrong"],
        [presented(undefined), 400, "token_missing"],
      ]) {
        const refused = await refusal(sts[name](given));
        assert.deepEqual([refused.status, refused.reason], [status, reason]);
      }
      for (const given of [undefined, "x", [], new URLSearchParams(), { token: 1 }, { token: ["x"] }]) {
        await assert.rejects(sts[name](given), TypeError);
      }
    });
  }
});

describe("exchange()", () => {
  test("performs one exchange", async () => {
    const { access_token } = await exchange(await parameters(), options);
    assert.equal(decoded(access_token).claims.sub, "alice");
  });

  test("rejects as sts.exchange() does", async () => {
    assert.equal(
      (await refusal(exchange(await parameters({ client_secret: "x" }), options))).reason,
      "client_secret_wrong",
    );
    await assert.rejects(exchange(await parameters(), { ...options, issuer: "not a url" }), TypeError);
    await assert.rejects(exchange(undefined, options), TypeError);
    await assert.rejects(exchange(await parameters()), TypeError);
  });

  test("keeps its grant where it is told to", async () => {
    const grants = memoryGrants(clock);
    const { refresh_token } = await exchange(await parameters(), { ...options, grants });
    const given = { client_id: "c1", client_secret: SECRETS.c1, grant_type: "refresh_token", refresh_token };
    assert.equal((await exchange(given, { ...options, grants })).token_type, "Bearer");
  });
});

describe("createSts()", () => {
  const SECRET = "planted-option-value";
  const misuse = {
    "no options": undefined,
    null: null,
    "no issuer": { ...options, issuer: undefined },
    "an issuer that is no URL": { ...options, issuer: SECRET },
    "an http issuer": { ...options, issuer: `http://${SECRET}.example` },
    "an issuer with a slash at its end": { ...options, issuer: `https://${SECRET}.example/` },
    "an issuer with a query": { ...options, issuer: `https://${SECRET}.example?x` },
    "an issuer with a fragment": { ...options, issuer: `https://${SECRET}.example#x` },
    "no keys": { ...options, signingKeys: undefined },
    "an empty key set": { ...options, signingKeys: { keys: [] } },
    "keys that are no JSON": { ...options, signingKeys: SECRET },
    "a short key": { ...options, signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: "cGxhbnRlZA" }] } },
    "a key without its secret": { ...options, signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1" }] } },
    "a key of an unknown kind": { ...options, signingKeys: { keys: [{ kty: SECRET, k: SECRET }] } },
    "no resources": { ...options, resources: undefined },
    "a resource that breaks a rule": { ...options, resources: [{ resourceType: "Client", id: "x", active: SECRET }] },
    "a resource without a type": { ...options, resources: [{ id: "x", secret: SECRET }] },
    "a resource without an id": { ...options, resources: [{ resourceType: "User" }] },
    "two resources of one id": {
      ...options,
      resources: [
        { resourceType: "User", id: "x" },
        { resourceType: "User", id: "x" },
      ],
    },
    "an HMAC secret of 31 bytes": {
      ...options,
      resources: [
        {
          resourceType: "TokenIntrospector",
          id: "x",
          type: "jwt",
          jwt: { iss: "https://x.example", secret: SECRET.padEnd(31) },
        },
      ],
    },
    "resources that are no store": { ...options, resources: {} },
    "grants that are no store": { ...options, grants: {} },
    "an administrator's token that is no text": { ...options, adminToken: 1 },
    "an empty administrator's token": { ...options, adminToken: "" },
    "a cacheTtl that is too long": { ...options, cacheTtl: 3601 },
    "a negative cacheTtl": { ...options, cacheTtl: -1 },
    "a clock that is none": { ...options, now: NOW },
    "a listener that is none": { ...options, onEvent: "x" },
    "an option that there is not": { ...options, signingKey: SECRET },
  };
  for (const [title, given] of Object.entries(misuse)) {
    test(`rejects ${title} with a TypeError that does not repeat it`, async () => {
      await assert.rejects(createSts(given), (error) => {
        assert.ok(error instanceof TypeError, String(error));
        assert.ok(error.message.length > 10 && !error.message.includes(SECRET), error.message);
        return true;
      });
    });
  }

  test("names each fault of the resources with its path", async () => {
    const resources = [
      RESOURCES[0],
      { resourceType: "Client", id: "x", active: 1, auth: { token_exchange: { y: 1 } } },
    ];
    await assert.rejects(createSts({ ...options, resources }), (error) => {
      assert.ok(error instanceof TypeError);
      for (const path of ["Client.active", "Client.auth.token_exchange.y"])
        assert.ok(error.message.includes(path), error.message);
      return true;
    });
  });

  test("durableGrants and sqliteGrants reject what they cannot use", () => {
    assert.throws(() => durableGrants({}), TypeError);
    assert.throws(() => sqliteGrants(1), TypeError);
    assert.throws(() => sqliteGrants(""), TypeError);
  });

  test("services beside each other do not know each other", async () => {
    const first = await createSts(options);
    const second = await createSts({ ...options, issuer: "https://second.example", resources: [] });
    await first.exchange(await parameters());
    assert.equal((await refusal(second.exchange(await parameters()))).reason, "client_unknown");
    const metadata = await second.fetch(new Request("https://x.example/.well-known/oauth-authorization-server"));
    assert.equal((await metadata.json()).issuer, "https://second.example");
  });
});

describe("the administrator's interface", () => {
  const ask = (sts, path, token = ADMIN_TOKEN) =>
    sts.fetch(new Request(`${ISSUER}${path}`, { headers: { authorization: `Bearer ${token}` } }));

  test("is not there without adminToken", async () => {
    const sts = await createSts(options);
    for (const path of ["/Client", "/Client/c1", "/User", "/TokenIntrospector"]) {
      for (const token of [ADMIN_TOKEN, "", "undefined", "null"])
        assert.equal((await ask(sts, path, token)).status, 404, path);
    }
    await sts.exchange(await parameters());
  });

  test("only reads where the store only reads", async () => {
    const directory = memoryDirectory(RESOURCES);
    const writing = await createSts({ ...options, adminToken: ADMIN_TOKEN, resources: directory });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const put = () => new Request(`${ISSUER}/User/x`, { method: "PUT", headers, body: "{}" });
    assert.equal((await writing.fetch(put())).status, 201);
    const resources = { get: async (key) => (await directory.read([key]))[0] };
    const reading = await createSts({ ...options, adminToken: ADMIN_TOKEN, resources });
    assert.equal((await ask(reading, "/User/x")).status, 200);
    const refused = await reading.fetch(put());
    assert.equal(refused.status, 405);
    assert.equal((await refused.json()).resourceType, "OperationOutcome");
  });
});

describe("a store that fails", () => {
  const failing = () => {
    throw new Error("planted-failure of the store");
  };
  // An exchange alone needs no grant store.
  const refreshed = async (sts) => {
    const { refresh_token } = await sts.exchange(await parameters());
    return sts.exchange({ ...CREDENTIALS, grant_type: "refresh_token", refresh_token });
  };
  const request = async () => {
    const { client_id, client_secret } = CREDENTIALS;
    const { refresh_token } = await (await createSts(options)).exchange(await parameters());
    const rest = { grant_type: "refresh_token", refresh_token };
    const authorization = `Basic ${btoa(`${client_id}:${encodeURIComponent(client_secret)}`)}`;
    return new Request(`${ISSUER}/auth/token`, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams(rest),
    });
  };

  for (const [title, broken] of [
    ["resources, at once", () => ({ resources: { get: failing } })],
    ["resources, later", () => ({ resources: { get: async () => failing() } })],
    ["resources that are no text", () => ({ resources: { get: async () => 1 } })],
    ["resources that are no JSON", () => ({ resources: { get: async () => "{" } })],
    ["grants, at once", () => ({ grants: { read: failing, write: failing } })],
    ["grants, later", () => ({ grants: { read: async () => failing(), write: async () => failing() } })],
  ]) {
    test(`${title}: 503, and no token`, async () => {
      const events = [];
      const sts = await createSts({ ...options, ...broken(), onEvent: (event) => events.push(event) });
      const error = await refusal(refreshed(sts));
      assert.deepEqual([error.status, error.error], [503, "temporarily_unavailable"]);
      const response = await sts.fetch(await request());
      assert.equal(response.status, 503);
      assert.match(response.headers.get("retry-after"), /^[1-9][0-9]*$/);
      assert.equal(response.headers.get("cache-control"), "no-store");
      const text = await response.text();
      assert.equal(JSON.parse(text).error, "temporarily_unavailable");
      assert.ok(!`${text} ${error.message} ${JSON.stringify(events)}`.includes("planted-failure"));
    });
  }

  test("and then works again", async () => {
    let broken = true;
    const grants = memoryGrants(clock);
    const flaky = {
      read: (...all) => (broken ? failing() : grants.read(...all)),
      write: (...all) => (broken ? failing() : grants.write(...all)),
    };
    const sts = await createSts({ ...options, grants: flaky });
    assert.equal((await refusal(refreshed(sts))).status, 503);
    broken = false;
    await refreshed(sts);
  });

  test("a write that loses is never told as success", async () => {
    const grants = { read: async () => null, write: async () => false };
    const sts = await createSts({ ...options, grants });
    assert.equal((await refusal(refreshed(sts))).status, 503);
  });
});

describe("onEvent", () => {
  async function eventsOf(act) {
    const events = [];
    const sts = await createSts({ ...options, adminToken: ADMIN_TOKEN, onEvent: (event) => events.push(event) });
    await act(sts);
    return events;
  }

  test("one plain object for a success", async () => {
    const [event, ...more] = await eventsOf(async (sts) => sts.exchange(await parameters()));
    assert.deepEqual(more, []);
    assert.equal(Object.getPrototypeOf(event), Object.prototype);
    assert.deepEqual(
      [event.event, event.outcome, event.client_id, event.scope, event.issued_token_type, event.reason],
      ["token.exchange", "success", "c1", "read", TYPE.accessToken, undefined],
    );
    assert.deepEqual(event.subject, { iss: "https://issuer.example", sub: "alice" });
    assert.deepEqual([event.aud].flat(), ["orders"]);
    assert.equal(event.time, NOW);
    assert.equal(typeof event.jti, "string");
    assert.ok(Number.isFinite(event.duration_ms));
  });

  test("one for a refusal, with its reason", async () => {
    const [event, ...more] = await eventsOf(async (sts) => refusal(sts.exchange(await parameters({ scope: "admin" }))));
    assert.deepEqual(more, []);
    assert.deepEqual(
      [event.event, event.outcome, event.reason, event.client_id],
      ["token.exchange", "refused", "scope_not_allowed", "c1"],
    );
  });

  test("one for each kind of decision", async () => {
    const events = await eventsOf(async (sts) => {
      const { refresh_token, access_token } = await sts.exchange(await parameters());
      const credentials = { client_id: "c1", client_secret: SECRETS.c1 };
      await sts.exchange({ ...credentials, grant_type: "refresh_token", refresh_token });
      const post = (path, body) =>
        sts.fetch(
          new Request(`${ISSUER}${path}`, { method: "POST", body: new URLSearchParams({ ...credentials, ...body }) }),
        );
      assert.equal((await post("/auth/introspect", { token: access_token })).status, 200);
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      assert.equal(
        (await sts.fetch(new Request(`${ISSUER}/User/eve`, { method: "PUT", headers, body: '{"roles":[]}' }))).status,
        201,
      );
      assert.equal((await sts.fetch(new Request(`${ISSUER}/User/eve`, { method: "DELETE", headers }))).status, 200);
    });
    assert.deepEqual(
      events.map(({ event, outcome }) => `${event} ${outcome}`),
      [
        "token.exchange success",
        "token.refresh success",
        "token.introspect success",
        "admin.put success",
        "admin.delete success",
      ],
    );
    // a member that is kept and does nothing is named once
    assert.deepEqual([events[3].resource, events[3].level], ["User/eve", "warning"]);
    assert.match(JSON.stringify(events[3].without_effect), /roles/);
  });

  test("a listener that fails changes nothing", async (t) => {
    t.mock.method(console, "error", () => undefined);
    for (const onEvent of [
      () => {
        throw new Error("x");
      },
      async () => {
        throw new Error("x");
      },
    ]) {
      const sts = await createSts({ ...options, onEvent });
      assert.equal((await sts.exchange(await parameters())).token_type, "Bearer");
    }
  });

  test("who failed to prove to be a client is marked as claimed, if that cannot be a secret", async () => {
    const PLANTED = "q7Xk2Vd9pLw4";
    const named = async (client_id) => {
      const wrong = await parameters({ client_id, client_secret: PLANTED });
      const [event] = await eventsOf(async (sts) => refusal(sts.exchange(wrong)));
      assert.equal(event.client_id, undefined);
      return event.claimed?.client_id;
    };
    assert.equal(await named("c1"), "c1");
    assert.equal(await named("invented"), "invented");
    for (const id of ["no id at all", "x".repeat(65), PLANTED, "t8Zm3Qc6rNf5", "sts_rt_planted"]) {
      assert.equal(await named(id), undefined, id);
    }
  });
});

describe("sts.fetch()", () => {
  test("rejects what is no Request with a TypeError", async () => {
    const sts = await createSts(options);
    for (const given of [undefined, null, "https://x.example/", {}, new URL("https://x.example/")])
      await assert.rejects(sts.fetch(given), TypeError);
  });

  test("a Content-Length that lies", async () => {
    const sts = await createSts(options);
    const request = new Request(`${ISSUER}/auth/token`, { method: "POST", body: new Uint8Array(100_000) });
    const headers = new Headers({ "content-length": "10", "content-type": "application/x-www-form-urlencoded" });
    const response = await sts.fetch(Object.defineProperty(request, "headers", { value: headers }));
    assert.equal(response.status, 413);
  });

  test("a body that breaks off", async () => {
    const sts = await createSts(options);
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error("planted-failure of the network"));
      },
    });
    const request = new Request(`${ISSUER}/auth/token`, {
      method: "POST",
      body,
      duplex: "half",
      headers: { "content-type": "application/json" },
    });
    await sts.fetch(request).then(
      (response) => assert.ok(response.status >= 400),
      (error) => assert.ok(error instanceof Error),
    );
    await sts.exchange(await parameters());
  });

  test("the clock is read for each request", async () => {
    let now = NOW;
    const sts = await createSts({ ...options, now: () => now });
    const given = await parameters();
    await sts.exchange(given);
    now += 700;
    assert.equal((await refusal(sts.exchange(given))).reason, "subject_token.expired");
  });
});
