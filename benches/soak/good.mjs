// The requests that are served, each with its share. `needs`: what the session must hold; `prepare` makes the request,
// which is not timed; `done` takes the answer.
import { ADMIN_TOKEN, EXCHANGE, ISSUER, JWT_BEARER, subjectToken, TRUSTED } from "../../tests/suites/fixture.mjs";
import { mintSigned, publicJwk } from "../../tests/suites/jwt.mjs";
import {
  goodExchangeOf,
  introspectionRequest,
  refreshRequest,
  revocationRequest,
  TokenRequest,
} from "../../tests/suites/token_request.mjs";

/** The client of each kind of session. */
export const CLIENTS = { jwt: "c1", opaque: "co", openid: "c0" };
const SCOPES = { jwt: "read", opaque: "read", openid: "openid" };

const DPOP_KEY = await newKey();

export const GOOD = [
  ...["jwt", "opaque", "openid"].map((kind) => exchange(kind, kind === "openid" ? 4 : 12)),
  ...["jwt", "opaque"].flatMap((kind) => [refresh(kind), introspection(kind), revocation(kind)]),
  {
    name: "exchange, DPoP",
    share: 4,
    prepare: async (sts) => (await exchangeOf(sts, "pr", "read")).header("dpop", await proof(sts)),
  },
  { name: "ID-JAG issued", share: 2, prepare: (sts) => assertionRequest(sts) },
  {
    name: "ID-JAG redeemed",
    share: 1,
    async prepare(sts, session) {
      session.assertion = await assertion(sts);
      return redemption(session.assertion);
    },
  },
  {
    name: "userinfo",
    share: 8,
    needs: "openid",
    prepare: (_sts, session) => got("/auth/userinfo", { authorization: `Bearer ${session.held("openid").access}` }),
  },
  { name: "metadata", share: 3, prepare: () => got("/.well-known/oauth-authorization-server") },
  { name: "jwks", share: 3, prepare: () => got("/.well-known/jwks.json") },
  { name: "health", share: 3, prepare: () => got("/health") },
  { name: "admin GET", share: 4, prepare: (_sts, session) => administer("GET", `/User/soak-${session.number}`) },
  { name: "admin list", share: 1, prepare: () => administer("GET", "/User?_count=20") },
  {
    name: "admin history",
    share: 1,
    prepare: (_sts, session) => administer("GET", `/User/soak-${session.number}/_history`),
  },
  {
    name: "admin PUT",
    share: 3,
    prepare: (_sts, { number }) => administer("PUT", `/User/soak-${number}`, userOf(number)),
  },
];

/** The resource that a session writes again and again. */
export function userOf(number) {
  return {
    resourceType: "User",
    id: `soak-${number}`,
    displayName: `Session ${number}`,
    email: `${crypto.randomUUID()}@mail.example`,
  };
}

export async function exchangeOf(sts, client, scope, claims = {}, from = TRUSTED.main) {
  const subject = await subjectToken(sts, { jti: crypto.randomUUID(), ...claims }, from);
  return (await goodExchangeOf(sts, client, scope)).set("subject_token", subject);
}

export function redemption(text) {
  return new TokenRequest().as("ja").set("grant_type", JWT_BEARER).set("assertion", text);
}

export function got(path, headers = {}) {
  return plain("GET", path, headers);
}

export function administer(method, path, resource, token = ADMIN_TOKEN) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return plain(method, path, headers, typeof resource === "string" ? resource : JSON.stringify(resource));
}

export function plain(method, path, headers = {}, body = undefined) {
  return { send: (sts) => sts.fetch(path, { method, headers, body }) };
}

export async function proof(sts, changes = {}) {
  const claims = { jti: crypto.randomUUID(), htm: "POST", htu: `${ISSUER}/auth/token`, iat: sts.now(), ...changes };
  return mintSigned(claims, DPOP_KEY.private, { typ: "dpop+jwt", alg: "ES256", jwk: DPOP_KEY.public });
}

function exchange(kind, share) {
  return {
    name: `exchange, ${kind}`,
    share,
    prepare: (sts) => exchangeOf(sts, CLIENTS[kind], SCOPES[kind]),
    done: (session, answer) => session.issued(kind, answer),
  };
}

function refresh(kind) {
  return {
    name: `refresh, ${kind}`,
    share: 7,
    needs: kind,
    prepare: (_sts, session) => refreshRequest(CLIENTS[kind], session.held(kind).refresh),
    done: (session, answer) => session.refreshed(kind, answer),
  };
}

function introspection(kind) {
  return {
    name: `introspection, ${kind}`,
    share: 7,
    needs: kind,
    prepare: (_sts, session) => introspectionRequest(CLIENTS[kind], session.held(kind).access),
    check: ({ active }) => active === true,
  };
}

function revocation(kind) {
  return {
    name: `revocation, ${kind}`,
    share: 0.5,
    needs: kind,
    prepare: (_sts, session) => revocationRequest(CLIENTS[kind], session.held(kind).refresh),
    done: (session) => session.ended(kind),
  };
}

async function assertionRequest(sts) {
  return new TokenRequest()
    .as("ja")
    .set("grant_type", EXCHANGE)
    .set("requested_token_type", "urn:ietf:params:oauth:token-type:id-jag")
    .set("subject_token", await subjectToken(sts, { aud: "ja", jti: crypto.randomUUID() }))
    .set("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")
    .set("audience", "https://as.example");
}

async function assertion(sts) {
  const iat = sts.now();
  const claims = { aud: ISSUER, client_id: "ja", jti: crypto.randomUUID(), iat, exp: iat + 300 };
  const resource = "https://mcp.example/";
  return subjectToken(sts, { ...claims, resource, scope: "read" }, TRUSTED.jag, {
    alg: "HS256",
    typ: "oauth-id-jag+jwt",
  });
}

async function newKey() {
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const { ext: _ext, key_ops: _operations, ...jwk } = await crypto.subtle.exportKey("jwk", privateKey);
  return { private: jwk, public: publicJwk(jwk) };
}
