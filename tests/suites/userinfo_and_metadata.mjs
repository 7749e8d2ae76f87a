// /auth/userinfo, the metadata (RFC 8414), the public keys, /health.
import { issuedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok, oneOf, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, ISSUER, subjectToken } from "./fixture.mjs";
import { base64url, decoded, mint } from "./jwt.mjs";
import { basic, FORM, goodExchangeOf } from "./token_request.mjs";

const METADATA = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

async function accessToken(sts, client = "c0", claims = {}) {
  const request = (await goodExchangeOf(sts, client, "openid")).set("subject_token", await subjectToken(sts, claims));
  return (await issuedBy(await request.send(sts))).answer.access_token;
}

function userinfo(sts, authorization, method = "GET") {
  const headers = {
    ...(authorization === undefined ? {} : { authorization }),
    ...(method === "GET" ? {} : { "content-type": FORM }),
  };
  return sts.fetch("/auth/userinfo", { method, headers, ...(method === "GET" ? {} : { body: "" }) });
}

// RFC 6750 section 3
async function refused(response, error) {
  const text = await response.text();
  equal(response.status, 401, `status of ${text.slice(0, 100)}`);
  const challenge = response.headers.get("www-authenticate");
  matches(challenge, /^Bearer\b/, "WWW-Authenticate");
  // section 3.1: without credentials no error code
  if (error === undefined) ok(!challenge.includes("error="), "no error code without a token");
  else matches(challenge, new RegExp(`error="${error}"`), "WWW-Authenticate");
  ok(!text.includes("alice"), "nothing of the user");
  equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
}

async function json(response, what) {
  const text = await response.text();
  equal(response.status, 200, `status of ${what}: ${text.slice(0, 100)}`);
  matches(response.headers.get("content-type"), /^application\/json\b/, `content-type of ${what}`);
  return JSON.parse(text);
}

const cases = [
  ...["c0", "ch"].flatMap((client) =>
    ["GET", "POST"].map((method) => ({
      name: `userinfo: ${method} with a token of ${client}`,
      async run(sts) {
        const response = await userinfo(sts, `Bearer ${await accessToken(sts, client)}`, method);
        equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
        const user = await json(response, "userinfo");
        equal(user.sub ?? user.id, "alice", "who it is");
      },
    })),
  ),
  {
    name: "userinfo: bearer in any case",
    async run(sts) {
      await json(await userinfo(sts, `bearer ${await accessToken(sts)}`), "userinfo");
    },
  },
  {
    name: "userinfo: what is secret of the User stays so",
    async run(sts) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      const body = JSON.stringify({
        resourceType: "User",
        id: "pat",
        password: "$s0$planted-hash-of-a-password",
        displayName: "Pat",
      });
      const put = await sts.fetch("/User/pat", { method: "PUT", headers, body });
      oneOf(put.status, [200, 201], `PUT /User/pat ${await put.text()}`);
      const response = await userinfo(sts, `Bearer ${await accessToken(sts, "c0", { sub: "pat" })}`);
      const text = await response.text();
      equal(response.status, 200, "status");
      ok(text.includes("Pat"), "the user");
      ok(!text.includes("planted"), "the user's password hash");
    },
  },
  { name: "userinfo: no token", run: async (sts) => refused(await userinfo(sts)) },
  { name: "userinfo: a client's credentials", run: async (sts) => refused(await userinfo(sts, basic("c1"))) },
  ...["x", "a.b.c", "sts_at_AAAA", "", "x y"].map((token) => ({
    name: `userinfo: Bearer ${token}`,
    async run(sts) {
      const response = await userinfo(sts, `Bearer ${token}`);
      equal(response.status === 400 ? 401 : response.status, 401, "status");
      matches(response.headers.get("www-authenticate"), /^Bearer\b/, "WWW-Authenticate");
      await response.text();
    },
  })),
  {
    name: "userinfo: a foreign token",
    run: async (sts) => refused(await userinfo(sts, `Bearer ${await subjectToken(sts)}`), "invalid_token"),
  },
  {
    name: "userinfo: the administrator's token",
    run: async (sts) => refused(await userinfo(sts, `Bearer ${ADMIN_TOKEN}`), "invalid_token"),
  },
  {
    name: "userinfo: a refresh token",
    async run(sts) {
      const request = await goodExchangeOf(sts, "c1", "read");
      const { answer } = await issuedBy(await request.send(sts));
      await refused(await userinfo(sts, `Bearer ${answer.refresh_token}`), "invalid_token");
    },
  },
  {
    name: "userinfo: signed by nobody, or by somebody else",
    async run(sts) {
      const { header, claims } = decoded(await accessToken(sts));
      const other = await mint(claims, "another key that is as long as it must be", header);
      await refused(await userinfo(sts, `Bearer ${other}`), "invalid_token");
      const none = `${base64url('{"alg":"none","typ":"at+jwt"}')}.${base64url(JSON.stringify(claims))}.`;
      await refused(await userinfo(sts, `Bearer ${none}`), "invalid_token");
    },
  },
  {
    name: "userinfo: a token in the query is never read",
    async run(sts) {
      const token = await accessToken(sts);
      await refused(await sts.fetch(`/auth/userinfo?access_token=${token}`, { method: "GET", headers: {} }));
    },
  },
  {
    name: "userinfo: the token in a form",
    async run(sts) {
      const token = await accessToken(sts);
      const post = (form, headers = {}) =>
        sts.fetch("/auth/userinfo", { method: "POST", headers: { "content-type": FORM, ...headers }, body: form });
      equal((await json(await post(`access_token=${token}`), "userinfo")).sub, "alice", "sub");
      await refused(await post("access_token=x"), "invalid_token");
      await refused(await post(""));
      await refused(await post(`token=${token}`));
      // RFC 6750 section 2: one method alone
      const twice = await post(`access_token=${token}`, { authorization: `Bearer ${token}` });
      equal(twice.status, 400, "status of a token that is sent twice");
      matches(twice.headers.get("www-authenticate"), /error="invalid_request"/, "WWW-Authenticate");
      equal(JSON.parse(await twice.text()).error, "invalid_request", "error");
      equal((await post(`access_token=${token}&access_token=${token}`)).status, 400, "a repeated parameter");
      equal((await post("", { "content-encoding": "gzip" })).status, 415, "a compressed form");
      // Only a form is read (section 2.2).
      const type = { "content-type": "application/json" };
      await refused(await post(JSON.stringify({ access_token: token }), type));
    },
  },
  {
    name: "userinfo: after the token's end",
    async run(sts) {
      const token = await accessToken(sts, "ch");
      await sts.advance(3);
      await refused(await userinfo(sts, `Bearer ${token}`), "invalid_token");
    },
  },
  {
    name: "userinfo: other methods",
    async run(sts) {
      for (const method of ["PUT", "DELETE", "PATCH"]) {
        const response = await sts.fetch("/auth/userinfo", {
          method,
          headers: { authorization: `Bearer ${await accessToken(sts)}` },
        });
        await response.text();
        equal(response.status, 405, method);
        matches(response.headers.get("allow"), /\bGET\b.*\bPOST\b/, "Allow");
      }
    },
  },
  {
    name: "metadata: RFC 8414 section 2, the same document on both paths",
    async run(sts) {
      const [first, second] = await Promise.all(METADATA.map(async (path) => json(await sts.fetch(path, {}), path)));
      same(first, second, "the second document");
      equal(first.issuer, ISSUER, "issuer");
      equal(first.token_endpoint, `${ISSUER}/auth/token`, "token_endpoint");
      equal(first.introspection_endpoint, `${ISSUER}/auth/introspect`, "introspection_endpoint");
      equal(first.userinfo_endpoint, `${ISSUER}/auth/userinfo`, "userinfo_endpoint");
      // The suites' service signs with HS256: there is no public key to fetch.
      ok(!("jwks_uri" in first), "jwks_uri");
      same(first.response_types_supported, [], "response_types_supported is required");
      // MCP clients take no metadata without it; OpenID Connect Discovery section 3 demands the rest
      equal(first.authorization_endpoint, `${ISSUER}/auth/authorize`, "authorization_endpoint");
      same(first.subject_types_supported, ["public"], "subject_types_supported");
      same(first.id_token_signing_alg_values_supported, ["HS256", "RS256"], "id_token_signing_alg_values_supported");
      for (const grant of [EXCHANGE, "refresh_token"]) ok(first.grant_types_supported.includes(grant), grant);
      for (const endpoint of ["token", "introspection", "revocation"]) {
        const none = endpoint === "token" ? ["none"] : [];
        const methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", ...none];
        same(first[`${endpoint}_endpoint_auth_methods_supported`], methods, `methods of ${endpoint}`);
        // RFC 8414 section 2: required with private_key_jwt, and none is never among them
        const algorithms = first[`${endpoint}_endpoint_auth_signing_alg_values_supported`];
        for (const alg of ["ES256", "RS256", "EdDSA"]) ok(algorithms.includes(alg), `${alg} at ${endpoint}`);
        ok(!algorithms.some((alg) => alg === "none" || alg.startsWith("HS")), `algorithms of ${endpoint}`);
      }
    },
  },
  {
    name: "metadata: only what is served",
    async run(sts) {
      const metadata = await json(await sts.fetch(METADATA[0], {}), "metadata");
      for (const [name, value] of Object.entries(metadata)) {
        if (!/_(endpoint|uri)$/.test(name)) continue;
        const response = await sts.fetch(new URL(value).pathname, {
          method: name === "jwks_uri" ? "GET" : "POST",
          headers: { "content-type": FORM },
        });
        await response.text();
        ok(response.status !== 404, `${name} is announced and not there`);
      }
    },
  },
  {
    name: "authorize: nobody logs in here, which a page says that nothing runs in and that repeats nothing",
    async run(sts) {
      const response = await sts.fetch("/auth/authorize?client_id=planted&redirect_uri=https://evil.example/", {});
      const text = await response.text();
      equal(response.status, 400, "status");
      matches(response.headers.get("content-type"), /^text\/html; *charset=utf-8$/i, "content-type");
      matches(text, /<p>Nobody logs in here: [^<]+\.<\/p>/, "the sentence");
      ok(!/planted|evil|<script|http/i.test(text), "nothing of the request, no script, no link");
      equal(
        response.headers.get("content-security-policy"),
        "default-src 'none'; frame-ancestors 'none'",
        "Content-Security-Policy",
      );
      equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
      equal(response.headers.get("location"), null, "Location");
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
        const other = await sts.fetch("/auth/authorize", { method, headers: { "content-type": FORM } });
        await other.text();
        equal(other.status, 405, method);
        equal(other.headers.get("allow"), "GET, HEAD", "Allow");
      }
    },
  },
  ...[...METADATA, "/.well-known/jwks.json", "/openapi.json"].map((path) => ({
    name: `CORS: a page of any origin reads ${path}`,
    async run(sts) {
      for (const origin of ["https://app.example", "https://stranger.example", "null"]) {
        const response = await sts.fetch(path, { headers: { origin } });
        await json(response, path);
        equal(response.headers.get("access-control-allow-origin"), "*", "Access-Control-Allow-Origin");
        const preflight = await sts.fetch(path, {
          method: "OPTIONS",
          // what the client of an MCP SDK asks for
          headers: {
            origin,
            "access-control-request-method": "GET",
            "access-control-request-headers": "mcp-protocol-version",
          },
        });
        equal(await preflight.text(), "", "body");
        equal(preflight.status, 204, "status of the preflight");
        equal(preflight.headers.get("access-control-allow-origin"), "*", "Access-Control-Allow-Origin");
        equal(preflight.headers.get("access-control-allow-headers"), "*", "Access-Control-Allow-Headers");
        matches(preflight.headers.get("access-control-allow-methods"), /\bGET\b/, "Access-Control-Allow-Methods");
        equal(preflight.headers.get("access-control-allow-credentials"), null, "no credentials with a wildcard");
      }
      const other = await sts.fetch(path, { method: "POST", headers: { "content-type": FORM } });
      await other.text();
      equal(other.status, 405, "POST");
    },
  })),
  {
    name: "jwks: F11 public keys only, and never an oct key",
    async run(sts) {
      const jwks = await json(await sts.fetch("/.well-known/jwks.json", {}), "jwks");
      same(jwks, { keys: [] }, "the keys of a service that signs with HS256");
    },
  },
  {
    name: "health",
    async run(sts) {
      same(await json(await sts.fetch("/health", {}), "health"), { status: "ok" }, "health");
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
