// The TypeScript types and `edge-sts/schema.json` against the core: they are made of one table, and what the table says of a
// resource is what the core does with it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import Ajv from "ajv";
import { load } from "../../dist/engine.js";
import "../../dist/node.js";
import { changesOf } from "../../dist/resources.js";
import { generatedTypes } from "../../src/tasks/types.mjs";
import { OTHER_KEY, RESOURCES } from "../suites/fixture.mjs";
import { publicJwk } from "../suites/jwt.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const schema = JSON.parse(read("dist/schema.json"));
// Formats are for editors: `uri` and `date-time` stand beside the rules that count.
const ajv = new Ajv({ allErrors: false, strictTypes: false, strictRequired: false, validateFormats: false });
const validate = ajv.compile(schema);
await load();

/** The paths at which the core refuses a resource, without its type: `scope[0]`. None when it takes it. */
function faults(resource) {
  try {
    changesOf(JSON.stringify([resource]), 1_800_000_000);
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return error.message.split("\n").map((line) => line.replace(/^\[0\]\.?(\w+\.)?/, "").split(": ")[0]);
  }
}

const told = () => JSON.stringify(validate.errors);

// Resources that have, all together, every member that the schema knows.
const jwk = { ...publicJwk(OTHER_KEY), kid: "k1", alg: "ES256" };
const K32 = "0123456789abcdef0123456789abcdef";
const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const rules = [{ expression: "claims.a == 'b'", message: "Only b." }];
const unused = (names) => Object.fromEntries(names.map((name) => [name, { any: "thing" }]));
const GOOD = [
  {
    resourceType: "Client",
    id: "all",
    meta: { versionId: "1" },
    not_before: "2026-01-31T00:00:00Z",
    active: true,
    name: "n",
    description: "d",
    secret: "a secret of some length",
    jwks: [jwk],
    federated: [{ iss: "https://a.example", sub: "w", audience: "sts", claims: { a: ["b", true], c: "d", e: false } }],
    public: false,
    grant_types: [TOKEN_EXCHANGE],
    allowedIssuers: ["https://a.example"],
    condition: rules,
    scope_rules: [{ scope: ["read"], when: "true", audience: ["https://api.example"] }],
    scope: ["openid", "read"],
    scopes: [{ any: "thing" }],
    resource: ["https://api.example"],
    allowed_origins: ["https://app.example"],
    dpop: "optional",
    require: { acr: ["gold"], max_age: 60 },
    auth: {
      token_exchange: {
        token_format: "jwt",
        refresh_token: false,
        access_token_expiration: 60,
        refresh_token_expiration: 60,
        refresh_token_grace: 0,
        audience: ["https://api.example"],
        provider: "//iam.example/provider",
        ignore_scope: ["offline_access"],
        delegation: "deny",
        outlive_subject: true,
        accept_bound: "rebind",
      },
      jwt_bearer: { audience: ["https://api.example"], token_format: "jwt", access_token_expiration: 60 },
      id_jag: {
        subject_audience: ["app"],
        expiration: 60,
        targets: [
          {
            audience: "https://as.example",
            alias: ["as"],
            client_id: "app",
            resource: ["https://mcp.example"],
            resource_required: true,
            scope: ["read"],
            subject: "identifier",
            subject_system: "https://a.example",
            email: true,
            tenant: "t",
            aud_tenant: "t",
          },
        ],
      },
      ...unused(["authorization_code", "client_credentials", "password", "implicit", "refresh_token", "two_legged"]),
    },
    ...unused(["type", "details", "first_party", "trusted", "fhir-base-url", "smart", "allowed-scopes"]),
  },
  {
    resourceType: "Client",
    id: "uri",
    jwks_uri: "https://a.example/jwks",
    condition: "true",
    require: { acr: "gold" },
  },
  { resourceType: "Client", id: "open", public: true, grant_types: [TOKEN_EXCHANGE], allowedIssuers: ["a"] },
  {
    resourceType: "TokenIntrospector",
    id: "keys",
    meta: {},
    not_before: 1_800_000_000,
    type: "jwt",
    jwt: {
      iss: "https://a.example",
      keys: [{ format: "jwk", kid: "k1", kty: "EC", alg: "ES256", jwk }],
    },
    discovery: false,
    audience: ["sts"],
    claims: { a: ["b", true], c: "d", "e.f": false },
    condition: rules,
    attributes: { a: "claims.a" },
    subject: "'ci/' + claims.a",
    emit: { team: "attribute.a" },
    copy_claims: ["b"],
    cache_ttl: 60,
    algorithms: ["ES256"],
    user: "none",
    max_lifetime: 60,
    id_jag: { max_lifetime: 60, reuse: true, tenant: "t", aud_tenant: "t" },
    bound: "refuse",
    identity_provider: { any: "thing" },
  },
  {
    resourceType: "TokenIntrospector",
    id: "plain",
    type: "jwt",
    jwt: { iss: "https://b.example", keys: [{ format: "plain", kty: "OCT", alg: "HS256", k: K32 }] },
    id_jag: true,
  },
  {
    resourceType: "TokenIntrospector",
    id: "pem",
    type: "jwt",
    jwt: {
      iss: "https://p.example",
      keys: [{ format: "PEM", kty: "EC", alg: "ES256", pub: await pem() }],
    },
  },
  { resourceType: "TokenIntrospector", id: "secret", type: "jwt", jwt: { iss: "https://c.example", secret: K32 } },
  {
    resourceType: "TokenIntrospector",
    id: "uri",
    type: "jwt",
    jwt: { iss: "https://d.example" },
    jwks_uri: "https://d.example/jwks",
  },
  { resourceType: "TokenIntrospector", id: "d", type: "jwt", jwt: { iss: "https://e.example" }, discovery: true },
  {
    resourceType: "TokenIntrospector",
    id: "opaque",
    type: "opaque",
    jwt: { iss: "https://f.example" },
    introspection_endpoint: { url: "https://f.example/introspect", authorization: "Basic YTpi" },
    user: "none",
    subject_fallback: "client_id",
  },
  {
    resourceType: "User",
    id: "u",
    meta: {},
    not_before: 0,
    inactive: true,
    active: false,
    identifier: [{ system: "https://a.example", value: "alice", use: "official", type: {}, assigner: {} }],
    userName: "alice",
    displayName: "Alice",
    name: { any: "shape" },
    email: "alice@example.org",
    data: { any: "thing" },
    ...unused([
      "emails",
      "phoneNumbers",
      "fhirUser",
      "organization",
      "roles",
      "securityLabel",
      "link",
      "password",
      "twoFactor",
    ]),
  },
];

async function pem() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", publicJwk(OTHER_KEY), algorithm, true, ["verify"]);
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", key)).toString("base64");
  return `-----BEGIN PUBLIC KEY-----\n${spki.replace(/.{64}/g, "$&\n")}\n-----END PUBLIC KEY-----\n`;
}

/** Every place in a value: its path, and a copy of the whole with another value there. */
function* places(whole, path = []) {
  const value = path.reduce((inner, step) => inner[step], whole);
  if (path.length > 0) {
    yield {
      path,
      value,
      changed: (other) => {
        const copy = structuredClone(whole);
        const last = path.at(-1);
        const parent = path.slice(0, -1).reduce((inner, step) => inner[step], copy);
        if (other === undefined) delete parent[last];
        else parent[last] = other;
        return copy;
      },
    };
  }
  if (typeof value !== "object" || value === null) return;
  for (const step of Object.keys(value)) yield* places(whole, [...path, Array.isArray(value) ? Number(step) : step]);
}

// "true" is an expression, too.
const OTHERS = ["", "true", 0, 7, -1, 0.5, true, false, null, [], [7], ["true"], [{}], {}, { any: 7 }];
const kind = (value) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

test("what is generated is fresh: npm run types", async () => {
  for (const [name, text] of Object.entries(await generatedTypes())) {
    assert.equal(read(`src/hosts/types/${name}`).replaceAll("\r\n", "\n"), text, name);
  }
});

describe("the schema of resources", () => {
  test("every member stands in a resource that both take", () => {
    const known = new Set();
    for (const resource of [...GOOD, ...RESOURCES]) {
      assert.deepEqual(faults(resource), [], resource.id);
      assert.ok(validate([resource]), `${resource.resourceType}/${resource.id}: ${told()}`);
      for (const { path } of places(resource)) known.add(named([resource.resourceType, ...path]));
    }
    const described = ["Client", "TokenIntrospector", "User"].flatMap((type) => [...members(type, type)]);
    assert.ok(described.length > 150, String(described.length));
    assert.deepEqual(
      described.filter((path) => !known.has(path)),
      [],
    );
  });

  test("a member that the core does not know is refused, wherever it stands", () => {
    let refused = 0;
    for (const resource of GOOD) {
      for (const { path, value, changed } of [
        { path: [], value: resource, changed: (other) => other },
        ...places(resource),
      ]) {
        if (kind(value) !== "object") continue;
        const planted = changed({ ...value, planted: "true" });
        const expected = faults(planted).length === 0;
        assert.equal(validate([planted]), expected, `${resource.id} ${named(path)}.planted`);
        refused += expected ? 0 : 1;
      }
    }
    assert.ok(refused > 25, String(refused));
  });

  test("a value of another type is refused where the core refuses it, and taken where it takes it", () => {
    let compared = 0;
    for (const resource of GOOD) {
      for (const { path, value, changed } of places(resource)) {
        // What a JWK holds is the matter of the key: RFC 7517 allows any member.
        if (path.includes("jwk") || path.includes("jwks")) continue;
        for (const other of OTHERS.filter((other) => kind(other) !== kind(value))) {
          const mutant = changed(other);
          const place = `${resource.resourceType}/${resource.id} ${named(path)} = ${JSON.stringify(other)}`;
          const accepted = faults(mutant).length === 0;
          const valid = validate([mutant]);
          if (accepted) assert.ok(valid, `${place}: the core takes it: ${told()}`);
          // A list or an object of another shape may be refused for what it holds.
          else if (kind(other) !== "object" || kind(value) !== "array")
            assert.ok(!valid, `${place}: ${faults(mutant)}`);
          compared += 1;
        }
      }
    }
    assert.ok(compared > 3000, String(compared));
  });

  test("a member that is needed is needed by both", () => {
    // What one member asks of another is not said by the schema.
    const together = [
      "scope",
      "user",
      ...["resource", "subject", "subject_system"].map((name) => `auth.id_jag.targets[].${name}`),
    ];
    let needed = 0;
    for (const resource of GOOD) {
      for (const { path, changed } of places(resource)) {
        if (path.includes("jwk") || path.includes("jwks") || typeof path.at(-1) === "number") continue;
        if (together.includes(named(path))) continue;
        const expected = faults(changed(undefined)).length === 0;
        assert.equal(validate([changed(undefined)]), expected, `${resource.id} ${named(path)} ${told()}`);
        needed += expected ? 0 : 1;
      }
    }
    assert.ok(needed > 30, String(needed));
  });

  test("what the core takes is valid: resources changed at random", () => {
    const random = randomOf(8693);
    const pick = (list) => list[Math.floor(random() * list.length)];
    const pool = [...GOOD, ...RESOURCES];
    const values = pool.flatMap((resource) => [...places(resource)].map(({ value }) => value));
    let taken = 0;
    for (let round = 0; round < 20_000; round += 1) {
      let mutant = pick(pool);
      for (let step = 0; step <= random() * 3; step += 1) {
        // A resource of which nothing is left has none.
        const place = pick([...places(mutant)]);
        if (place === undefined) break;
        mutant = place.changed(pick([undefined, pick(values), pick(OTHERS)]));
      }
      if (faults(mutant).length > 0) continue;
      taken += 1;
      assert.ok(validate([mutant]), `${JSON.stringify(mutant)}: ${told()}`);
    }
    assert.ok(taken > 1000, String(taken));
  });

  test("a file is an array, an object that holds one, or a single resource", () => {
    const user = { resourceType: "User", id: "u" };
    for (const good of [[], [user], user, { resources: [user] }, { $schema: "./schema.json", resources: [] }]) {
      assert.ok(validate(good), `${JSON.stringify(good)}: ${told()}`);
    }
    for (const bad of [7, [7], {}, { resources: {} }, { resources: [], more: 1 }, { resourceType: "Other", id: "u" }]) {
      assert.ok(!validate(bad), JSON.stringify(bad));
    }
  });
});

/** The paths of all members that a definition describes, as `named` writes them. */
function* members(type, path, described = schema.definitions[type]) {
  const inside = described.$ref === undefined ? described : schema.definitions[described.$ref.split("/").at(-1)];
  for (const alternative of inside.oneOf ?? []) yield* members(type, path, alternative);
  if (inside.items !== undefined) yield* members(type, `${path}[]`, inside.items);
  for (const [name, member] of Object.entries(inside.properties ?? {})) {
    if (member === false) continue;
    yield `${path}.${name}`;
    yield* members(type, `${path}.${name}`, member);
  }
}

function named(path) {
  return path
    .map((step) => (typeof step === "number" ? "[]" : `.${step}`))
    .join("")
    .slice(1);
}

/** Mulberry32: the same numbers every time. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
