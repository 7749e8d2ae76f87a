// RFC 7662. A part that `features.introspection` announces.
import { cases, MUST, SHOULD } from "./case.mjs";

async function active(t) {
  const issued = await (await t.exchange()).send();
  const answer = await t.introspect(t.issued(issued).access_token).send();
  t.expect(
    answer.status === 200 && answer.json?.active === true,
    "status 200 with active true",
    `status ${answer.status}, active ${answer.json?.active}`,
  );
  return { answer, issued };
}

function inactive(t, answer) {
  t.expect(
    answer.status === 200 && answer.json?.active === false,
    "status 200 with active false",
    `status ${answer.status}, active ${answer.json?.active}`,
  );
}

const types = {
  scope: "string",
  client_id: "string",
  username: "string",
  token_type: "string",
  exp: "number",
  iat: "number",
  nbf: "number",
  sub: "string",
  iss: "string",
  jti: "string",
};

export default {
  name: "introspection",
  missing: ({ features, introspection_endpoint }) =>
    features.introspection && introspection_endpoint ? undefined : "the target does not announce introspection",
  cases: cases([
    [
      "issued-token-is-active",
      "RFC 7662 2.2",
      MUST,
      "active is REQUIRED: whether the token is currently active.",
      async (t) => active(t),
    ],
    [
      "introspection-is-json",
      "RFC 7662 2.2",
      MUST,
      "The server responds with a JSON object in application/json format.",
      async (t) => {
        const { headers } = (await active(t)).answer;
        t.isJson(headers);
      },
    ],
    [
      "introspection-members-have-their-types",
      "RFC 7662 2.2",
      MUST,
      "scope, client_id, username, token_type, sub, iss, jti are strings; exp, iat, nbf are numbers.",
      async (t) => {
        const { json } = (await active(t)).answer;
        for (const [name, type] of Object.entries(types)) {
          if (json[name] !== undefined)
            t.expect(typeof json[name] === type, `${name}: ${type}`, `${name}: ${typeof json[name]}`);
        }
      },
    ],
    [
      "introspection-names-the-client",
      "RFC 7662 2.2",
      MUST,
      "client_id: the client that requested this token.",
      async (t) => {
        const { json } = (await active(t)).answer;
        t.given(json.client_id !== undefined, "there is no client_id");
        t.expect(json.client_id === t.target.client.client_id, t.target.client.client_id, json.client_id);
      },
    ],
    ...[
      ["garbage", async () => "no-token-of-anybody"],
      ["cut", async (t) => t.issued(await (await t.exchange()).send()).access_token.slice(0, -4)],
      ["a-jwt-of-nobody", async () => "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."],
    ].map(([name, token]) => [
      `introspection-of-${name}`,
      "RFC 7662 2.2",
      MUST,
      "If the token is not active, does not exist on this server or the caller may not know of it, the answer is active false.",
      async (t) => inactive(t, await t.introspect(await token(t)).send()),
    ]),
    [
      "introspection-of-an-inactive-token-says-no-more",
      "RFC 7662 2.2",
      SHOULD,
      "The server SHOULD NOT include any additional information about an inactive token.",
      async (t) => {
        const { json } = await t.introspect("no-token-of-anybody").send();
        t.expect(Object.keys(json ?? {}).join() === "active", "active alone", Object.keys(json ?? {}).join());
      },
    ],
    [
      "introspection-without-credentials",
      "RFC 7662 2.1",
      MUST,
      "To prevent token scanning attacks, the endpoint MUST require some form of authorization.",
      async (t) => {
        const answer = await t.introspect("no-token-of-anybody").as(undefined).send();
        const refused = answer.status >= 400 && answer.status < 500 && answer.json?.active === undefined;
        t.expect(refused, "an error response (4xx)", `status ${answer.status}`);
      },
    ],
    [
      "introspection-with-a-wrong-secret",
      "RFC 7662 2.3",
      MUST,
      "If the caller's OAuth client credentials are invalid, the server responds with 401.",
      async (t) => {
        t.given(t.target.client.client_secret !== undefined, "the client has no secret");
        const wrong = { ...t.target.client, client_secret: "wrong-secret" };
        const answer = await t.introspect("no-token-of-anybody", wrong).send();
        t.expect(answer.status === 401, "status 401", `status ${answer.status}`);
      },
    ],
    [
      "introspection-without-token",
      "RFC 7662 2.1",
      MUST,
      "token is REQUIRED.",
      async (t) => t.refused(await t.introspect("x").without("token").send(), "invalid_request"),
    ],
    ...["refresh_token", "no_such_hint"].map((hint) => [
      `introspection-with-the-hint-${hint}`,
      "RFC 7662 2.1",
      MUST,
      "If the server cannot locate the token using the given hint, it MUST extend its search across all of its token types.",
      async (t) => {
        const { access_token } = t.issued(await (await t.exchange()).send());
        const { json } = await t.introspect(access_token).set("token_type_hint", hint).send();
        t.expect(json?.active === true, "active true", `active ${json?.active}`);
      },
    ]),
  ]),
};
