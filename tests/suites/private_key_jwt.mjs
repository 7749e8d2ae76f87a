// cases.md C18 to C28: a client that signs an assertion (RFC 7521 section 4.2, RFC 7523 section 3). What was wrong is
// never said.
import { exchangeCases, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal } from "./assert.mjs";
import { CLIENT_KEY, ISSUER, OTHER_KEY, SECRETS } from "./fixture.mjs";
import { base64url, mint, mintSigned, publicJwk } from "./jwt.mjs";
import { basic, goodExchange, introspectionRequest, revocationRequest } from "./token_request.mjs";

const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const refused = { status: 401, error: "invalid_client", says: /^Client authentication failed\.$/, challenge: false };

let made = 0;

/** Claims of the good assertion with others, one of `undefined` left out. */
function claimsOf(sts, changes = {}) {
  const now = sts.now();
  made += 1;
  return { iss: "cj", sub: "cj", aud: ISSUER, exp: now + 120, iat: now, jti: `jti-${now}-${made}`, ...changes };
}

export function assertion(sts, changes = {}, header = { alg: "ES256", kid: CLIENT_KEY.kid }, key = CLIENT_KEY) {
  return mintSigned(claimsOf(sts, changes), key, header);
}

function present(request, text, type = JWT_BEARER) {
  return request
    .header("authorization")
    .set("client_assertion_type", type)
    .set("client_assertion", text)
    .set("scope", request.path === "/auth/token" ? "read" : undefined);
}

const claims = (id, title, changes, outcome = refused) => ({
  id,
  title,
  change: async (request, sts) => present(request, await assertion(sts, changes(sts))),
  ...outcome,
});
const header = (id, title, changes, outcome = refused) => ({
  id,
  title,
  change: async (request, sts) => present(request, await assertion(sts, {}, { alg: "ES256", ...changes })),
  ...outcome,
});
const good = { check: ({ claims }) => equal(claims.client_id, "cj", "client_id") };

const rows = [
  claims("C19", "a good assertion", () => ({}), good),
  claims("C19", "aud is the token endpoint", () => ({ aud: `${ISSUER}/auth/token` }), good),
  claims("C19", "aud in an array of one", () => ({ aud: [ISSUER] }), good),
  claims("C19", "aud names this service twice", () => ({ aud: [ISSUER, ISSUER] }), good),
  claims("C19", "aud lists the issuer and the token endpoint", () => ({ aud: [ISSUER, `${ISSUER}/auth/token`] }), good),
  claims("C19", "exp an hour ahead", (sts) => ({ exp: sts.now() + 3600 }), good),
  claims("C19", "exp passed within the leeway", (sts) => ({ exp: sts.now() - 30 }), good),
  claims("C19", "neither iat nor nbf", () => ({ iat: undefined }), good),
  {
    id: "C19",
    title: "with its client_id in the body, in JSON",
    change: async (request, sts) =>
      present(request, await assertion(sts))
        .set("client_id", "cj")
        .json(),
    ...good,
  },
  {
    id: "C19",
    title: "without its type",
    change: async (request, sts) => present(request, await assertion(sts)).set("client_assertion_type", undefined),
    ...refused,
  },
  {
    id: "C19",
    title: "the type without an assertion",
    change: (request) => present(request, undefined),
    ...refused,
  },
  {
    id: "C18",
    title: "Basic and client_assertion",
    change: async (request, sts) => present(request, await assertion(sts)).header("authorization", basic("c1")),
    ...refused,
    challenge: true,
  },
  {
    id: "C18",
    title: "client_secret and client_assertion",
    change: async (request, sts) =>
      present(request, await assertion(sts))
        .set("client_id", "cj")
        .set("client_secret", SECRETS.c1),
    ...refused,
  },
  {
    id: "C20",
    title: "saml2-bearer",
    change: async (request, sts) =>
      present(request, await assertion(sts), "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
    ...refused,
  },
  claims("C21", "iss is another", () => ({ iss: "c1" })),
  claims("C21", "sub is another client", () => ({ sub: "c1" })),
  claims("C21", "iss and sub are a client without keys", () => ({ iss: "c1", sub: "c1" })),
  claims("C21", "iss and sub are no client", () => ({ iss: "nobody", sub: "nobody" })),
  claims("C21", "no sub", () => ({ sub: undefined })),
  claims("C21", "no iss", () => ({ iss: undefined })),
  {
    id: "C21",
    title: "client_id in the body is another",
    change: async (request, sts) => present(request, await assertion(sts)).set("client_id", "c1"),
    ...refused,
  },
  claims("C23", "aud with another one", () => ({ aud: [ISSUER, "https://other.example"] })),
  claims("C23", "aud is an endpoint that is not called", () => ({ aud: `${ISSUER}/auth/introspect` })),
  claims("C23", "aud with an endpoint that is not called", () => ({ aud: [ISSUER, `${ISSUER}/auth/revoke`] })),
  claims("C23", "aud is empty", () => ({ aud: [] })),
  claims("C23", "aud is another service", () => ({ aud: "https://other.example" })),
  claims("C23", "aud with a slash at its end", () => ({ aud: `${ISSUER}/` })),
  claims("C24", "no aud", () => ({ aud: undefined })),
  claims("C24", "no exp", () => ({ exp: undefined })),
  claims("C24", "exp past", (sts) => ({ exp: sts.now() - 61 })),
  claims("C24", "exp too far ahead", (sts) => ({ exp: sts.now() + 3700 })),
  claims("C24", "nbf ahead", (sts) => ({ nbf: sts.now() + 100 })),
  claims("C24", "iat ahead", (sts) => ({ iat: sts.now() + 100 })),
  claims("C26", "no jti", () => ({ jti: undefined })),
  claims("C26", "empty jti", () => ({ jti: "" })),
  claims("C26", "jti is a number", () => ({ jti: 7 })),
  header("C27", "no typ, no kid", {}, good),
  header("C27", "typ JWT", { typ: "JWT" }, good),
  header("C27", "typ client-authentication+jwt", { typ: "client-authentication+jwt" }, good),
  header("C27", "typ at+jwt", { typ: "at+jwt" }),
  header("C27", "typ dpop+jwt", { typ: "dpop+jwt" }),
  header("C28", "kid of no key", { kid: "another" }),
  header("C28", "crit", { crit: ["exp"] }),
  {
    id: "C28",
    title: "alg none",
    change: async (request, sts) =>
      present(request, `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(claimsOf(sts)))}.`),
    ...refused,
  },
  {
    id: "C28",
    title: "signed with another key",
    change: async (request, sts) => present(request, await assertion(sts, {}, { alg: "ES256" }, OTHER_KEY)),
    ...refused,
  },
  {
    id: "C28",
    title: "signed with another key whose public part is in the header",
    change: async (request, sts) =>
      present(request, await assertion(sts, {}, { alg: "ES256", jwk: publicJwk(OTHER_KEY) }, OTHER_KEY)),
    ...refused,
  },
  {
    id: "C28",
    title: "HS256 with the public key as secret",
    change: async (request, sts) =>
      present(request, await mint(claimsOf(sts), JSON.stringify(publicJwk(CLIENT_KEY)), { alg: "HS256" })),
    ...refused,
  },
  {
    id: "C28",
    title: "HS256 with the client's secret",
    change: async (request, sts) =>
      present(request, await mint(claimsOf(sts, { iss: "c1", sub: "c1" }), SECRETS.c1.padEnd(32, " "))),
    ...refused,
  },
  ...["", "x", "a.b", "a.b.c.d.e", "..", "x".repeat(17_000)].map((text) => ({
    id: "C28",
    title: `not a JWT: ${text.slice(0, 10)}`,
    change: (request) => present(request, text),
    ...refused,
  })),
];

const ENDPOINTS = { "/auth/introspect": introspectionRequest, "/auth/revoke": revocationRequest };

async function exchangeWith(sts, text) {
  return present(await goodExchange(sts), text).send(sts);
}

export default [
  ...exchangeCases(rows),
  ...Object.entries(ENDPOINTS).map(([path, request]) => ({
    name: `C19 aud is the endpoint that is called: ${path}`,
    async run(sts) {
      const ask = async (aud) => present(request("c1", "x"), await assertion(sts, { aud })).send(sts);
      equal((await ask(`${ISSUER}${path}`)).status, 200, "alone");
      equal((await ask([ISSUER, `${ISSUER}${path}`, `${ISSUER}/auth/token`])).status, 200, "with the others");
      await refusedBy(await ask([`${ISSUER}${path}`, "https://other.example"]), refused);
      await servesGood(sts);
    },
  })),
  {
    name: "C26 an assertion serves once, at every endpoint",
    async run(sts) {
      const first = await assertion(sts);
      const { answer } = await issuedBy(await exchangeWith(sts, first));
      const requests = [
        await goodExchange(sts),
        introspectionRequest("c1", answer.access_token),
        revocationRequest("c1", answer.access_token),
      ];
      for (const request of requests) await refusedBy(await present(request, first).send(sts), refused);
      // with one of its own each is served
      for (const request of requests)
        equal((await present(request, await assertion(sts)).send(sts)).status, 200, "status");
      await servesGood(sts);
    },
  },
  {
    name: "C26 20 parallel uses of one assertion have one winner",
    async run(sts) {
      const one = await assertion(sts);
      const responses = await Promise.all(Array.from({ length: 20 }, () => exchangeWith(sts, one)));
      equal(responses.filter(({ status }) => status === 200).length, 1, "winners");
      equal(responses.filter(({ status }) => status === 401).length, 19, "refused");
    },
  },
  {
    name: "C26 a refused assertion leaves no mark: its jti can be used",
    async run(sts) {
      const jti = `jti-of-a-refused-one-${sts.now()}`;
      await refusedBy(await exchangeWith(sts, await assertion(sts, { jti, aud: "https://other.example" })), refused);
      await issuedBy(await exchangeWith(sts, await assertion(sts, { jti })));
      await refusedBy(await exchangeWith(sts, await assertion(sts, { jti })), refused);
    },
  },
];
