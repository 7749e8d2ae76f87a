// `claims` and `copy_claims` of a TokenIntrospector (contract 4): what a token must say, and what of it is passed on.
import { active, exchangeCases, inactive, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { basic, goodExchange, goodExchangeOf, refreshRequest } from "./token_request.mjs";

const CLAIMS = {
  tenant: "t1",
  "kubernetes.io": { namespace: "shop", pod: { name: "a" } },
  email_verified: true,
  email: "planted-alice@mail.example",
  tags: ["a", { b: [1.5, null] }],
  groups: ["not copied"],
};
const COPIED = ["email", "kubernetes.io", "tags"];

const SCOPE_ISSUER = { iss: "https://scope-conditions.example", secret: "planted secret of scope-conditions.example" };

// An issuer whose tokens must have been given a scope, and a client that may use it.
async function trustByScope(sts, claims) {
  const put = (path, body) =>
    sts.fetch(path, {
      method: "PUT",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const { iss, secret } = SCOPE_ISSUER;
  const introspector = { type: "jwt", jwt: { iss, secret }, claims };
  const client = { secret, grant_types: [EXCHANGE], allowedIssuers: [iss], scope: ["read"] };
  const exchange = { token_format: "jwt", audience: ["orders"] };
  for (const response of [
    await put("/TokenIntrospector/scope-conditions", introspector),
    await put("/Client/scope-conditions", { ...client, auth: { token_exchange: exchange } }),
  ]) {
    ok(response.status < 300, await response.text());
  }
}

const token = (sts, changes = {}) => subjectToken(sts, { ...CLAIMS, ...changes }, TRUSTED.claims);

const refused = { status: 400, error: "invalid_request", says: /its claims do not meet the conditions/ };

const CONDITIONS = [
  ["a claim that is absent", { tenant: undefined }],
  ["another value", { tenant: "t3" }],
  ["a value that begins like a good one", { tenant: "t11" }],
  ["a list without a good value", { tenant: ["t3", "t11"] }],
  ["a number", { tenant: 1 }],
  ["null", { tenant: null }],
  ["an object", { tenant: { t1: "t1" } }],
  ["a string in place of a boolean", { email_verified: "true" }],
  ["the other boolean", { email_verified: false }],
  ["a path that leads nowhere", { "kubernetes.io": { pod: { name: "a" } } }],
  ["a path to another value", { "kubernetes.io": { namespace: "evil" } }],
  ["a path that can be read in two ways", { "kubernetes.io.namespace": "shop" }],
  ["a path that can be read in two ways, deeper", { kubernetes: { "io.namespace": "shop" } }],
];

async function issue(sts, client, change = (request) => request) {
  const request = (await goodExchangeOf(sts, client, "read")).set("subject_token", await token(sts));
  return issuedBy(await change(request).send(sts), { copied: COPIED });
}

function shows(found, what) {
  for (const name of COPIED) same(found[name], CLAIMS[name], `${name} ${what}`);
  for (const name of ["groups", "tenant", "email_verified"]) ok(!(name in found), `${name} ${what}`);
}

const scopeConditions = [
  {
    name: "scope",
    met: ["openid read", "read", ["openid", "read"]],
    unmet: ["readonly", "openid Read", "", ["openid read"]],
  },
  { name: "scp", met: ["read x", ["read"]], unmet: ["write", [], undefined] },
].map(({ name, met, unmet }) => ({
  name: `I08 a condition on ${name}: a text is a list of names`,
  async run(sts) {
    await trustByScope(sts, { [name]: "read" });
    const send = async (value) => {
      const request = (await goodExchange(sts)).header("authorization", basic("scope-conditions", SCOPE_ISSUER.secret));
      return request.set("subject_token", await subjectToken(sts, { [name]: value }, SCOPE_ISSUER)).send(sts);
    };
    for (const value of met) await issuedBy(await send(value));
    for (const value of unmet) await refusedBy(await send(value), refused);
    await servesGood(sts);
  },
}));

export default [
  ...scopeConditions,
  ...exchangeCases(
    CONDITIONS.map(([title, changes]) => ({
      id: "I01",
      title: `a subject token with ${title}`,
      change: async (request, sts) => request.set("subject_token", await token(sts, changes)),
      ...refused,
    })),
  ),
  ...exchangeCases(
    CONDITIONS.slice(0, 3).map(([title, changes]) => ({
      id: "I02",
      title: `an actor token with ${title}`,
      change: async (request, sts) =>
        request
          .as("cy")
          .set("actor_token", await token(sts, { sub: "hugo", ...changes }))
          .set("actor_token_type", TYPE.jwt),
      ...refused,
    })),
  ),
  {
    name: "I03 a good actor token; nothing of it is copied",
    async run(sts) {
      const request = (await goodExchangeOf(sts, "cy", "read"))
        .set("actor_token", await token(sts, { sub: "hugo" }))
        .set("actor_token_type", TYPE.jwt);
      const { claims } = await issuedBy(await request.send(sts));
      same(claims.act, { iss: TRUSTED.claims.iss, sub: "hugo" }, "act");
      await servesGood(sts);
    },
  },
  {
    name: "I04 copied into a JWT, kept over refreshes and shown at introspection",
    async run(sts) {
      const { answer, claims } = await issue(sts, "c1");
      shows(claims, "in the JWT");
      const again = await issuedBy(await refreshRequest("c1", answer.refresh_token).send(sts), { copied: COPIED });
      shows(again.claims, "in the refreshed JWT");
      shows(await active(sts, "c1", again.answer.access_token), "at introspection");
    },
  },
  {
    name: "I05 shown at introspection of an opaque token, to those whom it concerns",
    async run(sts) {
      const { answer } = await issue(sts, "co");
      for (const client of ["co", "rs"]) shows(await active(sts, client, answer.access_token), `for ${client}`);
      await inactive(sts, "c0", answer.access_token);
      const refresh = await active(sts, "co", answer.refresh_token);
      for (const name of COPIED) ok(!(name in refresh), `${name} of a refresh token`);
      const { answer: second } = await issuedBy(await refreshRequest("co", answer.refresh_token).send(sts));
      shows(await active(sts, "rs", second.access_token), "after a refresh");
    },
  },
  {
    name: "I06 an exchange of a token of this service hands them on",
    async run(sts) {
      for (const client of ["c1", "co"]) {
        const { answer } = await issue(sts, client);
        const request = (await goodExchangeOf(sts, "rx", "read"))
          .set("subject_token", answer.access_token)
          .set("subject_token_type", TYPE.accessToken);
        const { claims } = await issuedBy(await request.send(sts), { copied: COPIED });
        shows(claims, `of ${client}`);
        equal(claims.aud, "https://api.example/", "aud");
      }
    },
  },
  {
    name: "I07 more than 4 KiB to copy",
    async run(sts) {
      const request = (await goodExchange(sts)).set("subject_token", await token(sts, { email: "x".repeat(4096) }));
      await refusedBy(await request.send(sts), {
        error: "invalid_request",
        says: /its claims to copy are larger than 4 KiB or nested too deep\.$/,
      });
      await servesGood(sts);
    },
  },
];
