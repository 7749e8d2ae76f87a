// The administrator's interface (contract 3.6) and the rules of the resources (contract 4).
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok, oneOf, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, RESOURCES, SECRETS, subjectToken, TRUSTED } from "./fixture.mjs";
import { base64url, sha256Hex } from "./jwt.mjs";
import { basic, goodExchange, goodExchangeOf } from "./token_request.mjs";

const BEARER = `Bearer ${ADMIN_TOKEN}`;
const LONG = "planted secret of a resource that the administrator writes: 64 bytes and more";

/** One request of the administrator; `body` is an object or the body's own text. */
async function administer(sts, method, path, body, headers = {}) {
  const response = await sts.fetch(path, {
    method,
    headers: {
      authorization: BEARER,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === "object" && !(body instanceof Uint8Array) ? JSON.stringify(body) : body }),
  });
  const text = await response.text();
  equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
  for (const secret of [LONG, ADMIN_TOKEN]) ok(!text.includes(secret), "a secret is shown");
  return { status: response.status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}

/** An OperationOutcome: status, and an issue whose expression is at `path`; nothing of `inputs` in it. */
function outcome({ status, body, text, headers }, expected, path, inputs = []) {
  oneOf(status, [expected].flat(), `status of ${text.slice(0, 300)}`);
  matches(headers.get("content-type"), /^application\/(fhir\+)?json\b/, "content-type");
  equal(body.resourceType, "OperationOutcome", "resourceType");
  ok(Array.isArray(body.issue) && body.issue.length > 0, "issue");
  for (const issue of body.issue) {
    oneOf(issue.severity, ["fatal", "error", "warning"], "severity");
    for (const name of ["code", "diagnostics"]) ok(typeof issue[name] === "string" && issue[name] !== "", name);
  }
  if (path !== undefined) {
    const expressions = body.issue.flatMap(({ expression }) => expression ?? []);
    const plain = expressions.map((expression) => expression.replaceAll(/\[\d+\]/g, ""));
    ok(
      plain.some((expression) => expression === path || expression.startsWith(`${path}.`)),
      `expression ${JSON.stringify(expressions)}, expected ${path}: ${text.slice(0, 300)}`,
    );
  }
  for (const input of inputs) ok(!text.includes(input), `the value ${input} is repeated`);
}

const CLIENT = {
  secret: LONG,
  grant_types: [EXCHANGE],
  allowedIssuers: [TRUSTED.main.iss],
  auth: { token_exchange: { token_format: "jwt" } },
};
const INTROSPECTOR = { type: "jwt", jwt: { iss: "https://new.example", secret: LONG } };
const USER = { email: "carol@mail.example", identifier: [{ system: "https://new.example", value: "sub-of-carol" }] };

const exchange = (members) => ({ ...CLIENT, auth: { token_exchange: members } });
const jwt = (members) => ({ type: "jwt", jwt: { iss: "https://new.example", ...members } });
const keys = (...list) => jwt({ keys: list });
const PLAIN = { kty: "OCT", alg: "HS256", format: "plain", k: LONG };
const without = (object, ...names) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

// Each breaks one rule: the body, and the path that the answer names.
const broken = [
  ["Client", { ...CLIENT, unknown: 1 }, "Client.unknown"],
  ["Client", { ...CLIENT, Secret: "x" }, "Client.Secret"],
  ["Client", '{"secret":"abc","__proto__":1}', "Client.__proto__"],
  ["Client", { ...CLIENT, constructor: 1 }, "Client.constructor"],
  ["Client", { ...CLIENT, auth: { token_exchange: { unknown: 1 } } }, "Client.auth.token_exchange.unknown"],
  ["Client", { ...CLIENT, auth: [] }, "Client.auth"],
  ["Client", { ...CLIENT, auth: { token_exchange: true } }, "Client.auth.token_exchange"],
  ["Client", { ...CLIENT, active: "true" }, "Client.active"],
  ["Client", { ...CLIENT, active: null }, "Client.active"],
  ["Client", { ...CLIENT, name: 1 }, "Client.name"],
  ["Client", { ...CLIENT, secret: "" }, "Client.secret"],
  ["Client", { ...CLIENT, secret: 1 }, "Client.secret"],
  ["Client", { ...CLIENT, secret: "__sha256:zz" }, "Client.secret"],
  ["Client", { ...CLIENT, secret: `__sha256:${"a".repeat(63)}` }, "Client.secret"],
  ["Client", { ...CLIENT, secret: "***" }, "Client.secret"],
  ["Client", { ...CLIENT, grant_types: EXCHANGE }, "Client.grant_types"],
  ["Client", { ...CLIENT, grant_types: [1] }, "Client.grant_types"],
  ["Client", { ...CLIENT, allowedIssuers: "*" }, "Client.allowedIssuers"],
  ["Client", { ...CLIENT, allowedIssuers: [""] }, "Client.allowedIssuers"],
  ["Client", { ...CLIENT, scope: "read" }, "Client.scope"],
  ["Client", { ...CLIENT, scope: ["read write"] }, "Client.scope"],
  ["Client", { ...CLIENT, scope: ['a"b'] }, "Client.scope"],
  ["Client", { ...CLIENT, scope: [""] }, "Client.scope"],
  ["Client", { ...CLIENT, resource: [1] }, "Client.resource"],
  ["Client", { ...CLIENT, allowed_origins: ["*"] }, "Client.allowed_origins"],
  ["Client", { ...CLIENT, allowed_origins: ["https://app.example/"] }, "Client.allowed_origins"],
  ["Client", { ...CLIENT, allowed_origins: ["app.example"] }, "Client.allowed_origins"],
  ["Client", { ...CLIENT, allowed_origins: ["null"] }, "Client.allowed_origins"],
  ["Client", { ...CLIENT, resourceType: "User" }, "Client.resourceType"],
  ["Client", { ...CLIENT, id: "another" }, "Client.id"],
  ["Client", exchange({ token_format: "opaque" }), "Client.auth.token_exchange.token_format"],
  ["Client", exchange({ token_format: "JWT" }), "Client.auth.token_exchange.token_format"],
  ["Client", exchange({ refresh_token: "true" }), "Client.auth.token_exchange.refresh_token"],
  ["Client", exchange({ refresh_token: 1 }), "Client.auth.token_exchange.refresh_token"],
  ["Client", exchange({ access_token_expiration: 0 }), "Client.auth.token_exchange.access_token_expiration"],
  ["Client", exchange({ access_token_expiration: -1 }), "Client.auth.token_exchange.access_token_expiration"],
  ["Client", exchange({ access_token_expiration: 1.5 }), "Client.auth.token_exchange.access_token_expiration"],
  ["Client", exchange({ access_token_expiration: "360" }), "Client.auth.token_exchange.access_token_expiration"],
  [
    "Client",
    '{"secret":"abc","auth":{"token_exchange":{"access_token_expiration":1e99}}}',
    "Client.auth.token_exchange.access_token_expiration",
  ],
  ["Client", exchange({ refresh_token_expiration: 0 }), "Client.auth.token_exchange.refresh_token_expiration"],
  ["Client", exchange({ audience: "orders" }), "Client.auth.token_exchange.audience"],
  ["Client", exchange({ audience: [""] }), "Client.auth.token_exchange.audience"],
  ["Client", exchange({ delegation: "all" }), "Client.auth.token_exchange.delegation"],
  ["Client", exchange({ outlive_subject: "yes" }), "Client.auth.token_exchange.outlive_subject"],
  // members of Aidbox whose silence would weaken a rule
  ["Client", { ...CLIENT, scopes: [{ policy: { id: "x" } }] }, "Client.scopes.policy"],
  ["TokenIntrospector", { ...INTROSPECTOR, type: "aspxauth" }, "TokenIntrospector.type"],
  // F10: what is not fetched
  ...[
    "http://new.example/jwks",
    "https://127.0.0.1/jwks",
    "https://169.254.169.254/latest",
    "https://[::1]/jwks",
    "https://2130706433/",
    "https://localhost/jwks",
    "https://metadata.google.internal/",
    "https://user@new.example/jwks",
    "https://new.example/jwks#x",
  ].flatMap((jwks_uri) => [
    ["Client", { ...CLIENT, jwks_uri }, "Client.jwks_uri"],
    ["TokenIntrospector", { type: "jwt", jwt: { iss: "https://new.example" }, jwks_uri }, "TokenIntrospector.jwks_uri"],
  ]),
  ["Client", { ...CLIENT, jwks_uri: "https://client.example/jwks", jwks: [] }, "Client.jwks_uri"],
  [
    "TokenIntrospector",
    { type: "jwt", jwt: { iss: "https://new.example" }, jwks_uri: "https://new.example/jwks", discovery: true },
    "TokenIntrospector.jwks_uri",
  ],
  ["TokenIntrospector", { type: "jwt", jwt: { iss: "new" }, discovery: true }, "TokenIntrospector.jwt.iss"],
  [
    "TokenIntrospector",
    { type: "opaque", jwt: { iss: "https://new.example" } },
    "TokenIntrospector.introspection_endpoint",
  ],
  ["TokenIntrospector", { ...INTROSPECTOR, claims: { repository: [] } }, "TokenIntrospector.claims.repository"],
  ["TokenIntrospector", { ...INTROSPECTOR, unknown: 1 }, "TokenIntrospector.unknown"],
  ["TokenIntrospector", jwt({ secret: LONG, unknown: 1 }), "TokenIntrospector.jwt.unknown"],
  ["TokenIntrospector", without(INTROSPECTOR, "type"), "TokenIntrospector.type"],
  ["TokenIntrospector", { ...INTROSPECTOR, type: "JWT" }, "TokenIntrospector.type"],
  ["TokenIntrospector", { type: "jwt" }, "TokenIntrospector.jwt"],
  ["TokenIntrospector", { type: "jwt", jwt: { secret: LONG } }, "TokenIntrospector.jwt.iss"],
  ["TokenIntrospector", { type: "jwt", jwt: { iss: "", secret: LONG } }, "TokenIntrospector.jwt.iss"],
  ["TokenIntrospector", { type: "jwt", jwt: { iss: 1, secret: LONG } }, "TokenIntrospector.jwt.iss"],
  [
    "TokenIntrospector",
    { type: "jwt", jwt: { iss: `https://${"x".repeat(400)}`, secret: LONG } },
    "TokenIntrospector.jwt.iss",
  ],
  // F07: an HMAC key that can be guessed
  ["TokenIntrospector", jwt({ secret: "test" }), "TokenIntrospector.jwt.secret"],
  ["TokenIntrospector", jwt({ secret: "x".repeat(31) }), "TokenIntrospector.jwt.secret"],
  ["TokenIntrospector", jwt({ secret: "" }), "TokenIntrospector.jwt.secret"],
  ["TokenIntrospector", jwt({ secret: 1 }), "TokenIntrospector.jwt.secret"],
  ["TokenIntrospector", jwt({ secret: "***" }), "TokenIntrospector.jwt.secret"],
  ["TokenIntrospector", keys({ ...PLAIN, k: "x".repeat(31) }), "TokenIntrospector.jwt.keys.k"],
  ["TokenIntrospector", keys({ ...PLAIN, alg: "HS384", k: "x".repeat(47) }), "TokenIntrospector.jwt.keys.k"],
  ["TokenIntrospector", keys({ ...PLAIN, alg: "HS512", k: "x".repeat(63) }), "TokenIntrospector.jwt.keys.k"],
  ["TokenIntrospector", keys(), "TokenIntrospector.jwt.keys"],
  ["TokenIntrospector", keys(without(PLAIN, "alg")), "TokenIntrospector.jwt.keys"],
  ["TokenIntrospector", keys(without(PLAIN, "k")), "TokenIntrospector.jwt.keys"],
  ["TokenIntrospector", keys({ ...PLAIN, alg: "none" }), "TokenIntrospector.jwt.keys.alg"],
  ["TokenIntrospector", keys({ ...PLAIN, unknown: 1 }), "TokenIntrospector.jwt.keys.unknown"],
  ["TokenIntrospector", keys({ ...PLAIN, kid: "a" }, { ...PLAIN, kid: "a" }), "TokenIntrospector.jwt.keys"],
  ["TokenIntrospector", keys({ ...PLAIN, kid: "x".repeat(257) }), "TokenIntrospector.jwt.keys.kid"],
  ["TokenIntrospector", jwt({ secret: LONG, keys: [PLAIN] }), "TokenIntrospector"],
  ["TokenIntrospector", jwt({}), "TokenIntrospector"],
  ["TokenIntrospector", { ...INTROSPECTOR, jwks_uri: "http://new.example/jwks" }, "TokenIntrospector"],
  ["TokenIntrospector", { ...INTROSPECTOR, audience: "x" }, "TokenIntrospector.audience"],
  ["TokenIntrospector", { ...INTROSPECTOR, audience: [1] }, "TokenIntrospector.audience"],
  ["TokenIntrospector", { ...INTROSPECTOR, cache_ttl: 0 }, "TokenIntrospector.cache_ttl"],
  ["TokenIntrospector", { ...INTROSPECTOR, cache_ttl: 86_401 }, "TokenIntrospector.cache_ttl"],
  ["TokenIntrospector", { ...INTROSPECTOR, user: "optional" }, "TokenIntrospector.user"],
  ["TokenIntrospector", { ...INTROSPECTOR, user: null }, "TokenIntrospector.user"],
  ["TokenIntrospector", { ...INTROSPECTOR, max_lifetime: "x" }, "TokenIntrospector.max_lifetime"],
  // one issuer, one introspector
  [
    "TokenIntrospector",
    { type: "jwt", jwt: { iss: TRUSTED.main.iss, secret: LONG } },
    "TokenIntrospector.jwt.iss",
    "duplicate",
  ],
  ["User", { ...USER, unknown: 1 }, "User.unknown"],
  ["User", { inactive: "yes" }, "User.inactive"],
  ["User", { inactive: 1 }, "User.inactive"],
  ["User", { identifier: {} }, "User.identifier"],
  ["User", { identifier: [{ system: "x" }] }, "User.identifier"],
  ["User", { identifier: [{ system: "x", value: 1 }] }, "User.identifier.value"],
  ["User", { identifier: [{ system: "x", value: "y", unknown: 1 }] }, "User.identifier.unknown"],
  ["User", { email: 1 }, "User.email"],
  ["User", { data: "text" }, "User.data"],
  ["User", { resourceType: "Client" }, "User.resourceType"],
  // one identifier, one user
  ["User", { identifier: [{ system: TRUSTED.main.iss, value: "sub-of-bob" }] }, "User.identifier", "duplicate"],
];

const notJson = [
  ["text", "text"],
  ["an array", "[]"],
  ["null", "null"],
  ["cut off", '{"secret":'],
  ["a member twice", '{"name":"a","name":"b"}'],
  ["a nested member twice", '{"data":{"a":1,"a":2}}'],
  ["a member twice, by an escape", '{"name":"a","n\\u0061me":"b"}'],
  ["a BOM", '\ufeff{"name":"a"}'],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ["nested too deep", `{"data":${"[".repeat(2000)}${"]".repeat(2000)}}`],
  ["empty", ""],
];

let made = 0;
const freshId = () => `made-${Date.now().toString(36)}-${made++}`;
const of = { Client: CLIENT, TokenIntrospector: INTROSPECTOR, User: USER };

// What a body has that the good one has not, for the name of a case.
function difference(body, good) {
  if (typeof body === "string") return body;
  const changed = Object.entries(body).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(good[name]));
  return JSON.stringify(Object.fromEntries(changed)).replaceAll(LONG, "…").slice(0, 110);
}

const cases = [
  ...[
    ["no token", {}],
    ["wrong token", { authorization: "Bearer wrong" }],
    ["the token's beginning", { authorization: BEARER.slice(0, -1) }],
    ["the token and more", { authorization: `${BEARER}x` }],
    ["another case", { authorization: BEARER.toUpperCase() }],
    ["a client's credentials", { authorization: basic("c1") }],
    ["the token as Basic", { authorization: basic("admin", ADMIN_TOKEN) }],
  ].map(([title, headers]) => ({
    name: `without the administrator's token: ${title}`,
    async run(sts) {
      for (const [method, path] of [
        ["GET", "/Client"],
        ["GET", "/Client/c1"],
        ["PUT", "/Client/intruder"],
        ["POST", "/User"],
        ["DELETE", "/Client/c1"],
      ]) {
        const body = method === "PUT" || method === "POST" ? { body: "{}" } : {};
        const response = await sts.fetch(path, {
          method,
          headers: { "content-type": "application/json", ...headers },
          ...body,
        });
        const text = await response.text();
        equal(response.status, 401, `${method} ${path} ${text.slice(0, 100)}`);
        matches(response.headers.get("www-authenticate"), /^Bearer\b/, "WWW-Authenticate");
        ok(!text.includes("grant_types"), "nothing of a resource");
      }
      equal((await administer(sts, "GET", "/Client/intruder")).status, 404, "nothing was made");
    },
  })),
  {
    name: "an access token is not the administrator's",
    async run(sts) {
      const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
      const response = await sts.fetch("/Client", {
        method: "GET",
        headers: { authorization: `Bearer ${answer.access_token}` },
      });
      await response.text();
      equal(response.status, 401, "status");
    },
  },
  ...["Client", "TokenIntrospector", "User"].map((type) => ({
    name: `${type}: PUT makes and replaces, GET, the list, DELETE`,
    async run(sts) {
      const id = freshId();
      const path = `/${type}/${id}`;
      equal((await administer(sts, "GET", path)).status, 404, "GET before");
      equal((await administer(sts, "DELETE", path)).status, 204, "DELETE before");
      const put = await administer(sts, "PUT", path, of[type]);
      equal(put.status, 201, `PUT: ${put.text.slice(0, 300)}`);
      same([put.body.resourceType, put.body.id], [type, id], "what was made");
      matches(put.headers.get("location"), new RegExp(`/${type}/${id}(/_history/\\d+)?$`), "Location");
      matches(put.body.meta.versionId, /^\d+$/, "versionId");
      ok(!Number.isNaN(Date.parse(put.body.meta.lastUpdated)), "lastUpdated");
      matches(put.headers.get("etag"), new RegExp(`^(W/)?"${put.body.meta.versionId}"$`), "ETag");
      const got = await administer(sts, "GET", path);
      equal(got.status, 200, "GET");
      same(got.body, put.body, "what GET gives");
      equal(got.headers.get("etag"), put.headers.get("etag"), "ETag of GET");
      const again = await administer(sts, "PUT", path, of[type]);
      equal(again.status, 200, "PUT again");
      ok(Number(again.body.meta.versionId) > Number(put.body.meta.versionId), "the version counts up");
      const list = await administer(sts, "GET", `/${type}`);
      equal(list.status, 200, "list");
      same(
        list.body.entry.map(({ resource }) => resource).find((resource) => resource.id === id),
        again.body,
        "in the list",
      );
      equal(list.body.total, list.body.entry.length, "total");
      for (const { resource } of list.body.entry) equal(resource.resourceType, type, "type of an entry");
      const deleted = await administer(sts, "DELETE", path);
      equal(deleted.status, 200, "DELETE");
      same(deleted.body, again.body, "what DELETE gives");
      outcome(await administer(sts, "GET", path), 404);
      equal((await administer(sts, "DELETE", path)).status, 204, "DELETE again");
      const relisted = await administer(sts, "GET", `/${type}`);
      ok(!relisted.text.includes(id), "not in the list any more");
      // the version of what is made anew is none of the former ones
      const reborn = await administer(sts, "PUT", path, of[type]);
      equal(reborn.status, 201, "PUT after DELETE");
      equal((await administer(sts, "DELETE", path)).status, 200, "DELETE at last");
    },
  })),
  ...["Client", "TokenIntrospector", "User"].map((type) => ({
    name: `${type}: POST makes an id or honours one; 409 when it is there`,
    async run(sts) {
      const id = freshId();
      const post = await administer(sts, "POST", `/${type}`, { ...of[type], id });
      equal(post.status, 201, `POST: ${post.text.slice(0, 300)}`);
      equal(post.body.id, id, "id");
      matches(post.headers.get("location"), new RegExp(`/${type}/${id}(/_history/\\d+)?$`), "Location");
      outcome(await administer(sts, "POST", `/${type}`, { ...of[type], id }), 409);
      equal((await administer(sts, "DELETE", `/${type}/${id}`)).status, 200, "DELETE");
      const nameless = await administer(sts, "POST", `/${type}`, of[type]);
      equal(nameless.status, 201, "POST without id");
      matches(nameless.body.id, /^[A-Za-z0-9._-]{1,64}$/, "the id that was made");
      equal((await administer(sts, "DELETE", `/${type}/${nameless.body.id}`)).status, 200, "DELETE");
    },
  })),
  {
    name: "ETag and If-Match",
    async run(sts) {
      const path = `/Client/${freshId()}`;
      outcome(await administer(sts, "PUT", path, CLIENT, { "if-match": 'W/"1"' }), 412);
      outcome(await administer(sts, "PUT", path, CLIENT, { "if-match": "*" }), 412);
      equal((await administer(sts, "GET", path)).status, 404, "nothing was made");
      const first = (await administer(sts, "PUT", path, CLIENT)).headers.get("etag");
      const changed = { ...CLIENT, name: "second" };
      const second = await administer(sts, "PUT", path, changed, { "if-match": first });
      equal(second.status, 200, "PUT with the ETag");
      outcome(await administer(sts, "PUT", path, { ...CLIENT, name: "third" }, { "if-match": first }), 412);
      outcome(await administer(sts, "DELETE", path, undefined, { "if-match": first }), 412);
      equal((await administer(sts, "GET", path)).body.name, "second", "what is stored");
      const strong = `"${second.body.meta.versionId}"`;
      equal(
        (await administer(sts, "PUT", path, changed, { "if-match": strong })).status,
        200,
        "PUT with the version alone",
      );
      equal(
        (await administer(sts, "DELETE", path, undefined, { "if-match": "*" })).status,
        200,
        "DELETE of any version",
      );
    },
  },
  {
    name: "secrets are masked, and *** keeps what is stored",
    async run(sts) {
      const [client, introspector] = [freshId(), freshId()];
      const iss = `https://${introspector}.example`;
      const clientBody = { ...CLIENT, allowedIssuers: [iss] };
      const introspectorBody = { type: "jwt", jwt: { iss, secret: LONG }, user: "none" };
      const works = async (what) => {
        const request = (await goodExchange(sts)).header("authorization", basic(client, LONG)).set("scope", "openid");
        request.set("subject_token", await subjectToken(sts, { sub: "job" }, { iss, secret: LONG }));
        const { claims } = await issuedBy(await request.send(sts));
        same([claims.client_id, claims.sub], [client, "job"], what);
      };
      equal(
        (await administer(sts, "PUT", `/Client/${client}`, clientBody)).body.secret,
        "***",
        "secret as PUT shows it",
      );
      equal((await administer(sts, "PUT", `/TokenIntrospector/${introspector}`, introspectorBody)).status, 201, "PUT");
      await works("with the secrets as they were written");
      for (const path of [`/Client/${client}`, `/TokenIntrospector/${introspector}`]) {
        const got = await administer(sts, "GET", path);
        equal(got.body.secret ?? got.body.jwt.secret, "***", "secret as GET shows it");
        ok(!got.text.includes(await sha256Hex(LONG)), "no digest either");
        // what GET gave is written back as it is
        equal(
          (await administer(sts, "PUT", path, { ...got.body, ...(got.body.jwt ? {} : { name: "renamed" }) })).status,
          200,
          "PUT of what GET gave",
        );
      }
      equal((await administer(sts, "GET", `/Client/${client}`)).body.name, "renamed", "name");
      await works("after what was shown was written back");
      const list = await administer(sts, "GET", "/Client");
      for (const { resource } of list.body.entry) oneOf(resource.secret, ["***", undefined], "secret in the list");
      const deleted = [
        await administer(sts, "DELETE", `/Client/${client}`),
        await administer(sts, "DELETE", `/TokenIntrospector/${introspector}`),
      ];
      same([deleted[0].body.secret, deleted[1].body.jwt.secret], ["***", "***"], "secrets as DELETE shows them");
    },
  },
  {
    name: "keys[] are masked, and *** keeps each by its kid",
    async run(sts) {
      const id = freshId();
      const iss = `https://${id}.example`;
      const list = [
        { ...PLAIN, kid: "one" },
        {
          kid: "two",
          kty: "oct",
          alg: "HS384",
          format: "jwk",
          jwk: { kty: "oct", alg: "HS384", k: base64url(TRUSTED.main.secret) },
        },
      ];
      const body = { type: "jwt", jwt: { iss, keys: list }, user: "none" };
      const put = await administer(sts, "PUT", `/TokenIntrospector/${id}`, body);
      equal(put.status, 201, `PUT: ${put.text.slice(0, 300)}`);
      same([put.body.jwt.keys[0].k, put.body.jwt.keys[1].jwk.k], ["***", "***"], "keys as they are shown");
      ok(!put.text.includes(base64url(TRUSTED.main.secret)), "the key of the JWK");
      const swapped = { ...put.body, jwt: { iss, keys: put.body.jwt.keys.toReversed() } };
      equal((await administer(sts, "PUT", `/TokenIntrospector/${id}`, swapped)).status, 200, "PUT in another order");
      const client = freshId();
      equal(
        (await administer(sts, "PUT", `/Client/${client}`, { ...CLIENT, allowedIssuers: [iss] })).status,
        201,
        "PUT",
      );
      for (const [kid, secret, alg] of [
        ["one", LONG, "HS256"],
        ["two", TRUSTED.main.secret, "HS384"],
      ]) {
        const token = await subjectToken(sts, { sub: "job" }, { iss, secret }, { alg, kid });
        const request = (await goodExchange(sts)).header("authorization", basic(client, LONG)).set("scope", "openid");
        await issuedBy(await request.set("subject_token", token).send(sts));
      }
      await administer(sts, "DELETE", `/TokenIntrospector/${id}`);
      await administer(sts, "DELETE", `/Client/${client}`);
    },
  },
  {
    name: "a client's secret may be written as its digest, in either case",
    async run(sts) {
      const digest = await sha256Hex(LONG);
      for (const hex of [digest, digest.toUpperCase()]) {
        const id = freshId();
        const put = await administer(sts, "PUT", `/Client/${id}`, { ...CLIENT, secret: `__sha256:${hex}` });
        same([put.status, put.body.secret], [201, "***"], "PUT");
        const request = (await goodExchange(sts)).header("authorization", basic(id, LONG)).set("scope", "openid");
        await issuedBy(await request.send(sts));
        await administer(sts, "DELETE", `/Client/${id}`);
      }
    },
  },
  {
    name: "changes take effect at once",
    async run(sts) {
      const id = freshId();
      const iss = `https://${id}.example`;
      const request = async (secret = LONG) =>
        (await goodExchange(sts))
          .header("authorization", basic(id, secret))
          .set("scope", "openid")
          .set("subject_token", await subjectToken(sts, { sub: `sub-of-${id}` }, { iss, secret: LONG }));
      const invalidClient = { status: 401, error: "invalid_client" };
      const invalidRequest = (says) => ({ error: "invalid_request", says });
      const put = async (path, body, status) =>
        equal((await administer(sts, "PUT", path, body)).status, status, `PUT ${path}`);
      const client = `/Client/${id}`;
      const introspector = `/TokenIntrospector/${id}`;
      const user = `/User/${id}`;
      // each is missing at first, and looked for before it is made
      await refusedBy(await (await request()).send(sts), invalidClient);
      await put(client, { ...CLIENT, allowedIssuers: [iss] }, 201);
      await refusedBy(await (await request()).send(sts), invalidRequest(/issuer/));
      await put(introspector, { type: "jwt", jwt: { iss, secret: LONG } }, 201);
      await refusedBy(await (await request()).send(sts), invalidRequest(/user/));
      await put(user, { identifier: [{ system: iss, value: `sub-of-${id}` }] }, 201);
      equal((await issuedBy(await (await request()).send(sts))).claims.sub, id, "sub");
      await put(user, { identifier: [{ system: iss, value: `sub-of-${id}` }], inactive: true }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/user/));
      await put(user, { identifier: [{ system: iss, value: "another" }] }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/user/));
      await put(user, { identifier: [{ system: iss, value: `sub-of-${id}` }] }, 200);
      await put(introspector, { type: "jwt", jwt: { iss: `${iss}/moved`, secret: LONG } }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/issuer/));
      await put(introspector, { type: "jwt", jwt: { iss, secret: LONG } }, 200);
      await put(client, { ...CLIENT, allowedIssuers: [] }, 200);
      await refusedBy(await (await request()).send(sts), invalidRequest(/issuer/));
      await put(client, { ...CLIENT, allowedIssuers: [iss], active: false }, 200);
      await refusedBy(await (await request()).send(sts), invalidClient);
      await put(client, { ...CLIENT, allowedIssuers: [iss], secret: "another-planted-secret" }, 200);
      await refusedBy(await (await request()).send(sts), invalidClient);
      await issuedBy(await (await request("another-planted-secret")).send(sts));
      for (const [path, expected] of [
        [user, invalidRequest(/user/)],
        [introspector, invalidRequest(/issuer/)],
        [client, invalidClient],
      ]) {
        equal((await administer(sts, "DELETE", path)).status, 200, `DELETE ${path}`);
        await refusedBy(await (await request("another-planted-secret")).send(sts), expected);
      }
    },
  },
  ...broken.map(([type, body, path, code]) => ({
    name: `${code === "duplicate" ? 409 : 422} ${path}: ${difference(body, of[type])}`,
    async run(sts) {
      const id = freshId();
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const put = await administer(sts, "PUT", `/${type}/${id}`, text);
      outcome(put, code === "duplicate" ? 409 : 422, path, ["planted", "https://new.example"]);
      if (code !== undefined)
        ok(
          put.body.issue.some((issue) => issue.code === code),
          `code ${put.text.slice(0, 300)}`,
        );
      equal((await administer(sts, "GET", `/${type}/${id}`)).status, 404, "nothing was made");
    },
  })),
  {
    name: "422 names every fault, and what is stored stays as it was",
    async run(sts) {
      const before = await administer(sts, "GET", "/Client/c2");
      const put = await administer(sts, "PUT", "/Client/c2", {
        ...CLIENT,
        active: 1,
        auth: { token_exchange: { token_format: "x", y: 1 } },
      });
      for (const path of ["Client.active", "Client.auth.token_exchange.token_format", "Client.auth.token_exchange.y"])
        outcome(put, 422, path);
      same((await administer(sts, "GET", "/Client/c2")).body, before.body, "what is stored");
      await issuedBy(await (await goodExchangeOf(sts, "c2", "read")).send(sts));
    },
  },
  {
    name: "members that Aidbox knows and that have no use here are kept",
    async run(sts) {
      const client = {
        ...CLIENT,
        type: "web-app",
        details: { x: [1] },
        first_party: true,
        scopes: [{ scope: { id: "patients" }, parameters: {} }],
        "allowed-scopes": [{ id: "patients", resourceType: "Scope" }],
        auth: { ...CLIENT.auth, client_credentials: { access_token_expiration: 5 } },
      };
      const user = {
        ...USER,
        identifier: undefined,
        userName: "carol",
        name: { givenName: "Carol" },
        roles: [{ value: "x" }],
        data: { any: { thing: [1, null, "x"] } },
      };
      for (const [type, body] of Object.entries({ Client: client, User: user })) {
        const path = `/${type}/${freshId()}`;
        const put = await administer(sts, "PUT", path, body);
        equal(put.status, 201, `PUT: ${put.text.slice(0, 300)}`);
        const got = (await administer(sts, "GET", path)).body;
        const expected = JSON.parse(JSON.stringify(body));
        for (const [name, value] of Object.entries(expected)) if (name !== "secret") same(got[name], value, name);
        await administer(sts, "DELETE", path);
      }
    },
  },
  ...notJson.map(([title, body]) => ({
    name: `400 the body is ${title}`,
    async run(sts) {
      const id = freshId();
      outcome(await administer(sts, "PUT", `/User/${id}`, body), 400);
      outcome(await administer(sts, "POST", "/User", body), 400);
      equal((await administer(sts, "GET", `/User/${id}`)).status, 404, "nothing was made");
    },
  })),
  {
    name: "a body that is too large, and one of another type",
    async run(sts) {
      const id = freshId();
      outcome(await administer(sts, "PUT", `/User/${id}`, { data: { x: "y".repeat(70_000) } }), 413);
      const wrongType = { "content-type": "application/x-www-form-urlencoded" };
      outcome(await administer(sts, "PUT", `/User/${id}`, "{}", wrongType), [400, 415]);
      equal(
        (await administer(sts, "PUT", `/User/${id}`, "{}", { "content-type": "application/json; charset=utf-8" }))
          .status,
        201,
        "PUT",
      );
      await administer(sts, "DELETE", `/User/${id}`);
    },
  },
  {
    name: "ids: 1 to 64 of A-Z a-z 0-9 - . _",
    async run(sts) {
      for (const id of ["a", "A-z.0_9", "x".repeat(64), "__proto__", "constructor"]) {
        equal((await administer(sts, "PUT", `/User/${id}`, {})).status, 201, `PUT /User/${id}`);
        equal((await administer(sts, "GET", `/User/${id}`)).body.id, id, "id");
        equal((await administer(sts, "DELETE", `/User/${id}`)).status, 200, `DELETE /User/${id}`);
      }
      for (const id of ["x".repeat(65), "a%20b", "a%2Fb", "%61", "é", "a:b", "a*", "a$"]) {
        const { status } = await administer(sts, "PUT", `/User/${id}`, {});
        oneOf(status, [400, 404, 422], `PUT /User/${id}`);
      }
      for (const id of ["", "x".repeat(65), "a b", "a/b", "é", 1, null]) {
        outcome(await administer(sts, "POST", "/User", { id }), 422, "User.id");
      }
    },
  },
  {
    name: "lists are pages, found by what they are asked for",
    async run(sts) {
      const name = freshId();
      const ids = [1, 2, 3].map((number) => `${name}-${number}`);
      const value = `value of ${name}`;
      for (const id of ids) await administer(sts, "PUT", `/User/${id}`, { userName: name });
      await administer(sts, "PUT", `/User/${ids[1]}`, {
        userName: name,
        identifier: [{ system: "https://pages.example", value }],
      });
      const list = async (query) => (await administer(sts, "GET", `/User?${new URLSearchParams(query)}`)).body;
      const idsOf = ({ entry }) => entry.map(({ resource }) => resource.id);
      const first = await list({ name, _count: 2 });
      same([first.total, idsOf(first)], [3, ids.slice(0, 2)], "the first page");
      const next = first.link.find(({ relation }) => relation === "next").url;
      const second = (await administer(sts, "GET", next.slice(next.indexOf("/User")))).body;
      same([second.total, idsOf(second)], [3, ids.slice(2)], "the second");
      same(
        second.link.map(({ relation }) => relation),
        ["self", "previous"],
        "its links",
      );
      same(idsOf(await list({ identifier: `https://pages.example|${value}` })), [ids[1]], "by identifier");
      same(idsOf(await list({ name, _id: ids[2] })), [ids[2]], "by id and name");
      same(idsOf(await list({ name: "another", _id: ids[2] })), [], "by id, of another name");
      const { body } = await administer(sts, "GET", `/TokenIntrospector?iss=${encodeURIComponent(TRUSTED.main.iss)}`);
      same(
        body.entry.map(({ resource }) => resource.jwt.iss),
        [TRUSTED.main.iss],
        "by issuer",
      );
      for (const query of ["email=a", "_sort=id", "_count=0", "_count=1001", "_page=0", "_id=a&_id=b", "iss=a"]) {
        outcome(await administer(sts, "GET", `/User?${query}`), 400);
      }
      for (const id of ids) equal((await administer(sts, "DELETE", `/User/${id}`)).status, 200, "DELETE");
    },
  },
  {
    name: "the versions of a resource, newest first, without secrets",
    async run(sts) {
      const id = freshId();
      for (const name of ["first", "second"]) await administer(sts, "PUT", `/Client/${id}`, { ...CLIENT, name });
      await administer(sts, "DELETE", `/Client/${id}`);
      const { status, body, text } = await administer(sts, "GET", `/Client/${id}/_history`);
      same([status, body.type, body.total], [200, "history", 3], "history");
      ok(!text.includes("__sha256"), "a digest is shown");
      same(
        body.entry.map(({ request, resource }) => [request.method, resource?.name, resource?.secret]),
        [
          ["DELETE", undefined, undefined],
          ["PUT", "second", "***"],
          ["PUT", "first", "***"],
        ],
        "entries",
      );
      equal(body.entry[0].administrator, "administrator", "who");
      const again = await administer(sts, "PUT", `/Client/${id}`, CLIENT);
      same([again.status, again.headers.get("etag")], [201, 'W/"4"'], "versions do not begin again");
      await administer(sts, "DELETE", `/Client/${id}`);
    },
  },
  {
    name: "a bundle is done whole or not at all; a backup brings it back",
    async run(sts) {
      const [id, other] = [freshId(), freshId()];
      const introspector = (iss) => ({ ...INTROSPECTOR, jwt: { ...INTROSPECTOR.jwt, iss } });
      const put = (url, resource) => ({ resource, request: { method: "PUT", url } });
      const remove = (url) => ({ request: { method: "DELETE", url } });
      const send = (entry, path = "/") =>
        administer(sts, "POST", path, { resourceType: "Bundle", type: "transaction", entry });
      const [a, b] = [`https://a.example/${id}`, `https://b.example/${id}`];
      const [own, others] = [`TokenIntrospector/${id}`, `TokenIntrospector/${other}`];
      equal((await send([put(own, introspector(a)), put(others, introspector(b))])).status, 200, "both");
      equal((await send([put(own, introspector(b)), put(others, introspector(a))])).status, 200, "exchanged");
      outcome(
        await send([remove(own), put(others, { ...introspector(a), unknown: 1 })]),
        422,
        ".TokenIntrospector.unknown",
      );
      equal((await administer(sts, "GET", `/${own}`)).body.jwt.iss, b, "nothing was done");
      outcome(await send([put(`User/${id}`, {}), put(`TokenIntrospector/${id}-3`, introspector(a))]), 409);
      equal((await administer(sts, "GET", `/User/${id}`)).status, 404, "nothing was done");

      const stored = (await administer(sts, "GET", `/${own}`)).body.meta.instance;
      let kept;
      for (let page = 1; kept === undefined; page += 1) {
        const answer = await sts.fetch(`/$export?secrets=shared&_count=50&_page=${page}`, {
          headers: { authorization: BEARER },
        });
        const { entry, link } = await answer.json();
        kept = entry.find(({ request }) => request.url === own);
        ok(kept !== undefined || link.some(({ relation }) => relation === "next"), "it is in the backup");
      }
      equal((await send([remove(own)])).status, 200, "deleted");
      equal((await send([kept], "/$import")).status, 200, "restored");
      equal((await administer(sts, "GET", `/${own}`)).body.meta.instance, stored, "the same instance");
      equal((await send([remove(own), remove(others)])).status, 200, "deleted");
    },
  },
  {
    name: "conditions on what is there",
    async run(sts) {
      const path = `/User/${freshId()}`;
      const put = (headers) => administer(sts, "PUT", path, {}, headers);
      outcome(await put({ "if-match": "*" }), 412);
      equal((await put({ "if-none-match": "*" })).status, 201, "created");
      outcome(await put({ "if-none-match": "*" }), 412);
      equal((await put({ "if-match": 'W/"1"' })).status, 200, "replaced");
      outcome(await administer(sts, "DELETE", path, undefined, { "if-match": 'W/"1"' }), 412);
      equal((await administer(sts, "DELETE", path, undefined, { "if-match": 'W/"2"' })).status, 200, "deleted");
    },
  },
  {
    name: "other paths and methods",
    async run(sts) {
      for (const path of [
        "/Client/",
        "/Client/c1/",
        "/Client/c1/x",
        "/client",
        "/Clients",
        "/Resource/x",
        "/User//alice",
      ]) {
        equal((await administer(sts, "GET", path)).status, 404, path);
      }
      for (const [method, path, allow] of [
        ["PATCH", "/Client/c1", /\bGET\b.*\bPUT\b.*\bDELETE\b/],
        ["POST", "/Client/c1", /\bGET\b.*\bPUT\b.*\bDELETE\b/],
        ["PUT", "/Client", /\bGET\b.*\bPOST\b/],
        ["DELETE", "/Client", /\bGET\b.*\bPOST\b/],
      ]) {
        const response = await administer(sts, method, path, {});
        equal(response.status, 405, `${method} ${path}`);
        matches(response.headers.get("allow"), allow, "Allow");
      }
      equal((await administer(sts, "GET", "/Client/c1")).status, 200, "what was to be deleted");
    },
  },
  {
    name: "every resource of the fixture is listed, none with a secret",
    async run(sts) {
      for (const type of ["Client", "TokenIntrospector", "User"]) {
        const { body, text } = await administer(sts, "GET", `/${type}`);
        const ids = body.entry.map(({ resource }) => resource.id);
        for (const { resourceType, id } of RESOURCES) if (resourceType === type) ok(ids.includes(id), `${type}/${id}`);
        equal(new Set(ids).size, ids.length, "each once");
        for (const secret of [
          ...Object.values(SECRETS).filter((value) => value.length > 8),
          "planted secret",
          "planted first",
          "__sha256",
        ]) {
          ok(!text.includes(secret), "a secret is listed");
        }
      }
    },
  },
];

export default cases.map(({ name, run }) => ({
  name,
  async run(sts) {
    await run(sts);
    await servesGood(sts);
  },
}));
