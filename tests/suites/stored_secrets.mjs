// Not a table of cases: a service is used with secrets and tokens that are drawn for it, and what of them may be found in
// its stores afterwards, and what may not.
import { equal, ok } from "./assert.mjs";
import { CLIENT_KEY, EXCHANGE, ISSUER, JWT_BEARER, SIGNING_KEYS, subjectToken, TYPE } from "./fixture.mjs";
import { base64url, minted, mintSigned, publicJwk, sha256Hex } from "./jwt.mjs";
import { basic, introspectionRequest, revocationRequest, TokenRequest } from "./token_request.mjs";

const ISS = "https://planted.example";
const CLIENTS = ["opaque", "jwt", "replaced", "deleted"];

/** What the service is started with. */
export const PLANTED = {
  adminToken: drawn(),
  pepper: drawn(),
  signingKey: { ...SIGNING_KEYS.keys[0], k: base64url(drawn()) },
};

/**
 * Uses the service. Gives `absent`, names and texts that no store may hold; `stored`, those that one must hold, by which
 * the search is proven; and `digests`, the SHA-256 of the Clients' secrets in hexadecimal.
 */
export async function useWithSecrets(sts) {
  minted.length = 0;
  const issuer = { iss: ISS, secret: `${drawn()}${drawn()}` };
  const secrets = Object.fromEntries([...CLIENTS, "before", "refused", "wrong"].map((name) => [name, drawn()]));
  const issued = [];
  const administer = async (method, path, resource, expected) => {
    const headers = { authorization: `Bearer ${PLANTED.adminToken}`, "content-type": "application/json" };
    const body = resource === undefined ? undefined : JSON.stringify(resource);
    const response = await sts.fetch(path, { method, headers, body });
    const text = await response.text();
    equal(response.status, expected, `${method} ${path}: ${text.slice(0, 300)}`);
    return text;
  };
  const put = (resource, expected = 201) =>
    administer("PUT", `/${resource.resourceType}/${resource.id}`, resource, expected);
  const subject = (claims = {}, header = { alg: "HS256" }) =>
    subjectToken(sts, { jti: drawn(), ...claims }, issuer, header);
  const request = (client, parameters) => {
    const made = new TokenRequest().header("authorization", basic(client, secrets[client]));
    for (const [name, value] of Object.entries(parameters)) made.set(name, value);
    return made;
  };
  const issue = async (request) => {
    const response = await request.send(sts);
    const text = await response.text();
    equal(response.status, 200, `status of ${text.slice(0, 300)}`);
    const answer = JSON.parse(text);
    issued.push(...[answer.access_token, answer.refresh_token].filter((token) => token !== undefined));
    return answer;
  };
  const exchange = async (client, parameters = {}, claims = {}) => {
    const token = { subject_token: await subject(claims), subject_token_type: TYPE.jwt };
    return request(client, { grant_type: EXCHANGE, ...token, ...parameters });
  };
  const refresh = (client, refresh_token) => request(client, { grant_type: "refresh_token", refresh_token });

  // What an administrator writes, replaces, deletes, is refused, takes out and brings back.
  const client = (id, token_format, more = {}) => ({
    resourceType: "Client",
    id,
    secret: secrets[id],
    grant_types: [EXCHANGE, JWT_BEARER],
    allowedIssuers: [ISS],
    scope: ["read", "write"],
    auth: {
      token_exchange: { token_format, refresh_token: true, audience: ["orders"], delegation: "any" },
      jwt_bearer: { audience: ["orders"] },
    },
    ...more,
  });
  await put({
    resourceType: "TokenIntrospector",
    id: "planted",
    type: "jwt",
    jwt: issuer,
    id_jag: true,
    copy_claims: ["tags"],
  });
  // a letter beyond Latin, for texts in UTF-16
  await put({ resourceType: "User", id: "alice", displayName: "Алиса" });
  await put({ resourceType: "User", id: "bob" });
  for (const id of CLIENTS) {
    await put(client(id, id === "opaque" ? undefined : "jwt", id === "replaced" ? { secret: secrets.before } : {}));
  }
  await put(client("with-key", "jwt", { secret: undefined, jwks: [publicJwk(CLIENT_KEY)] }));
  await put(client("replaced", "jwt"), 200);
  await put(client("replaced", "jwt", { secret: "***", name: "Ключ" }), 200);
  await administer("DELETE", "/Client/deleted", undefined, 200);
  await put({ ...client("refused", "jwt"), invented: true }, 422);
  const bundle = await administer("GET", "/$export?secrets=shared", undefined, 200);
  await administer("POST", "/$import", JSON.parse(bundle), 200);

  // Exchanges, refreshes, a retry, revocations; a grant that is stored at once, since no token can carry it.
  const opaque = await issue(
    await exchange("opaque", { actor_token: await subject({ sub: "bob" }), actor_token_type: TYPE.jwt }),
  );
  const first = await issue(refresh("opaque", opaque.refresh_token));
  await issue(refresh("opaque", opaque.refresh_token));
  const last = await issue(refresh("opaque", first.refresh_token));
  const jwt = await issue(await exchange("jwt", { scope: "read" }));
  await issue(refresh("jwt", jwt.refresh_token));
  const long = await exchange("opaque", {}, { tags: Array.from({ length: 20 }, () => "г".repeat(50)) });
  const { access_token: atOnce } = await issue(long);
  ok(!atOnce.includes("."), "a grant that is stored at once");
  for (const token of [last.access_token, atOnce]) {
    const about = await introspectionRequest("c1", token)
      .header("authorization", basic("opaque", secrets.opaque))
      .send(sts);
    equal((await about.json()).active, true, "active");
  }
  for (const token of [jwt.access_token, (await issue(await exchange("jwt"))).refresh_token]) {
    const ended = revocationRequest("c1", token).header("authorization", basic("jwt", secrets.jwt));
    equal((await ended.send(sts)).status, 200, "revocation");
  }
  await issue(await exchange("replaced"));

  // What serves once.
  const now = sts.now();
  const assertion = { client_id: "jwt", aud: ISSUER, iat: now, exp: now + 300, resource: undefined };
  const jag = await subject(assertion, { alg: "HS256", typ: "oauth-id-jag+jwt" });
  await issue(request("jwt", { grant_type: JWT_BEARER, assertion: jag }));
  const own = { iss: "with-key", sub: "with-key", aud: ISSUER, jti: drawn(), exp: now + 300 };
  const withKey = (await exchange("jwt")).header("authorization", undefined);
  withKey.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
  withKey.set("client_assertion", await mintSigned(own, CLIENT_KEY, { alg: "ES256", kid: "cj-1" }));
  await issue(withKey);

  // Refused: what stands in the wrong place, or is wrong.
  const misplaced = await subject();
  for (const refused of [
    (await exchange("opaque")).header("authorization", basic("opaque", secrets.wrong)),
    (await exchange("opaque")).header("authorization", basic(misplaced, secrets.wrong)),
    await exchange("opaque", { scope: misplaced }),
    await exchange("opaque", { subject_token: opaque.refresh_token }),
    await exchange("opaque", {}, { exp: now - 900 }),
    refresh("opaque", misplaced),
    refresh("jwt", last.refresh_token),
  ]) {
    const { status } = await refused.send(sts);
    ok(status >= 400 && status < 500, `refused with ${status}`);
  }

  const absent = { ...secretsOfTheService(), ...named("the secret of the Client ", secrets) };
  [...minted, ...issued].forEach((token, index) => Object.assign(absent, partsOf(token, `token ${index}: `)));
  const stored = { "the issuer's shared secret": issuer.secret };
  stored["the digest of a refresh token"] = base64url(await sha256(last.refresh_token));
  stored["the digest of an opaque token"] = base64url(await sha256(last.access_token));
  stored["the digest of a token whose record has letters beyond Latin"] = base64url(await sha256(atOnce));
  const digests = {};
  for (const id of ["opaque", "jwt", "replaced"])
    digests[`the digest of the secret of ${id}`] = await sha256Hex(secrets[id]);
  return { absent, stored, digests };
}

function secretsOfTheService() {
  const { adminToken, pepper, signingKey } = PLANTED;
  const k = { "the signing key": signingKey.k, "the signing key, decoded": atob(signingKey.k) };
  return { "the administrator's token": adminToken, "the pepper": pepper, ...k };
}

// Of a JWT what is not the same in each, of an opaque token what follows on the id of its grant.
function partsOf(token, name) {
  const texts = token.startsWith("sts_") ? token.slice(29).split(".") : token.split(".").slice(1);
  const long = texts.filter((text) => text.length >= 32);
  return Object.fromEntries(long.map((text) => [`${name}${token.slice(0, 7)}… ${texts.indexOf(text)}`, text]));
}

function named(prefix, texts) {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [prefix + name, text]));
}

async function sha256(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function drawn() {
  return base64url(crypto.getRandomValues(new Uint8Array(36)));
}
