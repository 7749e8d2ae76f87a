// Clients that exchange tokens without authentication, and clients that are workloads of another issuer: the rows of
// federated clients, over HTTP.
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, ISSUER, PROVIDER, RESOURCES, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { basic, introspectionRequest, revocationRequest, TokenRequest } from "./token_request.mjs";

const GOOGLE = "https://www.googleapis.com/auth/cloud-platform";
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const claims = { sub: "repo:octo/shop", aud: "https://ci.sts.example", repository: "octo/shop" };

async function request(sts, changes = {}, from = TRUSTED.federation) {
  return new TokenRequest()
    .set("grant_type", EXCHANGE)
    .set("subject_token", await subjectToken(sts, { ...claims, ...changes }, from))
    .set("subject_token_type", TYPE.jwt);
}

const nobody = { status: 401, error: "invalid_client", says: /^There are no client credentials: /, challenge: true };
const failed = { status: 401, error: "invalid_client", says: /^Client authentication failed\.$/, challenge: false };
const needsConditions = { error: "invalid_request", says: /: a public client needs a JWT of an issuer / };

/** A row: the good request by provider with changes, and what comes of it. */
const row = (id, title, change, outcome = {}) => ({
  name: `${id} ${title}`,
  async run(sts) {
    const asked = await request(sts);
    const response = await ((await change(asked, sts)) ?? asked).send(sts);
    if (outcome.error === undefined) {
      const { claims: issued, answer } = await issuedBy(response);
      equal(issued?.aud, outcome.aud ?? "orders", "aud");
      equal(issued?.client_id, outcome.client_id ?? "cp", "client_id");
      if ("scope" in outcome) equal(answer.scope, outcome.scope, "scope");
      ok(Number.isInteger(answer.expires_in), "expires_in is a number");
      ok(!("refresh_token" in answer), "no refresh token");
    } else {
      await refusedBy(response, outcome, asked.inputs());
    }
    await servesGood(sts);
  },
});

const put = (sts, resource) =>
  sts.fetch(`/${resource.resourceType}/${resource.id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(resource),
  });
const remove = (sts, id) =>
  sts.fetch(`/Client/${id}`, { method: "DELETE", headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });

const cp = () => structuredClone(RESOURCES.find(({ id }) => id === "cp"));
function changed(change) {
  const client = { ...cp(), id: "cp-changed" };
  client.auth.token_exchange.provider = "another provider";
  change(client);
  return client;
}

/** A request that is refused by 422 at this path. */
const notStored = (id, title, change, path) => ({
  name: `${id} ${title}`,
  async run(sts) {
    const response = await put(sts, changed(change));
    const { issue } = await response.json();
    same([response.status, issue[0].expression], [422, [`Client.${path}`]], title);
  },
});

async function workload(sts, changes = {}) {
  return subjectToken(sts, { sub: "workload-1", aud: ISSUER, ...changes }, TRUSTED.federation);
}

async function asWorkload(sts, changes, asked) {
  const good = asked ?? (await request(sts));
  return good
    .set("client_id", "cf")
    .set("client_assertion_type", JWT_BEARER)
    .set("client_assertion", await workload(sts, changes));
}

/** The same with a workload's token. */
const federated = (id, title, changes, outcome) =>
  row(id, title, (asked, sts) => asWorkload(sts, changes(sts), asked), outcome);

export default [
  row("P01", "by its provider", (asked) => asked.set("audience", PROVIDER)),
  row("P02", "by its provider, with scopes", (asked) => asked.set("audience", PROVIDER).set("scope", "read"), {
    scope: "read",
  }),
  row("P03", "Google's default scope is struck out", (asked) => asked.set("audience", PROVIDER).set("scope", GOOGLE)),
  row("P03", "and others stay", (asked) => asked.set("audience", PROVIDER).set("scope", `${GOOGLE} read`), {
    scope: "read",
  }),
  row("P04", "no ignore_scope", (asked) => asked.set("client_id", "cq").set("scope", GOOGLE), {
    error: "invalid_scope",
    says: /^A scope is not one/,
  }),
  row("P05", "a token with a line end", (asked) =>
    asked.set("audience", PROVIDER).set("subject_token", `${asked.parameters[1][1]}\r\n`),
  ),
  row("P11", "by its client_id", (asked) => asked.set("client_id", "cp")),
  row("P12", "by nothing", () => undefined, nobody),
  row("P14", "an unknown provider", (asked) => asked.set("audience", "unknown"), nobody),
  row("P15", "an unknown client_id", (asked) => asked.set("client_id", "unknown"), nobody),
  row("P16", "the client_id of a confidential client", (asked) => asked.set("client_id", "c1"), nobody),
  row("P17", "Basic with an empty secret", (asked) => asked.header("authorization", basic("cp", "")), {
    ...failed,
    challenge: true,
  }),
  row("P17", "a secret in the body", (asked) => asked.set("client_id", "cp").set("client_secret", "x"), failed),
  row(
    "P18",
    "provider and resource",
    (asked) => asked.set("audience", PROVIDER).set("resource", "https://api.example/"),
    {
      aud: "https://api.example/",
    },
  ),
  row(
    "P19",
    "a resource that is not allowed",
    (asked) => asked.set("audience", PROVIDER).set("resource", "https://x.example/"),
    {
      error: "invalid_target",
      says: /^An audience or resource/,
    },
  ),
  row(
    "P20",
    "client_id and a target",
    (asked) => asked.set("client_id", "cp").set("audience", "https://api.example/"),
    {
      aud: "https://api.example/",
    },
  ),
  row("P20", "client_id and its provider", (asked) => asked.set("client_id", "cp").set("audience", PROVIDER)),
  row(
    "P21",
    "two audiences, one of them the provider",
    (asked) => asked.add("audience", PROVIDER).add("audience", "orders"),
    nobody,
  ),
  row("P21", "the provider in resource", (asked) => asked.set("resource", PROVIDER), nobody),
  row(
    "P22",
    "an issuer without audience",
    async (_, sts) => (await request(sts, {}, TRUSTED.claims)).set("client_id", "cq"),
    needsConditions,
  ),
  row(
    "P23",
    "an issuer without conditions",
    async (_, sts) => (await request(sts, {}, TRUSTED.audience)).set("client_id", "cq"),
    needsConditions,
  ),
  row(
    "P24",
    "a condition that is not met",
    async (_, sts) => (await request(sts, { repository: "octo/other" })).set("client_id", "cp"),
    {
      error: "invalid_request",
      says: /its claims do not meet the conditions for its issuer\.$/,
    },
  ),
  row(
    "P25",
    "a token for another service",
    async (_, sts) => (await request(sts, { aud: "https://other-sts.example" })).set("client_id", "cp"),
    {
      error: "invalid_request",
      says: /its audience does not include this service\.$/,
    },
  ),
  notStored("P26", "public with secret", (client) => (client.secret = "a secret of some length"), "secret"),
  notStored(
    "P27",
    "public with refresh tokens",
    (client) => (client.auth.token_exchange.refresh_token = true),
    "auth.token_exchange.refresh_token",
  ),
  notStored("P28", "public with another grant", (client) => client.grant_types.push("refresh_token"), "grant_types"),
  notStored(
    "P28",
    "public with delegation any",
    (client) => (client.auth.token_exchange.delegation = "any"),
    "auth.token_exchange.delegation",
  ),
  notStored("P28", "public without issuers", (client) => delete client.allowedIssuers, "allowedIssuers"),
  notStored("P28", "public with federated", (client) => (client.federated = [{ iss: "a", sub: "b" }]), "federated"),
  {
    name: "P29 P30 P31 a provider belongs to one client, can be changed and is free again",
    async run(sts) {
      const taken = changed((client) => (client.auth.token_exchange.provider = PROVIDER));
      const response = await put(sts, taken);
      const { issue } = await response.json();
      equal(response.status, 409, "a second one");
      same(issue[0].expression, ["Client.auth.token_exchange.provider"], "the place");
      const ask = async (provider) => (await request(sts)).set("audience", provider).send(sts);
      const other = (provider) => changed((client) => (client.auth.token_exchange.provider = provider));
      equal((await put(sts, other("provider-a"))).status, 201, "another name");
      equal((await issuedBy(await ask("provider-a"))).claims.client_id, "cp-changed", "client_id");
      equal((await put(sts, other("provider-b"))).status, 200, "a new name");
      await refusedBy(await ask("provider-a"), nobody);
      equal((await issuedBy(await ask("provider-b"))).claims.client_id, "cp-changed", "client_id");
      equal((await remove(sts, "cp-changed")).status, 200, "deleted");
      await refusedBy(await ask("provider-b"), nobody);
      equal((await put(sts, { ...other("provider-b"), id: "cp-second" })).status, 201, "the name is free again");
      equal((await remove(sts, "cp-second")).status, 200, "deleted");
    },
  },
  {
    name: "P32 a public client neither introspects nor revokes",
    async run(sts) {
      const { answer } = await issuedBy(await (await request(sts)).set("client_id", "cp").send(sts));
      for (const make of [introspectionRequest, revocationRequest]) {
        const asked = make("c1", answer.access_token).header("authorization").set("client_id", "cp");
        await refusedBy(await asked.send(sts), nobody);
      }
    },
  },
  row(
    "P33",
    "it asks for a refresh token",
    (asked) => asked.set("client_id", "cp").set("requested_token_type", TYPE.refreshToken),
    {
      error: "invalid_request",
      says: /^This client does not get refresh tokens\.$/,
    },
  ),
  row(
    "P33",
    "it refreshes",
    (asked) => asked.set("client_id", "cp").set("grant_type", "refresh_token").set("refresh_token", "x"),
    {
      error: "unauthorized_client",
      says: /^This grant_type is not among/,
    },
  ),
  row("P34", "an actor that may_act names", async (_, sts) =>
    (await request(sts, { may_act: { sub: "the-actor" } }))
      .set("client_id", "cp")
      .set("actor_token", await subjectToken(sts, { ...claims, sub: "the-actor" }, TRUSTED.federation))
      .set("actor_token_type", TYPE.jwt),
  ),
  row(
    "P34",
    "may_act names the client",
    async (_, sts) => (await request(sts, { may_act: { client_id: "cp" } })).set("client_id", "cp"),
    {
      error: "invalid_request",
      says: /^The actor may not act for this subject/,
    },
  ),
  {
    name: "P34 a token of this service is not taken from it",
    async run(sts) {
      const { answer } = await issuedBy(await (await request(sts)).set("client_id", "cp").send(sts));
      const own = (await request(sts)).set("client_id", "cp").set("subject_token", answer.access_token);
      await refusedBy(await own.set("subject_token_type", TYPE.accessToken).send(sts), needsConditions);
      await servesGood(sts);
    },
  },
  row("P36", "in JSON, a string", (asked) => asked.set("audience", PROVIDER).json()),
  row("P36", "in JSON, an array of one", (asked) => asked.json({ audience: [PROVIDER] })),
  row("P36", "in JSON, an array of two", (asked) => asked.json({ audience: [PROVIDER, PROVIDER] }), nobody),
  {
    name: "P37 CORS: its own origins",
    async run(sts) {
      for (const [origin, allowed] of [
        ["https://pages.example", "https://pages.example"],
        ["https://evil.example", null],
      ]) {
        const response = await (await request(sts)).set("audience", PROVIDER).header("origin", origin).send(sts);
        equal(response.status, 200, "status");
        equal(response.headers.get("access-control-allow-origin"), allowed, origin);
      }
    },
  },
  {
    name: "P38 metadata: none, at the token endpoint",
    async run(sts) {
      const metadata = await (await sts.fetch("/.well-known/oauth-authorization-server")).json();
      ok(metadata.token_endpoint_auth_methods_supported.includes("none"), "token");
      ok(!metadata.introspection_endpoint_auth_methods_supported.includes("none"), "introspection");
      ok(!metadata.revocation_endpoint_auth_methods_supported.includes("none"), "revocation");
    },
  },
  federated("F01", "a workload is the client", () => ({}), { client_id: "cf" }),
  federated("F02", "aud is the token endpoint", () => ({ aud: `${ISSUER}/auth/token` }), { client_id: "cf" }),
  federated("F03", "more than an hour to live", (sts) => ({ exp: sts.now() + 7200 }), { client_id: "cf" }),
  federated(
    "F04",
    "another entry, with its own aud and claims",
    () => ({ sub: "workload-2", aud: "sts", ref: "main" }),
    {
      client_id: "cf",
    },
  ),
  federated("F05", "another sub", () => ({ sub: "workload-3" }), failed),
  federated("F06", "aud names somebody else, too", () => ({ aud: [ISSUER, "https://other.example"] }), failed),
  federated("F07", "no aud", () => ({ aud: undefined }), failed),
  federated("F08", "it has expired", (sts) => ({ exp: sts.now() - 120 }), failed),
  federated("F09", "claims that are not met", () => ({ sub: "workload-2", aud: "sts", ref: "other" }), failed),
  row(
    "F10",
    "without client_id",
    async (asked, sts) => (await asWorkload(sts, {}, asked)).set("client_id", undefined),
    failed,
  ),
  row(
    "F11",
    "an unknown client",
    async (asked, sts) => (await asWorkload(sts, {}, asked)).set("client_id", "unknown"),
    failed,
  ),
  row(
    "F12",
    "a client without such an entry",
    async (asked, sts) => (await asWorkload(sts, {}, asked)).set("client_id", "c1"),
    failed,
  ),
  {
    name: "F13 it introspects, and its token serves again",
    async run(sts) {
      const { answer } = await issuedBy(await (await asWorkload(sts)).send(sts));
      for (let times = 0; times < 2; times += 1) {
        const asked = introspectionRequest("c1", answer.access_token).header("authorization");
        const response = await (await asWorkload(sts, {}, asked)).send(sts);
        same([response.status, (await response.json()).active], [200, true], "introspection");
      }
      await servesGood(sts);
    },
  },
  {
    // Last: whoever shares the address is counted with it for a minute.
    name: "P35 more than 100 failures in a minute",
    async run(sts) {
      const ask = () => new TokenRequest().set("grant_type", EXCHANGE).set("client_id", "public-crowd").send(sts);
      let response = await ask();
      for (let times = 1; times < 210 && response.status === 401; times += 1) response = await ask();
      const { error } = await response.json();
      same([response.status, error], [429, "temporarily_unavailable"], "the answer");
      ok(Number(response.headers.get("retry-after")) > 0, "Retry-After");
      await issuedBy(await (await request(sts)).set("client_id", "cp").send(sts));
      await servesGood(sts);
    },
  },
];
