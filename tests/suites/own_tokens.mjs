// Subject tokens that this service issued (contract 3.2): narrowed further, by those to whom or for whom they are.
import { exchangeCases, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { TYPE } from "./fixture.mjs";
import { goodExchange, goodExchangeOf, introspectionRequest, refreshRequest } from "./token_request.mjs";

const refused = { status: 400, error: "invalid_request", says: /subject_token/ };

// Puts a token of this service into the request; `member`: which one of the answer.
function ownToken(client, { scope = "read", change = (request) => request, member = "access_token" } = {}) {
  return async (request, sts) => {
    const { answer } = await issuedBy(await change(await goodExchangeOf(sts, client, scope)).send(sts));
    return request.set("subject_token", answer[member]).set("subject_token_type", TYPE.accessToken);
  };
}

const both =
  (...changes) =>
  async (request, sts) => {
    for (const change of changes) await change(request, sts);
  };

export default [
  ...exchangeCases([
    {
      id: "E01",
      title: "a JWT, by the client it was issued to",
      change: ownToken("c1"),
      check: ({ claims }) => same([claims.sub, claims.aud], ["alice", "orders"], "sub and aud"),
    },
    {
      id: "E02",
      title: "an opaque one, by the client it was issued to",
      change: both(ownToken("co"), (request) => request.as("co")),
      check: ({ answer }) => ok(answer.access_token.startsWith("sts_at_"), "opaque"),
    },
    {
      id: "E03",
      title: "by the resource server in its aud",
      change: both(ownToken("c1"), (request) => request.as("rx")),
      check: ({ claims }) =>
        same(
          [claims.sub, claims.aud, claims.client_id, claims.scope],
          ["alice", "https://api.example/", "rx", "read"],
          "claims",
        ),
    },
    {
      id: "E03",
      title: "an opaque one, by the resource server in its aud",
      change: both(ownToken("c2"), (request) => request.as("rx")),
      check: ({ claims }) => same([claims.sub, claims.client_id], ["alice", "rx"], "claims"),
    },
    {
      id: "E04",
      title: "by a client that it is neither from nor for",
      change: both(ownToken("c1"), (request) => request.as("co")),
      ...refused,
    },
    {
      id: "E04",
      title: "an opaque one, by a client that it is neither from nor for",
      change: both(ownToken("co"), (request) => request.as("c1")),
      ...refused,
    },
    {
      id: "E04",
      title: "by a resource server that is not in its aud",
      change: both(
        ownToken("c1", { change: (request) => request.set("audience", "https://api.example/") }),
        (request) => request.as("rx"),
      ),
      ...refused,
    },
    {
      id: "E05",
      title: "a scope that the token has not",
      change: both(ownToken("c1"), (request) => request.set("scope", "write")),
      status: 400,
      error: "invalid_scope",
    },
    {
      id: "E05",
      title: "more scope than the token has",
      change: both(ownToken("c1"), (request) => request.set("scope", "read write")),
      status: 400,
      error: "invalid_scope",
    },
    {
      id: "E05",
      title: "no scope asked: the token's",
      change: both(ownToken("c1", { scope: "write" }), (request) => request.set("scope", undefined)),
      check: ({ answer }) => equal(answer.scope, "write", "scope"),
    },
    {
      id: "E06",
      title: "a refresh token as access_token",
      change: ownToken("c1", { member: "refresh_token" }),
      ...refused,
    },
    {
      id: "E06",
      title: "a refresh token as jwt",
      change: both(ownToken("c1", { member: "refresh_token" }), (request) =>
        request.set("subject_token_type", TYPE.jwt),
      ),
      ...refused,
    },
    {
      id: "E06",
      title: "a JWT as id_token",
      change: both(ownToken("c1"), (request) => request.set("subject_token_type", TYPE.idToken)),
      ...refused,
    },
    {
      id: "E06",
      title: "an opaque one as jwt",
      change: both(ownToken("co"), (request) => request.as("co").set("subject_token_type", TYPE.jwt)),
      ...refused,
    },
    {
      id: "E07",
      title: "what is issued does not outlive it",
      change: ownToken("c1"),
      check: ({ answer }) => ok(answer.expires_in <= 300, `expires_in ${answer.expires_in}`),
    },
  ]),
  {
    name: "E08 after its end, and after its grant was revoked, described as an unknown one",
    async run(sts) {
      const sentences = new Set();
      const offer = async (client, token) => {
        const request = (await goodExchangeOf(sts, client, undefined))
          .set("subject_token", token)
          .set("subject_token_type", TYPE.accessToken);
        sentences.add(await refusedBy(await request.send(sts), refused, [token]));
      };
      const issue = async (client, scope) =>
        (await issuedBy(await (await goodExchangeOf(sts, client, scope)).send(sts))).answer;
      const short = await issue("cr", "read");
      for (const client of ["c1", "co"]) {
        const { access_token, refresh_token } = await issue(client, "read");
        const { answer } = await issuedBy(await refreshRequest(client, refresh_token).send(sts));
        await issuedBy(await refreshRequest(client, answer.refresh_token).send(sts));
        await refusedBy(await refreshRequest(client, refresh_token).send(sts), { error: "invalid_grant" });
        await offer(client, access_token);
      }
      const revoked = (await issue("c0", "openid")).access_token;
      const revocation = introspectionRequest("c0", revoked);
      revocation.path = "/auth/revoke";
      equal((await revocation.send(sts)).status, 200, "revocation");
      await offer("c0", revoked);
      await sts.advance(3);
      await offer("cr", short.access_token);
      await offer("c1", `sts_at_${"C".repeat(64)}`);
      equal(sentences.size, 1, "sentences that differ");
      await servesGood(sts);
    },
  },
  {
    name: "E09 a life is not prolonged by exchanging again and again",
    async run(sts) {
      let { answer, claims } = await issuedBy(await (await goodExchange(sts)).send(sts));
      const end = claims.exp;
      for (let n = 0; n < 3; n++) {
        await sts.advance(1);
        const request = (await goodExchange(sts))
          .set("subject_token", answer.access_token)
          .set("subject_token_type", TYPE.accessToken);
        ({ answer, claims } = await issuedBy(await request.send(sts)));
        ok(claims.exp <= end, `exp ${claims.exp}, at first ${end}`);
      }
    },
  },
];
