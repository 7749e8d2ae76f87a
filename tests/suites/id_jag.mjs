// Identity assertions (ID-JAG), redeemed and issued: draft-ietf-oauth-identity-assertion-authz-grant and MCP's
// enterprise-managed authorization. The numbers are those of the table in tests/rust/jwt_bearer.rs and id_jag.rs.
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, ISSUER, JWT_BEARER, subjectToken, TRUSTED } from "./fixture.mjs";
import { introspectionRequest, TokenRequest } from "./token_request.mjs";

const MCP = "https://mcp.example/";
const ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const HEADER = { alg: "HS256", typ: "oauth-id-jag+jwt" };

let number = 0;

/** A good assertion with these claims changed; one of `undefined` is left out. */
const assertion = (sts, changes = {}, header = HEADER) =>
  subjectToken(
    sts,
    {
      aud: ISSUER,
      client_id: "ja",
      jti: `jag-${sts.now()}-${(number += 1)}-${Math.random()}`,
      iat: sts.now(),
      exp: sts.now() + 300,
      resource: MCP,
      scope: "read write",
      ...changes,
    },
    TRUSTED.jag,
    header,
  );

const redeeming = (text) => new TokenRequest().as("ja").set("grant_type", JWT_BEARER).set("assertion", text);

const invalid = { status: 400, error: "invalid_grant", says: /^The assertion is not accepted for this client\.$/ };

/** A case that redeems a changed assertion, and is then told that the good one still works. */
const refused = (id, title, changes, { header = HEADER, outcome = invalid, more = {} } = {}) => ({
  name: `${id} ${title}`,
  async run(sts) {
    const text = await assertion(sts, typeof changes === "function" ? changes(sts) : changes, header);
    const request = redeeming(text);
    for (const [name, value] of Object.entries(more)) request.set(name, value);
    await refusedBy(await request.send(sts), outcome, [text]);
    await issuedBy(await redeeming(await assertion(sts)).send(sts));
    await servesGood(sts);
  },
});

const redeemed = (id, title, changes, check, more = {}) => ({
  name: `${id} ${title}`,
  async run(sts) {
    const request = redeeming(await assertion(sts, typeof changes === "function" ? changes(sts) : changes));
    for (const [name, value] of Object.entries(more)) request.set(name, value);
    const { answer } = await issuedBy(await request.send(sts));
    ok(!("refresh_token" in answer), "no refresh token");
    const about = await (await introspectionRequest("ja", answer.access_token).send(sts)).json();
    equal(about.active, true, "active");
    check({ answer, about });
    await servesGood(sts);
  },
});

const issuing = async (sts, changes = {}) =>
  new TokenRequest()
    .as("ja")
    .set("grant_type", EXCHANGE)
    .set("requested_token_type", ID_JAG)
    .set("subject_token", await subjectToken(sts, { aud: "ja", ...changes }))
    .set("subject_token_type", ID_TOKEN)
    .set("audience", "https://as.example");

const notIssued = (id, title, change, outcome, changes) => ({
  name: `${id} ${title}`,
  async run(sts) {
    const request = await issuing(sts, changes);
    change(request);
    await refusedBy(await request.send(sts), outcome, request.inputs());
    await servesGood(sts);
  },
});

const target = { status: 400, error: "invalid_target" };
const request400 = { status: 400, error: "invalid_request" };

export default [
  redeemed("J30", "a good assertion", {}, ({ answer, about }) => {
    same([answer.token_type, answer.scope, about.aud, about.sub], ["Bearer", "read write", MCP, "alice"], "the answer");
  }),
  redeemed("J38", "aud is an array of one", { aud: [ISSUER] }, () => {}),
  redeemed("J40", "aud has the slash of the empty path", { aud: `${ISSUER}/` }, () => {}),
  redeemed("J53", "a resource in another spelling", { resource: "https://MCP.example" }, ({ about }) =>
    equal(about.aud, MCP, "aud"),
  ),
  redeemed("J54", "two resources", { resource: [MCP, "https://files.example"] }, ({ about }) =>
    same(about.aud, [MCP, "https://files.example"], "aud"),
  ),
  redeemed("J57", "no resource", { resource: undefined }, ({ about }) => equal(about.aud, MCP, "aud")),
  redeemed("J59", "a part of the scope", {}, ({ answer }) => equal(answer.scope, "read", "scope"), { scope: "read" }),
  redeemed("J61", "a scope that the client has not", { scope: "read admin" }, ({ answer }) =>
    equal(answer.scope, "read", "scope"),
  ),
  refused("J33", "typ JWT", {}, { header: { alg: "HS256", typ: "JWT" } }),
  refused("J33", "typ in capitals", {}, { header: { alg: "HS256", typ: "OAUTH-ID-JAG+JWT" } }),
  refused("J27", "an assertion of this service", { iss: ISSUER }),
  refused("J35", "an issuer without id_jag", { iss: TRUSTED.workload.iss }),
  refused("J37", "aud is the token endpoint", { aud: `${ISSUER}/auth/token` }),
  refused("J39", "two audiences", { aud: [ISSUER, "https://other.example"] }),
  refused("J42", "for another client", { client_id: "c1" }),
  refused("J43", "no client_id", { client_id: undefined }),
  refused("J44", "no jti", { jti: undefined }),
  refused("J45", "no iat", { iat: undefined }),
  refused("J46", "it lives too long", (sts) => ({ exp: sts.now() + 370 })),
  refused("J52", "a resource that is not ours", { resource: "https://other.example" }),
  refused(
    "J56",
    "another resource than the assertion's",
    {},
    { outcome: target, more: { resource: "https://files.example" } },
  ),
  refused(
    "J60",
    "more than the assertion's scope",
    { scope: "read" },
    {
      outcome: { status: 400, error: "invalid_scope" },
      more: { scope: "read write" },
    },
  ),
  refused("J62", "bound to a key that nobody proves", { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }),
  refused("J63", "authorization_details", { authorization_details: [] }),
  refused("J64", "a tenant", { tenant: "acme" }),
  refused("J65", "an inactive user", { sub: "ivan" }),
  {
    name: "J47 the same assertion twice",
    async run(sts) {
      const text = await assertion(sts);
      await issuedBy(await redeeming(text).send(sts));
      await refusedBy(await redeeming(text).send(sts), invalid, [text]);
    },
  },
  {
    name: "J48 the same assertion fifty times at once: one token",
    async run(sts) {
      const text = await assertion(sts);
      const responses = await Promise.all(Array.from({ length: 50 }, () => redeeming(text).send(sts)));
      const statuses = responses.map(({ status }) => status);
      equal(statuses.filter((status) => status === 200).length, 1, `200s among ${statuses.join(" ")}`);
      for (const response of responses) if (response.status !== 200) await refusedBy(response, invalid, [text]);
    },
  },
  {
    name: "J50 refused for its scope, then sent rightly",
    async run(sts) {
      const text = await assertion(sts, { scope: "read" });
      await refusedBy(await redeeming(text).set("scope", "write").send(sts), { status: 400, error: "invalid_scope" }, [
        text,
      ]);
      await issuedBy(await redeeming(text).send(sts));
    },
  },
  {
    name: "J28 an assertion is not exchanged",
    async run(sts) {
      const request = await issuing(sts);
      request.set("requested_token_type", "urn:ietf:params:oauth:token-type:access_token").set("audience", "orders");
      request.set("subject_token", await assertion(sts));
      await refusedBy(await request.send(sts), request400, request.inputs());
    },
  },
  // The fixture's only key is a shared one, which nobody else could verify.
  notIssued("J26", "only a shared key", () => {}, { status: 503, error: "temporarily_unavailable" }),
  notIssued("J06", "no audience", (request) => request.set("audience", undefined), target),
  notIssued(
    "J08",
    "an audience that is no target",
    (request) => request.set("audience", "https://other.example"),
    target,
  ),
  notIssued(
    "J09",
    "a resource that is not the target's",
    (request) => request.set("resource", "https://x.example"),
    target,
  ),
  notIssued("J12", "a scope that is not the target's", (request) => request.set("scope", "write"), {
    status: 400,
    error: "invalid_scope",
  }),
  notIssued("J14", "an ID token of another client", () => {}, request400, { aud: "c1" }),
  notIssued("J18", "no ID token", (request) => request.set("subject_token_type", EXCHANGE), request400),
  notIssued("J20", "a client without id_jag", (request) => request.as("c1"), request400),
  {
    name: "J70 the metadata",
    async run(sts) {
      const metadata = await (await sts.fetch("/.well-known/oauth-authorization-server")).json();
      // Only a key that others can verify signs them.
      const issuing = metadata.jwks_uri === undefined ? undefined : [ID_JAG];
      same(metadata.identity_chaining_requested_token_types_supported, issuing, "issuing");
      same(
        metadata.authorization_grant_profiles_supported,
        ["urn:ietf:params:oauth:grant-profile:id-jag"],
        "redeeming",
      );
      ok(metadata.grant_types_supported.includes(JWT_BEARER), "the grant");
    },
  },
  {
    name: "J65 what was issued ends with its TokenIntrospector",
    async run(sts) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      const { answer } = await issuedBy(await redeeming(await assertion(sts)).send(sts));
      const resource = await (await sts.fetch("/TokenIntrospector/jag", { headers })).json();
      const put = (body) => sts.fetch("/TokenIntrospector/jag", { method: "PUT", headers, body: JSON.stringify(body) });
      equal((await put({ ...resource, not_before: sts.now() + 1 })).status, 200, "PUT");
      const about = await (await introspectionRequest("ja", answer.access_token).send(sts)).json();
      same(about, { active: false }, "introspection");
      equal((await put({ ...resource, not_before: undefined })).status, 200, "PUT");
    },
  },
];
