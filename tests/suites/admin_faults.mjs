// The rules of the resources (contract 4): each breach is refused, and its member is named.
import { issuedBy } from "./answers.mjs";
import { equal, ok, oneOf, same } from "./assert.mjs";
import {
  administer,
  CLIENT,
  freshId,
  GOOD,
  INTROSPECTOR,
  LONG,
  outcome,
  PLAIN,
  servingGood,
  USER,
} from "./administrator.mjs";
import { EXCHANGE, TRUSTED } from "./fixture.mjs";
import { goodExchangeOf } from "./token_request.mjs";

const exchange = (members) => ({ ...CLIENT, auth: { token_exchange: members } });
const jwt = (members) => ({ type: "jwt", jwt: { iss: "https://new.example", ...members } });
const keys = (...list) => jwt({ keys: list });
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

// What a body has that the good one has not, for the name of a case.
function difference(body, good) {
  if (typeof body === "string") return body;
  const changed = Object.entries(body).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(good[name]));
  return JSON.stringify(Object.fromEntries(changed)).replaceAll(LONG, "…").slice(0, 110);
}

export default servingGood([
  ...broken.map(([type, body, path, code]) => ({
    name: `${code === "duplicate" ? 409 : 422} ${path}: ${difference(body, GOOD[type])}`,
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
]);
