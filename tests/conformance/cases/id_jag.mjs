// draft-ietf-oauth-identity-assertion-authz-grant (ID-JAG). Two parts, for the server that issues one and for the one
// that takes it, announced by `id_jag` in the target's file.
import { randomUUID } from "node:crypto";
import { EXCHANGE } from "../attempt.mjs";
import { jwt, newKey, now, signingKey } from "../jwt.mjs";
import { TYPES } from "../target.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

const DRAFT = "ID-JAG";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TYP = "oauth-id-jag+jwt";

async function wanted(t) {
  const { id_jag, subject } = t.target;
  const source = id_jag.subject ?? subject;
  const subjectToken =
    source.mint === undefined ? (source.tokens?.[0] ?? (await t.subjectToken())) : minted(source.mint);
  const request = t
    .request(t.target.token_endpoint, id_jag.client ?? t.target.client)
    .set("grant_type", EXCHANGE)
    .set("requested_token_type", TYPES.idJag)
    .set("subject_token", subjectToken)
    .set("subject_token_type", source.token_type)
    .set("audience", id_jag.audience);
  return id_jag.resource === undefined ? request : request.set("resource", id_jag.resource);
}

function minted(mint) {
  const claims = { iss: mint.iss, iat: now(), exp: now() + 300, jti: randomUUID(), ...mint.claims };
  return jwt({ typ: mint.typ ?? "JWT" }, claims, signingKey(mint));
}

const issuing = cases(
  [
    [
      "id-jag-is-issued",
      MUST,
      "issued_token_type is id-jag, and token_type is N_A.",
      async (t) => {
        const { issued_token_type, token_type } = t.issued(await (await wanted(t)).send());
        t.expect(issued_token_type === TYPES.idJag, TYPES.idJag, issued_token_type);
        t.expect(/^n_a$/i.test(token_type), "N_A", token_type);
      },
    ],
    [
      "id-jag-typ",
      MUST,
      "The JWT has typ oauth-id-jag+jwt.",
      async (t) => {
        const { header } = t.claims(await (await wanted(t)).send());
        t.expect(header.typ === TYP, TYP, header.typ);
      },
    ],
    ...["iss", "sub", "aud", "client_id", "jti", "exp", "iat"].map((name) => [
      `id-jag-has-${name}`,
      MUST,
      `${name} is REQUIRED.`,
      async (t) => {
        const { claims } = t.claims(await (await wanted(t)).send());
        t.expect(claims[name] !== undefined, name, "none");
      },
    ]),
    [
      "id-jag-aud-is-the-audience",
      MUST,
      "aud is the issuer identifier of the resource authorization server.",
      async (t) => {
        const { claims } = t.claims(await (await wanted(t)).send());
        t.expect(
          [claims.aud].flat().join() === t.target.id_jag.audience,
          t.target.id_jag.audience,
          JSON.stringify(claims.aud),
        );
      },
    ],
    [
      "id-jag-without-audience",
      MUST,
      "audience is REQUIRED.",
      async (t) => t.refused(await (await wanted(t)).without("audience").send(), ["invalid_request", "invalid_target"]),
    ],
    [
      "id-jag-for-nobody",
      SHOULD,
      "A target that the server does not know is invalid_target.",
      async (t) =>
        t.refused(await (await wanted(t)).set("audience", "https://nobody.example").send(), [
          "invalid_target",
          "invalid_request",
        ]),
    ],
  ].map(([name, level, says, run]) => [name, DRAFT, level, says, run]),
  ({ id_jag }) => (id_jag?.audience ? undefined : "the target does not announce that it issues ID-JAGs"),
);

function assertion(t, { claims = {}, header = {}, by } = {}) {
  const { assertion: mint, client } = t.target.id_jag;
  const good = {
    iss: mint.iss,
    aud: t.target.issuer,
    client_id: (client ?? t.target.client).client_id,
    iat: now(),
    exp: now() + 120,
    jti: randomUUID(),
    ...mint.claims,
  };
  return jwt({ typ: TYP, ...header }, { ...good, ...claims }, by ?? signingKey(mint));
}

function presented(t, token) {
  const request = t.request(t.target.token_endpoint, t.target.id_jag.client ?? t.target.client);
  return request.set("grant_type", JWT_BEARER).set("assertion", token);
}

const REFUSED = "An assertion that is not valid is invalid_grant (RFC 7521 section 4.1).";

const taking = cases(
  [
    [
      "assertion-is-taken",
      MUST,
      "If valid, the server issues an access token.",
      async (t) => t.issued(await presented(t, assertion(t)).send()),
    ],
    [
      "assertion-absent",
      MUST,
      "assertion is REQUIRED.",
      async (t) => t.refused(await presented(t, "x").without("assertion").send(), "invalid_request"),
    ],
    [
      "assertion-twice",
      MUST,
      "Parameters MUST NOT be included more than once.",
      async (t) => t.refused(await presented(t, assertion(t)).add("assertion", "x").send(), "invalid_request"),
    ],
    ...[
      ["assertion-garbage", () => "no-assertion-of-anybody"],
      ["assertion-expired", (t) => assertion(t, { claims: { iat: now() - 7200, exp: now() - 3600 } })],
      ["assertion-without-exp", (t) => assertion(t, { claims: { exp: undefined } })],
      ["assertion-for-another-server", (t) => assertion(t, { claims: { aud: "https://nobody.example" } })],
      ["assertion-without-aud", (t) => assertion(t, { claims: { aud: undefined } })],
      ["assertion-of-another-issuer", (t) => assertion(t, { claims: { iss: "https://nobody.example" } })],
      ["assertion-without-sub", (t) => assertion(t, { claims: { sub: undefined } })],
      ["assertion-of-another-client", (t) => assertion(t, { claims: { client_id: "no-client-of-anybody" } })],
      ["assertion-without-client_id", (t) => assertion(t, { claims: { client_id: undefined } })],
      ["assertion-typ-jwt", (t) => assertion(t, { header: { typ: "JWT" } })],
      ["assertion-typ-absent", (t) => assertion(t, { header: { typ: undefined } })],
      [
        "assertion-signed-by-another-key",
        (t) => assertion(t, { by: { ...newKey(), kid: t.target.id_jag.assertion.kid } }),
      ],
      ["assertion-cut", (t) => assertion(t).slice(0, -4)],
    ].map(([name, make]) => [
      name,
      MUST,
      REFUSED,
      async (t) => t.refused(await presented(t, make(t)).send(), "invalid_grant"),
    ]),
    [
      "assertion-with-no-refresh-token",
      SHOULD,
      "The server SHOULD NOT issue a refresh token with it.",
      async (t) => {
        const { refresh_token } = t.issued(await presented(t, assertion(t)).send());
        t.expect(refresh_token === undefined, "no refresh_token", "one");
      },
    ],
  ].map(([name, level, says, run]) => [`id-jag-${name}`, DRAFT, level, says, run]),
  ({ id_jag, issuer }) => {
    if (!id_jag?.assertion) return "the target does not announce that it takes ID-JAGs";
    return issuer ? undefined : "the target has no issuer";
  },
);

export default { name: "ID-JAG", cases: [...issuing, ...taking] };
