// "How to configure Token Exchange", as printed: three requests of the administrator, then the token request. The
// placeholders that the page shows empty are filled.
import { active, inactive, introspected, issuedBy, refusedBy } from "./answers.mjs";
import { equal, matches, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, ISSUER, TYPE } from "./fixture.mjs";
import { mint } from "./jwt.mjs";
import { basic, refreshRequest, TokenRequest } from "./token_request.mjs";

const ISS = "https://myapp.mycompany.com";
const SECRET = "the secret that the external auth server signs with";
const OTHER = {
  iss: "https://elsewhere.mycompany.com",
  secret: "the secret of the issuer that the client may not use",
};
const USER = "testuser";

const CLIENT = {
  secret: "test",
  grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
  allowedIssuers: [ISS],
  auth: {
    token_exchange: {
      token_format: "jwt",
      refresh_token: true,
      access_token_expiration: 360,
      refresh_token_expiration: 864000,
    },
  },
};
const INTROSPECTOR = { jwt: { iss: ISS, secret: SECRET }, type: "jwt" };

// echo -n tokenexchange:test | base64
const AUTHORIZATION = "Basic dG9rZW5leGNoYW5nZTp0ZXN0";

async function administer(sts, line, body) {
  const [method, path] = line.split(" ");
  const response = await sts.fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify(body, null, 2),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** The three requests of the how-to. `expected`: 201 for a store where they have not been made before. */
export async function configure(sts, expected = 201) {
  const client = await administer(sts, "PUT /Client/tokenexchange", CLIENT);
  equal(client.status, expected, "PUT /Client/tokenexchange");
  same([client.body.id, client.body.resourceType], ["tokenexchange", "Client"], "the stored client");
  equal(client.body.secret, "***", "the client's secret as it is shown");
  same(client.body.auth, CLIENT.auth, "auth of the stored client");
  const introspector = await administer(sts, "PUT /TokenIntrospector/external-auth-server", INTROSPECTOR);
  equal(introspector.status, expected, "PUT /TokenIntrospector/external-auth-server");
  same(introspector.body.jwt, { iss: ISS, secret: "***" }, "jwt of the stored introspector");
  const user = await administer(sts, "POST /User", { id: USER, resourceType: "User" });
  equal(user.status, expected === 201 ? 201 : 409, "POST /User");
}

/** "Your token must contain iss, sub and exp", and contains nothing else. */
export function howToToken(sts, claims = {}, secret = SECRET) {
  return mint({ iss: ISS, exp: sts.now() + 3600, sub: USER, ...claims }, secret, { alg: "HS256", typ: "JWT" });
}

export async function howToRequest(sts, { token, authorization = AUTHORIZATION, more } = {}) {
  return sts.fetch("/auth/token", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "openid",
      subject_token: token ?? (await howToToken(sts)),
      ...more,
    }),
  });
}

/** The how-to's token request succeeds with everything that the how-to and RFC 8693 promise. */
export async function howToWorks(sts) {
  const { answer, claims } = await issuedBy(await howToRequest(sts));
  equal(answer.issued_token_type, TYPE.accessToken, "issued_token_type");
  equal(answer.expires_in, 360, "expires_in");
  equal(answer.scope, "openid", "scope");
  matches(answer.refresh_token, /^sts_rt_/, "refresh_token");
  equal(claims.sub, USER, "sub");
  equal(claims.aud, ISSUER, "aud");
  equal(claims.client_id, "tokenexchange", "client_id");
  ok(!("act" in claims), "no act without an actor");
  return answer;
}

function refused(name, expected, request) {
  return {
    name,
    async run(sts) {
      await refusedBy(await request(sts), expected, [SECRET, ISS, OTHER.iss]);
      await howToWorks(sts);
    },
  };
}

export default [
  {
    name: "the three requests of the administrator and the token request",
    async run(sts) {
      await configure(sts);
      await howToWorks(sts);
    },
  },
  {
    name: "the same three requests again replace, and the User is there already",
    async run(sts) {
      await configure(sts, 200);
      await howToWorks(sts);
    },
  },
  {
    name: "the form body of RFC 8693 instead of JSON",
    async run(sts) {
      const request = new TokenRequest()
        .header("authorization", AUTHORIZATION)
        .set("grant_type", EXCHANGE)
        .set("subject_token_type", TYPE.jwt)
        .set("scope", "openid")
        .set("subject_token", await howToToken(sts));
      equal((await issuedBy(await request.send(sts))).answer.expires_in, 360, "expires_in");
    },
  },
  {
    name: "client_secret_post, in the form and in JSON",
    async run(sts) {
      const request = new TokenRequest()
        .set("client_id", "tokenexchange")
        .set("client_secret", "test")
        .set("grant_type", EXCHANGE)
        .set("subject_token_type", TYPE.jwt)
        .set("subject_token", await howToToken(sts));
      await issuedBy(await request.send(sts));
      await issuedBy(await request.json().send(sts));
    },
  },
  refused("wrong secret", { status: 401, error: "invalid_client", challenge: true }, (sts) =>
    howToRequest(sts, { authorization: basic("tokenexchange", "wrong-secret") }),
  ),
  refused("expired token", { error: "invalid_request", says: /subject_token.*expired/ }, async (sts) =>
    howToRequest(sts, { token: await howToToken(sts, { exp: sts.now() - 62 }) }),
  ),
  {
    name: "issuer outside allowedIssuers, though it is trusted",
    async run(sts) {
      const introspector = { type: "jwt", jwt: OTHER };
      equal((await administer(sts, "PUT /TokenIntrospector/elsewhere", introspector)).status, 201, "PUT");
      const token = await howToToken(sts, { iss: OTHER.iss }, OTHER.secret);
      const refusal = { error: "invalid_request", says: /subject_token.*issuer/ };
      await refusedBy(await howToRequest(sts, { token }), refusal, [token, OTHER.iss]);
      await howToWorks(sts);
    },
  },
  refused("unknown issuer", { error: "invalid_request", says: /subject_token.*issuer/ }, async (sts) =>
    howToRequest(sts, { token: await howToToken(sts, { iss: "https://nobody.example" }) }),
  ),
  refused("unknown user", { error: "invalid_request", says: /subject_token.*user/ }, async (sts) =>
    howToRequest(sts, { token: await howToToken(sts, { sub: "someone-else" }) }),
  ),
  refused("wrong key", { error: "invalid_request", says: /subject_token.*signature/ }, async (sts) =>
    howToRequest(sts, { token: await howToToken(sts, {}, "another secret that is also long enough") }),
  ),
  ...["iss", "sub", "exp"].map((claim) =>
    refused(`token without ${claim}`, { error: "invalid_request", says: /subject_token/ }, async (sts) =>
      howToRequest(sts, { token: await howToToken(sts, { [claim]: undefined }) }),
    ),
  ),
  refused("body of 70 KB", { status: 413, error: "invalid_request" }, (sts) =>
    howToRequest(sts, { more: { padding: "x".repeat(70 * 1024) } }),
  ),
  {
    name: "the refresh token works, rotates, and its reuse ends the grant with its access tokens",
    async run(sts) {
      const first = await howToWorks(sts);
      const second = (await issuedBy(await refresh(sts, first.refresh_token))).answer;
      equal(second.expires_in, 360, "expires_in");
      equal(second.scope, "openid", "scope");
      ok(second.refresh_token !== undefined && second.refresh_token !== first.refresh_token, "it rotates");
      ok(second.access_token !== first.access_token, "another access token");
      const third = (await issuedBy(await refresh(sts, second.refresh_token))).answer;
      for (const { access_token } of [first, second, third]) await active(sts, "tokenexchange", access_token);
      await refusedBy(await refresh(sts, first.refresh_token), { error: "invalid_grant" }, [first.refresh_token]);
      await refusedBy(await refresh(sts, third.refresh_token), { error: "invalid_grant" }, [third.refresh_token]);
      for (const { access_token } of [first, second, third]) await inactive(sts, "tokenexchange", access_token);
      await howToWorks(sts);
    },
  },
  {
    name: "the refresh request as JSON",
    async run(sts) {
      const { refresh_token } = await howToWorks(sts);
      const body = JSON.stringify({ grant_type: "refresh_token", refresh_token });
      const headers = { authorization: AUTHORIZATION, "content-type": "application/json" };
      await issuedBy(await sts.fetch("/auth/token", { method: "POST", headers, body }));
    },
  },
  ...[
    ["JWT", "jwt", /^eyJ/],
    ["opaque", undefined, /^sts_at_/],
  ].map(([format, token_format, pattern]) => ({
    name: `${format} access token: introspects as active, and as inactive after its end`,
    async run(sts) {
      const auth = { token_exchange: { token_format, access_token_expiration: 2 } };
      const path = `/Client/tokenexchange-${format}`;
      const { status } = await administer(sts, `PUT ${path}`, { ...CLIENT, auth });
      equal(status, 201, `PUT ${path}`);
      const client = `tokenexchange-${format}`;
      const { answer } = await issuedBy(await howToRequest(sts, { authorization: basic(client) }));
      matches(answer.access_token, pattern, "access_token");
      equal(answer.expires_in, 2, "expires_in");
      ok(!("refresh_token" in answer), "no refresh token unless the client asks for it");
      const told = await introspected(sts, client, answer.access_token);
      same([told.active, told.sub, told.client_id], [true, USER, client], "what is told of it");
      same([told.scope, told.token_type, told.exp - told.iat], ["openid", "Bearer", 2], "scope, type and life");
      await sts.advance(3);
      await inactive(sts, client, answer.access_token, "token after its end");
      await howToWorks(sts);
    },
  })),
];

function refresh(sts, refreshToken) {
  return refreshRequest("tokenexchange", refreshToken).send(sts);
}
