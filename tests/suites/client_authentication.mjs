// cases.md C: who is asking. That which part was wrong is never said.
import { CHALLENGE, exchangeCases, refusedBy, servesGood } from "./answers.mjs";
import { equal } from "./assert.mjs";
import { EXCHANGE, SECRETS, TYPE } from "./fixture.mjs";
import { base64, base64url, sha256Hex } from "./jwt.mjs";
import { basic, basicRaw, formEncoded, goodExchange, TokenRequest } from "./token_request.mjs";

const refused = { status: 401, error: "invalid_client", says: /^Client authentication failed\.$/ };
const nothingSent = /^There are no client credentials: send HTTP Basic, or client_id with client_secret or /;
const challenged = { ...refused, challenge: true };
const unchallenged = { ...refused, challenge: false };

const authorization = (value) => (request) => request.header("authorization", value);

function post(id, secret) {
  return (request) => request.header("authorization").set("client_id", id).set("client_secret", secret);
}

// Every way in which real clients write Basic credentials.
function spellings(id) {
  const raw = `${id}:${SECRETS[id]}`;
  const form = `${formEncoded(id)}:${formEncoded(SECRETS[id])}`;
  const unpadded = (text) => base64(text).replaceAll("=", "");
  const padded = (text) => base64(text).replaceAll("+", "-").replaceAll("/", "_");
  return [
    ["raw, base64", base64(raw)],
    ["raw, base64 without padding", unpadded(raw)],
    ["raw, base64url with padding", padded(raw)],
    ["raw, base64url", base64url(raw)],
    ["form-encoded, base64", base64(form)],
    ["form-encoded, base64 without padding", unpadded(form)],
    ["form-encoded, base64url with padding", padded(form)],
    ["form-encoded, base64url", base64url(form)],
  ];
}

const rows = [
  { id: "C01", title: "no credentials at all", change: authorization(undefined), ...challenged, says: nothingSent },
  {
    id: "C01",
    title: "client_id alone",
    change: (request) => authorization(undefined)(request).set("client_id", "c1"),
    ...refused,
    says: nothingSent,
  },
  { id: "C02", title: "unknown client", change: authorization(basic("nobody", "x")), ...challenged },
  {
    id: "C02",
    title: "unknown client, the secret of another",
    change: authorization(basic("nobody", SECRETS.c1)),
    ...challenged,
  },
  { id: "C03", title: "wrong secret", change: authorization(basic("c1", "wrong-secret")), ...challenged },
  { id: "C03", title: "another client's secret", change: authorization(basic("c1", SECRETS.c2)), ...challenged },
  {
    id: "C03",
    title: "the secret's beginning",
    change: authorization(basic("c1", SECRETS.c1.slice(0, -1))),
    ...challenged,
  },
  { id: "C03", title: "the secret and more", change: authorization(basic("c1", `${SECRETS.c1} `)), ...challenged },
  { id: "C03", title: "empty secret", change: authorization(basic("c1", "")), ...challenged },
  {
    id: "C03",
    title: "the stored digest is no secret",
    change: async (request) => authorization(basic("c1", `__sha256:${await sha256Hex(SECRETS.c1)}`))(request),
    ...challenged,
  },
  ...[
    "Basic !!!",
    "Basic",
    "Basic ",
    "Basic =",
    "Basic YzE",
    "Basic %63%31",
    "Basic YzE6eA== x",
    "Basic ?",
    "Basic /w==",
  ].map((value) => ({
    id: "C04",
    title: `base64 garbage: ${value}`,
    change: authorization(value),
    ...challenged,
  })),
  ...["c1", "cb", "cu"].flatMap((id) =>
    spellings(id).map(([title, credentials]) => ({
      id: "C05",
      title: `${id}: ${title}`,
      change: (request) => authorization(`Basic ${credentials}`)(request).set("scope", id === "c1" ? "read" : "openid"),
      check: ({ claims }) => equal(claims.client_id, id, "client_id"),
    })),
  ),
  { id: "C07", title: "the raw secret", change: authorization(basicRaw("c1")) },
  { id: "C08", title: "c1:p%40ss%3Aw%2Brd+%251", change: authorization(`Basic ${base64("c1:p%40ss%3Aw%2Brd+%251")}`) },
  { id: "C09", title: "client_secret_post", change: post("c1", SECRETS.c1) },
  { id: "C09", title: "client_secret_post in JSON", change: (request) => post("c1", SECRETS.c1)(request).json() },
  {
    id: "C09",
    title: "a form's secret is not decoded twice",
    change: post("c1", "p%40ss%3Aw%2Brd+%251"),
    ...unchallenged,
  },
  {
    id: "C10",
    title: "basic in lower case",
    change: (request) => authorization(basic("c1").replace("Basic", "basic"))(request),
  },
  { id: "C10", title: "BASIC", change: (request) => authorization(basic("c1").replace("Basic", "BASIC"))(request) },
  { id: "C11", title: "Bearer", change: authorization("Bearer abc"), ...challenged },
  { id: "C12", title: "no scheme", change: (request) => authorization(basic("c1").slice(6))(request), ...challenged },
  {
    id: "C13",
    title: "Basic and the same secret in the body",
    change: (request) => request.set("client_id", "c1").set("client_secret", SECRETS.c1),
    status: 400,
    error: "invalid_request",
  },
  {
    id: "C13",
    title: "Basic and only client_secret in the body",
    change: (request) => request.set("client_secret", SECRETS.c1),
    status: 400,
    error: "invalid_request",
  },
  {
    id: "C14",
    title: "Basic c1, body c2",
    change: (request) => request.set("client_id", "c2"),
    status: 400,
    error: "invalid_request",
    says: /client_id/,
  },
  { id: "C15", title: "Basic c1, body c1", change: (request) => request.set("client_id", "c1") },
  {
    id: "C16",
    title: "Basic with a wrong secret, body c1",
    change: (request) => authorization(basic("c1", "wrong-secret"))(request).set("client_id", "c1"),
    ...challenged,
  },
  { id: "C17", title: "wrong secret in the body", change: post("c1", "wrong-secret"), ...unchallenged },
  { id: "C17", title: "unknown client in the body", change: post("nobody", "wrong-secret"), ...unchallenged },
  {
    id: "C17",
    title: "client_secret without client_id",
    change: (request) => post(undefined, SECRETS.c1)(request),
    ...unchallenged,
  },
  {
    id: "C17",
    title: "wrong secret in JSON",
    change: (request) => post("c1", "wrong-secret")(request).json(),
    ...unchallenged,
  },
  {
    id: "C30",
    title: "cx, good credentials",
    change: (request) => request.as("cx"),
    status: 400,
    error: "unauthorized_client",
    says: /grant_type/,
  },
  ...["__proto__", "constructor", "../c1", "c1/", "C1", " c1", "c1\u0000", "Client/c1", "*", "x".repeat(600), "é"].map(
    (id) => ({
      id: "C31",
      title: `client_id ${JSON.stringify(id).slice(0, 20)}`,
      change: authorization(basic(id, SECRETS.c1)),
      ...challenged,
    }),
  ),
  ...["__proto__", "constructor", "../c1", "x".repeat(600), "Client/c1"].map((id) => ({
    id: "C31",
    title: `client_id ${id.slice(0, 20)} in the body`,
    change: post(id, SECRETS.c1),
    ...unchallenged,
  })),
  {
    id: "C31",
    title: "c1%00, raw",
    change: authorization(`Basic ${base64(`c1%00:${formEncoded(SECRETS.c1)}`)}`),
    ...challenged,
  },
  { id: "C33", title: "disabled client", change: (request) => request.as("cd"), ...challenged },
  { id: "C33", title: "disabled client in the body", change: post("cd", SECRETS.cd), ...unchallenged },
  {
    id: "C34",
    title: "allowedIssuers absent allows none",
    change: (request) => request.as("cn").set("scope", "openid"),
    status: 400,
    error: "invalid_request",
    says: /issuer/,
  },
];

export default [
  ...exchangeCases(rows),
  {
    name: "C11 Bearer beside a good secret in the body",
    async run(sts) {
      // Two mechanisms (400) or one that is not served (401): contract and RFC leave it open; it is never let in.
      const request = post("c1", SECRETS.c1)(await goodExchange(sts)).header("authorization", "Bearer abc");
      const response = await request.send(sts);
      const error = response.status === 400 ? "invalid_request" : "invalid_client";
      await refusedBy(response, { status: response.status === 400 ? 400 : 401, error });
      await servesGood(sts);
    },
  },
  {
    name: "C32 all failures of authentication look the same",
    async run(sts) {
      const seen = new Set();
      for (const credentials of [
        basic("nobody", "x"),
        basic("c1", "x"),
        basic("cd"),
        basic("x".repeat(600), "x"),
        "Basic !",
      ]) {
        const response = await authorization(credentials)(await goodExchange(sts)).send(sts);
        seen.add(`${response.status} ${response.headers.get("www-authenticate")} ${await response.text()}`);
      }
      equal(seen.size, 1, "answers that differ");
      equal([...seen][0].startsWith(`401 ${CHALLENGE} {`), true, "401 with the challenge");
      await servesGood(sts);
    },
  },
  {
    name: "C35 authentication is the same at the introspection endpoint",
    async run(sts) {
      for (const [change, says] of [
        [authorization(undefined), nothingSent],
        [authorization(basic("c1", "x")), refused.says],
        [authorization(basic("cd")), refused.says],
      ]) {
        const request = change(new TokenRequest().as("c1").set("token", "x").set("token_type_hint", TYPE.jwt));
        request.path = "/auth/introspect";
        await refusedBy(await request.send(sts), { ...challenged, says });
      }
      await servesGood(sts);
    },
  },
  {
    name: "C36 the body is decoded before, the grant type judged after the client is known",
    async run(sts) {
      const wrong = authorization(basic("c1", "wrong-secret"));
      await refusedBy(
        await wrong(await goodExchange(sts))
          .append("&x=%ff")
          .send(sts),
        { error: "invalid_request" },
      );
      await refusedBy(
        await wrong(await goodExchange(sts))
          .append("&scope=x")
          .send(sts),
        { error: "invalid_request" },
      );
      await refusedBy(
        await wrong(await goodExchange(sts))
          .set("grant_type", "foo")
          .send(sts),
        challenged,
      );
      await refusedBy(
        await wrong(await goodExchange(sts))
          .set("grant_type", undefined)
          .send(sts),
        challenged,
      );
      const request = (await goodExchange(sts)).as("cx").set("subject_token", undefined);
      await refusedBy(await request.send(sts), { error: "unauthorized_client" }, [EXCHANGE]);
      await servesGood(sts);
    },
  },
];
