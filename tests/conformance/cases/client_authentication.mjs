// RFC 6749 sections 2.3, 3.2.1 and 5.2: who asks. Few of them, so that no server's count of failures is reached.
import { createSecretKey } from "node:crypto";
import { newKey, now, signingKey } from "../jwt.mjs";
import { assertion, basic } from "../request.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

const FAILED =
  "Client authentication that failed is invalid_client (unknown client, no authentication included, unsupported method).";
const CHALLENGE =
  "If the client attempted to authenticate via Authorization, the server MUST respond with 401 and a WWW-Authenticate that matches the scheme.";

const secret = ({ client }) => (client.client_secret === undefined ? "the client has no secret" : undefined);
const confidential = ({ client }) => (client.method === "none" ? "the client is public" : undefined);

async function byHeader(t, value) {
  const request = (await t.exchange()).as(undefined);
  return request.header("Authorization", value).send();
}

function challenged(t, answer, scheme) {
  t.refused(answer, "invalid_client", [401]);
  const header = answer.headers["www-authenticate"] ?? "";
  t.expect(
    new RegExp(`^${scheme}\\b`, "i").test(header),
    `WWW-Authenticate with the scheme ${scheme}`,
    `WWW-Authenticate: ${header || "absent"}`,
  );
}

const anybody = cases(
  [
    [
      "no-credentials",
      "RFC 6749 5.2",
      MUST,
      FAILED,
      async (t) => t.refused(await (await t.exchange()).as(undefined).send(), "invalid_client", [400, 401]),
    ],
    [
      "client-id-alone",
      "RFC 6749 3.2.1",
      MUST,
      "Confidential clients MUST authenticate when they make requests to the token endpoint.",
      async (t) => {
        const request = (await t.exchange()).as(undefined).set("client_id", t.target.client.client_id);
        t.refused(await request.send(), "invalid_client", [400, 401]);
      },
    ],
    [
      "assertion-type-unknown",
      "RFC 7521 4.2.1",
      MUST,
      "An assertion that is not valid is invalid_client; an unsupported parameter value is invalid_request (RFC 6749 5.2).",
      async (t) => {
        const request = (await t.exchange()).as(undefined).set("client_id", t.target.client.client_id);
        request.set("client_assertion_type", "urn:example:no-such-type").set("client_assertion", "x");
        t.refused(await request.send(), ["invalid_client", "invalid_request"], [400, 401]);
      },
    ],
  ],
  confidential,
);

const bySecret = cases(
  [
    [
      "basic-wrong-secret",
      "RFC 6749 5.2",
      MUST,
      CHALLENGE,
      async (t) => challenged(t, await byHeader(t, basic(t.target.client.client_id, "wrong-secret")), "Basic"),
    ],
    [
      "basic-unknown-client",
      "RFC 6749 5.2",
      MUST,
      CHALLENGE,
      async (t) => challenged(t, await byHeader(t, basic("no-client-of-anybody", "wrong-secret")), "Basic"),
    ],
    [
      "basic-empty-secret",
      "RFC 6749 5.2",
      MUST,
      CHALLENGE,
      async (t) => {
        const answer = await byHeader(t, basic(t.target.client.client_id, ""));
        // A server that knows no empty secrets may call the header malformed.
        if (answer.json?.error === "invalid_request") return t.noToken(answer);
        challenged(t, answer, "Basic");
      },
    ],
    [
      "basic-not-base64",
      "RFC 6749 5.2",
      MUST,
      FAILED,
      async (t) => t.refused(await byHeader(t, "Basic ***"), ["invalid_client", "invalid_request"], [400, 401]),
    ],
    [
      "basic-without-colon",
      "RFC 7617 2",
      MUST,
      "The user-id and password are separated by a single colon: without it there is no credential.",
      async (t) =>
        t.refused(
          await byHeader(t, `Basic ${Buffer.from("nocolon").toString("base64")}`),
          ["invalid_client", "invalid_request"],
          [400, 401],
        ),
    ],
    [
      "authorization-of-another-scheme",
      "RFC 6749 5.2",
      MUST,
      FAILED,
      async (t) => t.refused(await byHeader(t, "Bearer abc"), ["invalid_client", "invalid_request"], [400, 401]),
    ],
    [
      "post-wrong-secret",
      "RFC 6749 5.2",
      MUST,
      FAILED,
      async (t) => {
        const { client_id } = t.target.client;
        const wrong = { client_id, client_secret: "wrong-secret", method: "client_secret_post" };
        t.refused(await (await t.exchange()).as(wrong).send(), "invalid_client", [400, 401]);
      },
    ],
    [
      "post-repeated-secret",
      "RFC 6749 3.2",
      MUST,
      "Parameters MUST NOT be included more than once.",
      async (t) => {
        const { client } = t.target;
        const request = (await t.exchange()).as({ ...client, method: "client_secret_post" });
        t.refused(
          await request.add("client_secret", client.client_secret).send(),
          ["invalid_request", "invalid_client"],
          [400, 401],
        );
      },
    ],
    [
      "basic-scheme-in-lower-case",
      "RFC 9110 11.1",
      MUST,
      "The name of an authentication scheme is case insensitive.",
      async (t) => {
        const { client } = t.target;
        t.given(basicIs(client), "the client does not use client_secret_basic");
        t.issued(await byHeader(t, basic(client.client_id, client.client_secret).replace("Basic", "basic")));
      },
    ],
    [
      "basic-with-escaped-characters",
      "RFC 6749 2.3.1",
      MUST,
      "The identifier and the password are encoded with application/x-www-form-urlencoded, and decoded so by the server.",
      async (t) => {
        const { client } = t.target;
        t.given(basicIs(client), "the client does not use client_secret_basic");
        t.given(/[^A-Za-z0-9*_.-]/.test(client.client_secret), "the secret has no character that is encoded");
        t.issued(await byHeader(t, basic(client.client_id, client.client_secret)));
      },
    ],
    [
      "basic-and-body-name-the-same-client",
      "RFC 6749 3.2.1",
      SHOULD,
      "A client MAY use the client_id request parameter to identify itself.",
      async (t) => {
        const { client } = t.target;
        t.given(basicIs(client), "the client does not use client_secret_basic");
        t.issued(await (await t.exchange()).set("client_id", client.client_id).send());
      },
    ],
    [
      "basic-and-body-name-two-clients",
      "RFC 6749 5.2",
      SHOULD,
      "Who asks must be one: a request that utilizes more than one mechanism for authenticating the client is invalid_request.",
      async (t) => {
        const { client } = t.target;
        t.given(basicIs(client), "the client does not use client_secret_basic");
        t.noToken(await (await t.exchange()).set("client_id", "no-client-of-anybody").send());
      },
    ],
    [
      "two-methods-at-once",
      "RFC 6749 2.3",
      SHOULD,
      "The client MUST NOT use more than one authentication method in each request; 5.2 names invalid_request for it.",
      async (t) => {
        const { client_id, client_secret } = t.target.client;
        const request = (await t.exchange()).as({ client_id, client_secret, method: "client_secret_post" });
        t.noToken(await request.header("Authorization", basic(client_id, client_secret)).send());
      },
    ],
    [
      "two-methods-at-once-one-wrong",
      "RFC 6749 2.3",
      SHOULD,
      "The client MUST NOT use more than one authentication method in each request.",
      async (t) => {
        const { client_id, client_secret } = t.target.client;
        const wrong = { client_id, client_secret: "wrong-secret", method: "client_secret_post" };
        t.noToken(await (await t.exchange()).as(wrong).header("Authorization", basic(client_id, client_secret)).send());
      },
    ],
  ],
  secret,
);

function basicIs({ method }) {
  return method === undefined || method === "client_secret_basic";
}

const others = [
  ...cases(
    [
      [
        "grant-not-allowed-for-the-client",
        "RFC 6749 5.2",
        MUST,
        "A client that is not authorized to use this grant type is unauthorized_client.",
        async (t) =>
          t.refused(await (await t.exchange()).as(t.target.unauthorized_client).send(), "unauthorized_client"),
      ],
    ],
    ({ unauthorized_client }) => (unauthorized_client ? undefined : "the target's file has no unauthorized_client"),
  ),
  ...cases(
    [
      ["assertion-good", {}, "issued"],
      ["assertion-of-an-array-of-audiences", { aud: "list" }, "issued"],
      ["assertion-expired", { iat: -7200, exp: -3600 }],
      ["assertion-without-exp", { exp: undefined }],
      ["assertion-without-aud", { aud: undefined }],
      ["assertion-for-another-audience", { aud: "https://nobody.example" }],
      ["assertion-without-sub", { sub: undefined }],
      ["assertion-without-iss", { iss: undefined }],
      ["assertion-whose-iss-is-not-the-client", { iss: "no-client-of-anybody" }],
      ["assertion-whose-sub-is-not-the-client", { sub: "no-client-of-anybody" }],
      ["assertion-not-before-the-future", { nbf: 3600 }],
      ["assertion-signed-by-another-key", {}, newKey],
      ["assertion-with-a-mac", {}, () => ({ alg: "HS256", key: createSecretKey(Buffer.from("x".repeat(32))) })],
    ].map(([name, change, how]) => [
      name,
      "RFC 7523 3",
      MUST,
      "The JWT MUST contain iss, sub (the client_id), an aud that names this server and an exp that has not passed, and MUST be signed; else it is rejected.",
      async (t) => {
        const client = t.target.assertion_client;
        const url = t.target.token_endpoint;
        const claims = Object.fromEntries(
          Object.entries(change).map(([claim, value]) => [claim, typeof value === "number" ? now() + value : value]),
        );
        if (claims.aud === "list") claims.aud = [client.assertion_audience ?? url];
        const by = typeof how === "function" ? how() : signingKey(client);
        const request = (await t.exchange()).as({
          ...client,
          method: "private_key_jwt",
          assertion: assertion(client, url, claims, by),
        });
        const answer = await request.send();
        if (how === "issued") return t.issued(answer);
        // Another client than client_id names may be called a malformed request.
        const malformed = typeof claims.sub === "string" ? ["invalid_request"] : [];
        return t.refused(answer, ["invalid_client", ...malformed], [400, 401]);
      },
    ]),
    ({ assertion_client }) => (assertion_client?.jwk ? undefined : "the target's file has no assertion_client"),
  ),
];

export default { name: "client authentication", cases: [...anybody, ...bySecret, ...others] };
