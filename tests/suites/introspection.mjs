// cases.md H12 to H18: is this token good? (RFC 7662)
import { active, inactive, introspected, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, oneOf, same } from "./assert.mjs";
import { ISSUER, SIGNING_SECRET, subjectToken } from "./fixture.mjs";
import { base64url, decoded, mint, mintText, seal } from "./jwt.mjs";
import { basic, goodExchange, goodExchangeOf, introspectionRequest, JSON_TYPE } from "./token_request.mjs";

const challenged = { status: 401, error: "invalid_client", challenge: true };

const MEMBERS = [
  "active",
  "scope",
  "client_id",
  "username",
  "token_type",
  "exp",
  "iat",
  "nbf",
  "sub",
  "aud",
  "iss",
  "jti",
  "act",
];

async function issue(sts, client = "c1", scope = "read") {
  return issuedBy(await (await goodExchangeOf(sts, client, scope)).send(sts));
}

/** A token is inactive with a character changed, each `step` characters, and without its last one. */
async function inactiveWhenChanged(sts, client, token, step) {
  for (let at = 0; at < token.length; at += step) {
    const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    await inactive(sts, client, changed, `token changed at ${at}`);
  }
  await inactive(sts, client, token.slice(0, -1), "cut token");
}

// An issued token of ours with one thing changed, signed with the true key.
async function forged(sts, change, secret = SIGNING_SECRET) {
  const { header, claims } = decoded((await issue(sts)).answer.access_token);
  const made = { header, claims };
  change(made, sts.now());
  return mint(made.claims, secret, made.header);
}

const forgeries = [
  ["expired", ({ claims }, now) => (claims.exp = now - 1)],
  ["expired long ago", ({ claims }) => (claims.exp = 1)],
  ["not yet valid", ({ claims }, now) => (claims.nbf = now + 600)],
  ["without exp", ({ claims }) => delete claims.exp],
  ["exp is text", ({ claims }) => (claims.exp = String(claims.exp))],
  ["of another issuer", ({ claims }) => (claims.iss = "https://other.example")],
  ["issuer with a slash", ({ claims }) => (claims.iss = `${ISSUER}/`)],
  ["without typ", ({ header }) => delete header.typ],
  ["typ JWT", ({ header }) => (header.typ = "JWT")],
  ["alg HS512", ({ header }) => (header.alg = "HS512")],
  ["kid of no key", ({ header }) => (header.kid = "other")],
  ["crit", ({ header }) => Object.assign(header, { crit: ["exp"], exp: 1 })],
  ["without sub", ({ claims }) => delete claims.sub],
];

const garbage = [
  "x",
  "a.b.c",
  "..",
  "{}",
  "sts_at_",
  "sts_at_AAAA",
  `sts_at_${"A".repeat(64)}`,
  `sts_at_${"A".repeat(15_000)}`,
  "sts_rt_AAAA",
  "__proto__",
  "\u0001",
  "é",
  "x".repeat(20_000),
];

const cases = [
  {
    name: "H12 without credentials",
    run: async (sts) => refusedBy(await introspectionRequest("c1", "x").header("authorization").send(sts), challenged),
  },
  {
    name: "H12 with wrong credentials, or a bearer token",
    async run(sts) {
      const { answer } = await issue(sts);
      for (const credentials of [basic("c1", "wrong-secret"), basic("nobody", "x"), `Bearer ${answer.access_token}`]) {
        const request = introspectionRequest("c1", answer.access_token).header("authorization", credentials);
        await refusedBy(await request.send(sts), challenged, [answer.access_token]);
      }
    },
  },
  {
    name: "H14 without token",
    async run(sts) {
      const refusal = { error: "invalid_request", says: /token is missing/ };
      await refusedBy(await introspectionRequest("c1", undefined).send(sts), refusal);
      await refusedBy(await introspectionRequest("c1", "").send(sts), refusal);
    },
  },
  {
    name: "H14 token twice",
    async run(sts) {
      await refusedBy(await introspectionRequest("c1", "x").add("token", "y").send(sts), {
        error: "invalid_request",
        says: /more than once/,
      });
    },
  },
  ...garbage.map((token) => ({
    name: `H15 garbage ${JSON.stringify(token).slice(0, 24)} (${token.length})`,
    run: (sts) => inactive(sts, "c1", token, "token"),
  })),
  {
    name: "H15 1 MiB",
    run: async (sts) =>
      refusedBy(await introspectionRequest("c1", "x".repeat(1024 * 1024)).send(sts), {
        status: 413,
        error: "invalid_request",
      }),
  },
  {
    name: "H15 a token of a trusted issuer is foreign",
    run: async (sts) => inactive(sts, "c1", await subjectToken(sts), "foreign token"),
  },
  {
    name: "H15 control: our token, signed again as it is",
    run: async (sts) => active(sts, "c1", await forged(sts, () => undefined)),
  },
  ...forgeries.map(([title, change]) => ({
    name: `H15 our token, ${title}`,
    run: async (sts) => inactive(sts, "c1", await forged(sts, change), "changed token"),
  })),
  {
    name: "H15 our token, signed with another key, or with none",
    async run(sts) {
      await inactive(
        sts,
        "c1",
        await forged(sts, () => undefined, "another key that is as long as it must be"),
        "forged token",
      );
      const [, payload] = (await issue(sts)).answer.access_token.split(".");
      for (const alg of ["none", "None", ""]) {
        await inactive(sts, "c1", `${base64url(JSON.stringify({ alg, typ: "at+jwt" }))}.${payload}.`, `alg ${alg}`);
      }
    },
  },
  {
    name: "H15 our token, every character",
    async run(sts) {
      const token = (await issue(sts)).answer.access_token;
      await inactiveWhenChanged(sts, "c1", token, 3);
      await active(sts, "c1", token);
    },
  },
  {
    name: "H15 an opaque token, every character",
    async run(sts) {
      const token = (await issue(sts, "c2")).answer.access_token;
      await inactiveWhenChanged(sts, "c2", token, 1);
      await inactive(sts, "c2", `${token}A`, "lengthened token");
      await active(sts, "c2", token);
    },
  },
  {
    name: "H15 a payload that is not an object",
    async run(sts) {
      const header = JSON.stringify({ alg: "HS256", typ: "at+jwt", kid: "fixture-1" });
      for (const payload of ["[]", "null", "1", '"x"', "{", ""]) {
        await inactive(sts, "c1", await mintText(header, payload, SIGNING_SECRET), `payload ${payload}`);
      }
      await inactive(sts, "c1", await seal(`${base64url(header)}`, SIGNING_SECRET), "token of two parts");
    },
  },
  {
    name: "H16 what is told of a JWT",
    async run(sts) {
      const { answer, claims } = await issue(sts);
      const { text, ...told } = await introspected(sts, "c1", answer.access_token);
      ok(!text.includes("null"), "no null members");
      for (const name of Object.keys(told)) oneOf(name, MEMBERS, "member");
      const { active: state, token_type, ...rest } = told;
      same([state, token_type], [true, "Bearer"], "active and token_type");
      for (const name of ["iss", "sub", "aud", "client_id", "exp", "iat", "scope", "jti"])
        same(rest[name], claims[name], name);
    },
  },
  {
    name: "H16 what is told of an opaque token",
    async run(sts) {
      const { answer } = await issue(sts, "c2");
      const { text, ...told } = await introspected(sts, "c2", answer.access_token);
      ok(!text.includes("null"), "no null members");
      for (const name of Object.keys(told)) oneOf(name, MEMBERS, "member");
      same(
        [told.active, told.token_type, told.iss, told.sub, told.aud, told.client_id, told.scope],
        [true, "Bearer", ISSUER, "alice", "orders", "c2", "read"],
        "what is told",
      );
      ok(told.exp > sts.now() && told.exp <= sts.now() + 300, "exp");
      ok(!text.includes(answer.access_token.slice(-16)), "no part of the token");
    },
  },
  ...["c1", "c2"].map((client) => ({
    name: `H16 the resource server of its audience is told of a token of ${client}`,
    async run(sts) {
      const { answer } = await issue(sts, client);
      const told = await active(sts, "rs", answer.access_token);
      same([told.client_id, told.sub, told.scope], [client, "alice", "read"], "what is told");
    },
  })),
  ...["refresh_token", "access_token", "foo", "", "urn:ietf:params:oauth:token-type:jwt"].map((hint) => ({
    name: `H17 token_type_hint ${JSON.stringify(hint)} changes nothing`,
    async run(sts) {
      for (const client of ["c1", "c2"]) {
        const { answer } = await issue(sts, client);
        const [plain, hinted] = [
          await introspected(sts, client, answer.access_token),
          await introspected(sts, client, answer.access_token, { token_type_hint: hint }),
        ];
        equal(hinted.text, plain.text, "answer");
        equal(plain.active, true, "active");
      }
      const { text } = await introspected(sts, "c1", "garbage", { token_type_hint: hint });
      equal(text, '{"active":false}', "answer for garbage");
    },
  })),
  {
    name: "H18 nothing of the subject token or the User leaks, to whoever asks",
    async run(sts) {
      const claims = { email: "planted@mail.example", name: "Planted Name", jti: "planted-jti" };
      for (const client of ["c1", "c2"]) {
        const request = (await goodExchangeOf(sts, client, "read")).set(
          "subject_token",
          await subjectToken(sts, claims),
        );
        const { answer } = await issuedBy(await request.send(sts));
        for (const asking of ["c1", "c2", "c0", "rs", "cx"]) {
          const { text, ...told } = await introspected(sts, asking, answer.access_token);
          for (const name of Object.keys(told)) oneOf(name, MEMBERS, `member for ${asking}`);
          for (const planted of ["planted", "Planted", "alice-planted", "may_act", "email"]) {
            ok(!text.includes(planted), `${planted} is told to ${asking}`);
          }
        }
      }
    },
  },
  {
    name: "H18 a client that the token is neither from nor for learns no more than that it is active",
    async run(sts) {
      for (const client of ["c1", "c2"]) {
        const { answer } = await issue(sts, client);
        const { text, ...told } = await introspected(sts, "c0", answer.access_token);
        for (const name of ["sub", "scope", "client_id", "jti"])
          ok(!(name in told), `${name} is told to a stranger: ${text.length} bytes`);
      }
    },
  },
  {
    name: "H19 JSON as the body",
    async run(sts) {
      const { answer } = await issue(sts);
      const request = introspectionRequest("c1", answer.access_token).json();
      const response = await request.send(sts);
      equal(request.headers["content-type"], JSON_TYPE, "content-type");
      equal((await response.json()).active, true, "active");
    },
  },
  {
    name: "H19 credentials in the body",
    async run(sts) {
      const { answer } = await issue(sts);
      const request = introspectionRequest("c1", answer.access_token).header("authorization");
      const response = await request.set("client_id", "c1").set("client_secret", "p@ss:w+rd %1").send(sts);
      equal((await response.json()).active, true, "active");
    },
  },
  {
    name: "H19 another path, another content type, a body that is too large",
    async run(sts) {
      const good = introspectionRequest("c1", "x");
      await refusedBy(await introspectionRequest("c1", "x").header("content-type", "text/plain").send(sts), {
        error: "invalid_request",
        says: /content type/,
      });
      await refusedBy(await introspectionRequest("c1", "x").append("&x=%ff").send(sts), { error: "invalid_request" });
      good.path = "/auth/introspect/";
      equal((await good.send(sts)).status, 404, "status of another path");
      await (await goodExchange(sts)).send(sts);
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
