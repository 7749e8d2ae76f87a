// The exchange that is measured: a client with a secret, a JWT of a trusted issuer (HS256), a user, a scope; a JWT
// (HS256) comes back, without a refresh token.
import { createHash, createHmac } from "node:crypto";

export const ISSUER = "https://sts.example";
export const CLIENT = { id: "tokenexchange", secret: "the secret of the client, as long as one should be" };
export const TRUSTED = {
  iss: "https://myapp.mycompany.com",
  secret: "the secret that the external auth server signs with",
};
export const NOT_ALLOWED = {
  iss: "https://other.mycompany.com",
  secret: "the secret of an issuer that the client may not use",
};
export const SIGNING_KEY = {
  kty: "oct",
  alg: "HS256",
  kid: "2026-11",
  k: Buffer.from("the key that this service signs its access tokens with").toString("base64url"),
};
export const AUDIENCE = "https://orders.example/api";
export const SCOPE = "orders.read orders.write";
export const LIFETIME = 360;

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const USERS = Array.from({ length: 16 }, (_, index) => `user-${index}`);

export const RESOURCES = [
  {
    resourceType: "Client",
    id: CLIENT.id,
    secret: CLIENT.secret,
    grant_types: [TOKEN_EXCHANGE],
    allowedIssuers: [TRUSTED.iss],
    scope: ["orders.read", "orders.write", "orders.delete"],
    auth: { token_exchange: { token_format: "jwt", access_token_expiration: LIFETIME, audience: [AUDIENCE] } },
  },
  { resourceType: "TokenIntrospector", id: "trusted", type: "jwt", jwt: TRUSTED },
  { resourceType: "TokenIntrospector", id: "not-allowed", type: "jwt", jwt: NOT_ALLOWED },
  ...USERS.map((id) => ({ resourceType: "User", id })),
  { resourceType: "User", id: "inactive", inactive: true },
];

/** The same as they are stored: the client's secret is a digest. What the peers are given. */
export const STORED_RESOURCES = RESOURCES.map((resource) =>
  resource.secret === undefined
    ? resource
    : { ...resource, secret: `__sha256:${createHash("sha256").update(resource.secret).digest("hex")}` },
);

/** A JWT by hand, so that it can be wrong in one place. */
export function subjectToken({ claims = {}, header = {}, secret = TRUSTED.secret } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: TRUSTED.iss, sub: USERS[0], iat: now, exp: now + 3600, ...claims };
  const input = `${encoded({ alg: "HS256", typ: "JWT", ...header })}.${encoded(payload)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

/** One request, right unless something is changed. */
export function request(change = {}) {
  return {
    grant_type: TOKEN_EXCHANGE,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    subject_token: subjectToken(),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    scope: SCOPE,
    ...change,
  };
}

/** Requests with tokens of their own: nobody sees the same one again and again. */
export const REQUESTS = Array.from({ length: 64 }, (_, index) =>
  request({ subject_token: subjectToken({ claims: { sub: USERS[index % USERS.length], jti: `token-${index}` } }) }),
);

const ago = Math.floor(Date.now() / 1000) - 3600;
const good = subjectToken();

/** What everybody must refuse. */
export const BAD = {
  "no such client": request({ client_id: "nobody" }),
  "a wrong client secret": request({ client_secret: "the secret of another client" }),
  "another grant type": request({ grant_type: "client_credentials" }),
  "another token type": request({ subject_token_type: "urn:ietf:params:oauth:token-type:saml2" }),
  "a token that is none": request({ subject_token: "not.a.token" }),
  "a changed signature": request({ subject_token: changedAt(good, good.lastIndexOf(".") + 5) }),
  "changed claims": request({ subject_token: changedAt(good, good.indexOf(".") + 12) }),
  "a signature by another key": bad({ secret: NOT_ALLOWED.secret }),
  "no signature": request({ subject_token: good.slice(0, good.lastIndexOf(".") + 1) }),
  "alg none": bad({ header: { alg: "none" } }),
  "another alg": bad({ header: { alg: "HS512" } }),
  "a typ for another use": bad({ header: { typ: "logout+jwt" } }),
  "an unknown issuer": bad({ claims: { iss: "https://unknown.example" } }),
  "an issuer that the client may not use": bad({ claims: { iss: NOT_ALLOWED.iss }, secret: NOT_ALLOWED.secret }),
  "no issuer": bad({ claims: { iss: undefined } }),
  "an expired token": bad({ claims: { iat: ago - 3600, exp: ago } }),
  "a token without end": bad({ claims: { exp: undefined } }),
  "a token that lives too long": bad({ claims: { exp: ago + 48 * 3600 } }),
  "a token that is not valid yet": bad({ claims: { nbf: ago + 7200 } }),
  "a token of the future": bad({ claims: { iat: ago + 7200 } }),
  "a token for somebody else": bad({ claims: { aud: "https://elsewhere.example" } }),
  "no subject": bad({ claims: { sub: undefined } }),
  "an unknown user": bad({ claims: { sub: "nobody" } }),
  "an inactive user": bad({ claims: { sub: "inactive" } }),
  "a scope that the client may not have": request({ scope: "orders.read admin" }),
  "a target that the client may not have": request({ audience: "https://elsewhere.example" }),
};

function bad(change) {
  return request({ subject_token: subjectToken(change) });
}

function changedAt(token, index) {
  return token.slice(0, index) + (token[index] === "A" ? "B" : "A") + token.slice(index + 1);
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
