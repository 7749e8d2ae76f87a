// cases.md H20 to H26: RFC 7009.
import { active, inactive, issuedBy, notStored, refusedBy, servesGood } from "./answers.mjs";
import { equal, matches } from "./assert.mjs";
import { subjectToken } from "./fixture.mjs";
import { basic, goodExchangeOf, refreshRequest, revocationRequest } from "./token_request.mjs";

async function issue(sts, client = "c1", scope = "read") {
  return (await issuedBy(await (await goodExchangeOf(sts, client, scope)).send(sts))).answer;
}

// RFC 7009 section 2.2: 200, and the body says nothing; strict clients parse it as JSON.
async function revoked(sts, client, token, more = {}) {
  const request = revocationRequest(client, token);
  for (const [name, value] of Object.entries(more)) request.set(name, value);
  const response = await request.send(sts);
  const text = await response.text();
  equal(response.status, 200, `status of ${text.slice(0, 200)}`);
  equal(text, "{}", "body");
  matches(response.headers.get("content-type"), /^application\/json\b/, "content-type");
  notStored(response);
}

const challenged = { status: 401, error: "invalid_client", challenge: true };

const cases = [
  ...["c1", "co"].map((client) => ({
    name: `H19 a refresh token of ${client}: its grant ends, access tokens included`,
    async run(sts) {
      const { refresh_token, access_token } = await issue(sts, client);
      await revoked(sts, client, refresh_token);
      await refusedBy(await refreshRequest(client, refresh_token).send(sts), { error: "invalid_grant" }, [
        refresh_token,
      ]);
      await inactive(sts, client, access_token, "token of a revoked grant");
    },
  })),
  ...[
    ["c2", "read", "opaque"],
    ["c0", "openid", "JWT that belongs to no grant (H24)"],
    ["c1", "read", "JWT of a grant"],
  ].map(([client, scope, title]) => ({
    name: `H19 an access token, ${title}`,
    async run(sts) {
      const [{ access_token }, other] = [await issue(sts, client, scope), await issue(sts, client, scope)];
      await active(sts, client, access_token);
      await revoked(sts, client, access_token);
      await inactive(sts, client, access_token, "revoked token");
      await active(sts, client, other.access_token);
    },
  })),
  ...["c1", "co", "c2"].map((client) => ({
    name: `H20 the tokens of ${client}, by another client`,
    async run(sts) {
      const answer = await issue(sts, client);
      for (const token of [answer.access_token, answer.refresh_token].filter(Boolean)) {
        await refusedBy(await revocationRequest("c0", token).send(sts), { error: "invalid_grant" }, [token]);
      }
      await active(sts, client, answer.access_token);
      if (answer.refresh_token) await issuedBy(await refreshRequest(client, answer.refresh_token).send(sts));
    },
  })),
  {
    name: "H21 a refresh token that was rotated away ends its grant, for its own client",
    async run(sts) {
      const { refresh_token: spent } = await issue(sts);
      const { answer } = await issuedBy(await refreshRequest("c1", spent).send(sts));
      await refusedBy(await revocationRequest("c0", spent).send(sts), { error: "invalid_grant" }, [spent]);
      await active(sts, "c1", answer.access_token);
      await revoked(sts, "c1", spent);
      await inactive(sts, "c1", answer.access_token);
      await refusedBy(await refreshRequest("c1", answer.refresh_token).send(sts), { error: "invalid_grant" });
      await revoked(sts, "c1", spent);
    },
  },
  {
    name: "H21 twice",
    async run(sts) {
      for (const [client, scope] of [
        ["c1", "read"],
        ["c2", "read"],
        ["c0", "openid"],
      ]) {
        const { access_token, refresh_token = access_token } = await issue(sts, client, scope);
        for (const token of [access_token, access_token, refresh_token, refresh_token])
          await revoked(sts, client, token);
      }
    },
  },
  {
    name: "H22 what is no token of ours is revoked already",
    async run(sts) {
      for (const token of ["x", "a.b.c", "sts_at_AAAA", "sts_rt_AAAA", await subjectToken(sts)])
        await revoked(sts, "c1", token);
    },
  },
  ...["refresh_token", "access_token", "foo"].map((token_type_hint) => ({
    name: `H23 token_type_hint ${token_type_hint}`,
    async run(sts) {
      const { access_token, refresh_token } = await issue(sts, "co");
      await revoked(sts, "co", access_token, { token_type_hint });
      await inactive(sts, "co", access_token, "revoked token");
      await revoked(sts, "co", refresh_token, { token_type_hint });
      await refusedBy(await refreshRequest("co", refresh_token).send(sts), { error: "invalid_grant" });
    },
  })),
  {
    name: "H25 without credentials, with wrong ones, without token",
    async run(sts) {
      await refusedBy(await revocationRequest("c1", "x").header("authorization").send(sts), challenged);
      await refusedBy(
        await revocationRequest("c1", "x").header("authorization", basic("c1", "wrong")).send(sts),
        challenged,
      );
      await refusedBy(await revocationRequest("c1", undefined).send(sts), {
        error: "invalid_request",
        says: /token is missing/,
      });
      await refusedBy(await revocationRequest("c1", "x").add("token", "y").send(sts), { error: "invalid_request" });
    },
  },
  {
    name: "H26 GET with a callback",
    async run(sts) {
      const response = await sts.fetch("/auth/revoke?callback=x&token=y", {
        method: "GET",
        headers: { authorization: basic("c1") },
      });
      await refusedBy(response, { status: 405, error: "invalid_request", headers: { allow: "POST" } });
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
