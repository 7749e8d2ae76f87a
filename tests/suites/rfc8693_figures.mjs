// The figures of RFC 8693 over HTTP. Their issuers' keys are not published, so that the same claims are signed with a
// key of the test; and where the clock is the real one, the times of a figure are moved to now.
import data from "../data/rfc8693.json" with { type: "json" };
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, same } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, ISSUER, TYPE } from "./fixture.mjs";
import { mint } from "./jwt.mjs";
import { basic, TokenRequest } from "./token_request.mjs";

const ORIGINAL = "https://original-issuer.example.net";
const SECRET = "planted secret of original-issuer.example.net and of its client rs08";
const AS = "https://as.example.com";

const CLIENT = {
  secret: SECRET,
  grant_types: [EXCHANGE],
  allowedIssuers: [ORIGINAL, "https://issuer.example.com"],
  scope: ["api", "orders", "profile", "history", "status", "feed", "email", "phone", "address"],
  auth: {
    token_exchange: {
      token_format: "jwt",
      access_token_expiration: 3600,
      outlive_subject: true,
      audience: ["urn:example:cooperation-context", "https://backend.example.com/api"],
    },
  },
};
const introspector = (iss, audience) => ({ type: "jwt", jwt: { iss, secret: SECRET }, user: "none", audience });

const resources = [
  ["/Client/rs08", CLIENT],
  ["/TokenIntrospector/figures-original", introspector(ORIGINAL, [AS])],
  [
    "/TokenIntrospector/figures-issuer",
    introspector("https://issuer.example.com", ["https://consumer.example.com", "https://service26.example.com"]),
  ],
];

async function administer(sts, method) {
  for (const [path, body] of resources) {
    const response = await sts.fetch(path, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      ...(method === "PUT" ? { body: JSON.stringify(body) } : {}),
    });
    ok(response.status < 300, `${method} ${path}: ${response.status} ${await response.text()}`);
  }
}

// `of`: the figure's own time, which becomes now.
function token(sts, claims, of) {
  const moved = Object.entries(claims).map(([name, value]) =>
    ["exp", "nbf"].includes(name) ? [name, value - of + sts.now()] : [name, value],
  );
  return mint(Object.fromEntries(moved), SECRET, { alg: "HS256", kid: "16" });
}

async function send(sts, parameters, tokens) {
  const request = new TokenRequest().header("authorization", basic("rs08", SECRET));
  for (const [name, value] of Object.entries({ ...parameters, ...tokens })) request.set(name, value);
  return request.send(sts);
}

// RFC 9068 adds client_id, iat and jti to what the figures show; the issuer is that of the fixture.
function issuedAs(claims, figure, of) {
  const { client_id, iat, jti, exp, ...rest } = claims;
  equal(client_id, "rs08", "client_id");
  ok(iat > 0 && jti !== "", "iat and jti");
  equal(exp - iat, figure.exp - of, "life");
  const { exp: _exp, ...expected } = figure;
  same(rest, { ...expected, iss: ISSUER }, "claims");
}

const APPENDIX = data.clock.appendix_a;

const cases = [
  {
    name: "figures 2 and 3: the parameters of section 2.3, in the form's own spelling",
    async run(sts) {
      // The subject token of the figure is opaque; nobody vouches for it here, and the parameters are understood.
      const request = new TokenRequest().header("authorization", basic("rs08", SECRET)).raw(data.fig2_request.body);
      await refusedBy(await request.send(sts), { error: "invalid_request", says: /not an active token/ });
    },
  },
  {
    name: "figures 10 to 13: impersonation (appendix A.1)",
    async run(sts) {
      const subject_token = await token(sts, data.fig11_subject_claims, APPENDIX);
      const { answer, claims } = await issuedBy(await send(sts, data.fig10_parameters, { subject_token }));
      for (const [name, value] of Object.entries(data.fig12_response)) equal(answer[name], value, name);
      issuedAs(claims, data.fig13_issued_claims, APPENDIX);
    },
  },
  {
    name: "figures 14 to 18: delegation (appendix A.2)",
    async run(sts) {
      const subject_token = await token(sts, data.fig15_subject_claims, APPENDIX);
      const actor_token = await token(sts, data.fig16_actor_claims, APPENDIX);
      const { answer, claims } = await issuedBy(await send(sts, data.fig14_parameters, { subject_token, actor_token }));
      equal(answer.expires_in, 3600, "expires_in");
      const { act, ...figure } = data.fig18_issued_claims;
      issuedAs(claims, { ...figure, act: { iss: ORIGINAL, ...act } }, APPENDIX);
    },
  },
  ...[
    // The outermost actor is one of the token's issuer, who is written in.
    ["fig5_claims_act", (claims, { act, iss }) => same(claims.act, { iss, ...act }, "act")],
    ["fig6_claims_nested_act", (claims, { act, iss }) => same(claims.act, { iss, ...act }, "act")],
    ["fig7_claims_scope", (claims, figure) => equal(claims.scope, figure.scope, "scope")],
    ["fig8_claims_client_id", (claims) => equal(claims.client_id, "rs08", "client_id")],
  ].map(([name, check]) => ({
    name: `figures 5 to 8: ${name}`,
    async run(sts) {
      const subject_token = await token(sts, data[name], data[name].exp - 60);
      const { claims } = await issuedBy(await send(sts, data.fig10_parameters, { subject_token }));
      check(claims, data[name]);
    },
  })),
  {
    name: "figure 9: may_act",
    async run(sts) {
      const figure = data.fig9_claims_may_act;
      const of = figure.exp - 60;
      const subject_token = await token(sts, figure, of);
      const actor = ({ iss, aud, exp }, sub) => token(sts, { iss, aud, exp, sub }, of);
      const refused = { error: "invalid_request", says: /actor may not act/ };
      await refusedBy(await send(sts, data.fig10_parameters, { subject_token }), refused);
      const with_ = async (sub) =>
        send(sts, data.fig10_parameters, {
          subject_token,
          actor_token: await actor(figure, sub),
          actor_token_type: TYPE.jwt,
        });
      await refusedBy(await with_("mallory@example.com"), refused);
      const { claims } = await issuedBy(await with_(figure.may_act.sub));
      same(claims.act, { iss: figure.iss, sub: figure.may_act.sub }, "act");
      ok(!("may_act" in claims), "may_act is not copied");
    },
  },
];

export default cases.map(({ name, run }) => ({
  name,
  async run(sts) {
    await administer(sts, "PUT");
    await run(sts);
    await administer(sts, "DELETE");
    await servesGood(sts);
  },
}));
