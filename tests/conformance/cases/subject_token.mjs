// RFC 8693 section 2.1: the server MUST validate the subject token as its type demands. For JWTs that is RFC 7519, and
// 7515 for their signature. Every case changes one thing in a token that the server accepts.
import { createPublicKey, createSecretKey } from "node:crypto";
import { base64url, newKey, now, signature } from "../jwt.mjs";
import { cases, MUST, needsMint, SHOULD } from "./case.mjs";

/** [name, section, level, says, change or (t) => token]: the token is refused with invalid_request. */
const refused = (rows) =>
  rows.map(([name, section, level, says, change]) => [
    name,
    section,
    level,
    says,
    async (t) => {
      const token = typeof change === "function" ? change(t) : t.minted(timed(change));
      t.refused(await (await t.exchange(token)).send(), "invalid_request");
    },
  ]);

const issued = (rows) =>
  rows.map(([name, section, level, says, change]) => [
    name,
    section,
    level,
    says,
    async (t) => t.issued(await (await t.exchange(t.minted(timed(change)))).send()),
  ]);

// Times are written as distances from now.
function timed({ times = {}, claims = {}, ...rest }) {
  const moved = Object.entries(times).map(([name, distance]) => [name, now() + distance]);
  return { ...rest, claims: { ...Object.fromEntries(moved), ...claims } };
}

const EXP = "The processing of exp requires that the current time MUST be before it.";
const NUMBER = "Its value MUST be a number containing a NumericDate value.";
const SIGNED = "If the signature of a JWS does not validate, it MUST be rejected.";
const COMPACT =
  "Decode without line breaks, white space or other additional characters: what is no base64url is no JWS.";
const NONE = "Implementations MUST NOT accept unsecured JWSs by default.";
const OBJECT = "The claims MUST be a valid JSON object in UTF-8.";

const times = [
  ["expired-an-hour-ago", "RFC 7519 4.1.4", MUST, EXP, { times: { iat: -7200, exp: -3600 } }],
  [
    "expired-ten-minutes-ago",
    "RFC 7519 4.1.4",
    MUST,
    `${EXP} A leeway is no more than a few minutes.`,
    { times: { iat: -1200, exp: -600 } },
  ],
  ["exp-zero", "RFC 7519 4.1.4", MUST, EXP, { claims: { exp: 0 } }],
  ["exp-negative", "RFC 7519 4.1.4", MUST, EXP, { claims: { exp: -1 } }],
  ["exp-as-text", "RFC 7519 4.1.4", MUST, NUMBER, (t) => t.minted({ claims: { exp: String(now() + 300) } })],
  ["exp-true", "RFC 7519 4.1.4", MUST, NUMBER, { claims: { exp: true } }],
  ["exp-a-list", "RFC 7519 4.1.4", MUST, NUMBER, (t) => t.minted({ claims: { exp: [now() + 300] } })],
  ["exp-an-object", "RFC 7519 4.1.4", MUST, NUMBER, { claims: { exp: {} } }],
  [
    "nbf-in-an-hour",
    "RFC 7519 4.1.5",
    MUST,
    "The current time MUST be after or equal to nbf.",
    { times: { nbf: 3600, exp: 7200 } },
  ],
  ["nbf-as-text", "RFC 7519 4.1.5", MUST, NUMBER, { claims: { nbf: "yesterday" } }],
  ["iat-as-text", "RFC 7519 4.1.6", SHOULD, NUMBER, { claims: { iat: "yesterday" } }],
];

const claims = [
  [
    "aud-of-a-third-party",
    "RFC 7519 4.1.3",
    MUST,
    "A principal that does not identify itself with a value in aud MUST reject the JWT.",
    { claims: { aud: "https://nobody.example" } },
  ],
  [
    "aud-list-of-third-parties",
    "RFC 7519 4.1.3",
    MUST,
    "A principal that does not identify itself with a value in aud MUST reject the JWT.",
    { claims: { aud: ["https://nobody.example", "https://else.example"] } },
  ],
  ["aud-a-number", "RFC 7519 4.1.3", MUST, "aud is a StringOrURI, or an array of such.", { claims: { aud: 7 } }],
  [
    "aud-list-with-an-object",
    "RFC 7519 4.1.3",
    MUST,
    "aud is a StringOrURI, or an array of such.",
    { claims: { aud: [{}] } },
  ],
  [
    "iss-of-nobody",
    "RFC 8693 2.1",
    MUST,
    "The authorization server MUST perform the appropriate validation for the token type.",
    { claims: { iss: "https://nobody.example" } },
  ],
  [
    "iss-in-upper-case",
    "RFC 7519 4.1.1",
    MUST,
    "The iss value is a case-sensitive string.",
    (t) => t.minted({ claims: { iss: upperCase(t) } }),
  ],
  [
    "iss-absent",
    "RFC 8693 2.1",
    MUST,
    "The authorization server MUST perform the appropriate validation: of a token of no issuer nothing is known.",
    { claims: { iss: undefined } },
  ],
  ["iss-a-number", "RFC 7519 4.1.1", MUST, "The iss value is a StringOrURI.", { claims: { iss: 7 } }],
  [
    "iss-a-list",
    "RFC 7519 4.1.1",
    MUST,
    "The iss value is a StringOrURI.",
    (t) => t.minted({ claims: { iss: [t.target.subject.mint.iss] } }),
  ],
  ["sub-a-number", "RFC 7519 4.1.2", MUST, "The sub value is a StringOrURI.", { claims: { sub: 7 } }],
  ["sub-an-object", "RFC 7519 4.1.2", MUST, "The sub value is a StringOrURI.", { claims: { sub: {} } }],
  ["claims-a-list", "RFC 7519 7.2", MUST, OBJECT, { payload: "[]" }],
  ["claims-a-text", "RFC 7519 7.2", MUST, OBJECT, { payload: '"claims"' }],
  ["claims-null", "RFC 7519 7.2", MUST, OBJECT, { payload: "null" }],
  ["claims-no-json", "RFC 7519 7.2", MUST, OBJECT, { payload: "{" }],
  [
    "claims-empty",
    "RFC 8693 2.1",
    MUST,
    "The authorization server MUST perform the appropriate validation for the token type.",
    { payload: "{}" },
  ],
];

const parts = [
  ["signature-of-another-key", "RFC 7515 5.2", MUST, SIGNED, (t) => t.minted({ by: otherKey(t) })],
  ["signature-empty", "RFC 7515 5.2", MUST, SIGNED, (t) => changed(t, ([h, p]) => [h, p, ""])],
  ["signature-cut", "RFC 7515 5.2", MUST, SIGNED, (t) => changed(t, ([h, p, s]) => [h, p, s.slice(0, -4)])],
  [
    "signature-changed",
    "RFC 7515 5.2",
    MUST,
    SIGNED,
    (t) => changed(t, ([h, p, s]) => [h, p, (s[0] === "A" ? "B" : "A") + s.slice(1)]),
  ],
  ["signature-longer", "RFC 7515 5.2", MUST, SIGNED, (t) => changed(t, ([h, p, s]) => [h, p, `${s}AAAA`])],
  [
    "claims-changed-after-signing",
    "RFC 7515 5.2",
    MUST,
    SIGNED,
    (t) => changed(t, ([h, p, s]) => [h, edited(p, { conformance: 1 }), s]),
  ],
  [
    "subject-changed-after-signing",
    "RFC 7515 5.2",
    MUST,
    SIGNED,
    (t) => changed(t, ([h, p, s]) => [h, edited(p, { sub: "somebody-else" }), s]),
  ],
  [
    "header-changed-after-signing",
    "RFC 7515 5.2",
    MUST,
    SIGNED,
    (t) => changed(t, ([h, p, s]) => [edited(h, { x: 1 }), p, s]),
  ],
  ["two-parts", "RFC 7515 7.1", MUST, COMPACT, (t) => changed(t, ([h, p]) => [h, p])],
  ["four-parts", "RFC 7515 7.1", MUST, COMPACT, (t) => changed(t, (all) => [...all, "AAAA"])],
  ["five-parts", "RFC 7515 7.1", MUST, COMPACT, (t) => changed(t, (all) => [...all, "AAAA", "AAAA"])],
  [
    "padded-base64",
    "RFC 7515 2",
    MUST,
    "base64url with all trailing = characters omitted.",
    (t) => changed(t, ([h, p, s]) => [h, p, `${s}==`]),
  ],
  [
    "white-space-inside",
    "RFC 7515 5.2",
    MUST,
    COMPACT,
    (t) => changed(t, ([h, p, s]) => [h, `${p.slice(0, 5)}\n${p.slice(5)}`, s]),
  ],
  [
    "header-no-json",
    "RFC 7515 5.2",
    MUST,
    "The header must be a completely valid JSON object.",
    (t) => resigned(t, base64url("{")),
  ],
  [
    "header-a-list",
    "RFC 7515 5.2",
    MUST,
    "The header must be a completely valid JSON object.",
    (t) => resigned(t, base64url("[]")),
  ],
  [
    "alg-absent",
    "RFC 7515 4.1.1",
    MUST,
    "alg MUST be present and MUST be understood.",
    (t) => t.minted({ header: { alg: undefined } }),
  ],
  [
    "alg-unknown",
    "RFC 7515 4.1.1",
    MUST,
    "alg MUST be present and MUST be understood.",
    (t) => t.minted({ header: { alg: "XS256" } }),
  ],
  ["alg-none", "RFC 7518 3.6", MUST, NONE, (t) => unsecured(t, "none")],
  ["alg-none-in-upper-case", "RFC 7518 3.6", MUST, NONE, (t) => unsecured(t, "NONE")],
  ["alg-none-with-a-signature", "RFC 7518 3.6", MUST, NONE, (t) => t.minted({ header: { alg: "none" } })],
  [
    "alg-a-number",
    "RFC 7515 4.1.1",
    MUST,
    "The alg value is a case-sensitive ASCII string.",
    (t) => t.minted({ header: { alg: 256 } }),
  ],
  [
    "crit-not-understood",
    "RFC 7515 4.1.11",
    MUST,
    "If an extension listed in crit is not understood, the JWS is invalid.",
    { header: { crit: ["urn:example:x"], "urn:example:x": 1 } },
  ],
  [
    "crit-of-an-absent-member",
    "RFC 7515 4.1.11",
    MUST,
    "crit names members that MUST occur as header parameters.",
    { header: { crit: ["urn:example:x"] } },
  ],
  [
    "key-in-the-header",
    "RFC 8725 3.10",
    MUST,
    "Keys from the token itself are not trusted: the signature is that of somebody else.",
    (t) => {
      const key = newKey();
      return t.minted({ by: key, header: { jwk: key.jwk, kid: undefined } });
    },
  ],
  [
    "public-key-as-hmac-key",
    "RFC 8725 3.1",
    MUST,
    "Each key MUST be used with exactly one algorithm.",
    (t) => {
      const { key, alg, kid } = t.mintingKey();
      t.given(!alg.startsWith("HS"), "the minting key has no public half");
      const pem = createPublicKey(key).export({ type: "spki", format: "pem" });
      return t.minted({ by: { alg: "HS256", kid, key: createSecretKey(Buffer.from(pem)) } });
    },
  ],
  [
    "kid-of-nobody",
    "RFC 8693 2.1",
    MUST,
    "The authorization server MUST validate the token: with a key of nobody, it is not.",
    (t) => {
      t.minted();
      return t.minted({ header: { kid: "no-key-of-anybody" }, by: otherKey(t) });
    },
  ],
  [
    "typ-of-a-dpop-proof",
    "RFC 8725 3.12",
    SHOULD,
    "Rules for different kinds of JWTs are mutually exclusive: one of another use is rejected.",
    { header: { typ: "dpop+jwt" } },
  ],
  [
    "typ-of-a-logout-token",
    "RFC 8725 3.12",
    SHOULD,
    "Rules for different kinds of JWTs are mutually exclusive: one of another use is rejected.",
    { header: { typ: "logout+jwt" } },
  ],
];

const kept = [
  [
    "claims-unknown",
    "RFC 7519 4",
    MUST,
    "All claims that are not understood by implementations MUST be ignored.",
    { claims: { conformance: { a: [1, null] }, "urn:example:x": true } },
  ],
  [
    "header-unknown",
    "RFC 7515 4",
    MUST,
    "Header parameters that are not understood MUST be ignored.",
    { header: { "urn:example:x": "y" } },
  ],
  [
    "exp-with-a-fraction",
    "RFC 7519 2",
    MUST,
    "A NumericDate is a JSON numeric value; non-integer values can be represented.",
    { times: { exp: 300.5 } },
  ],
  [
    "nbf-in-the-past",
    "RFC 7519 4.1.5",
    MUST,
    "The current time MUST be after or equal to nbf: then the token is processed.",
    { times: { nbf: -60 } },
  ],
  ["jti-absent", "RFC 7519 4.1.7", SHOULD, "Use of this claim is OPTIONAL.", { claims: { jti: undefined } }],
  ["iat-absent", "RFC 7519 4.1.6", SHOULD, "Use of this claim is OPTIONAL.", { claims: { iat: undefined } }],
  ["typ-absent", "RFC 7519 5.1", SHOULD, "Use of this header parameter is OPTIONAL.", { header: { typ: undefined } }],
  [
    "typ-in-lower-case",
    "RFC 7515 4.1.9",
    SHOULD,
    "typ is a media type, and media types are case insensitive.",
    { header: { typ: "jwt" } },
  ],
];

const duplicates = [
  [
    "sub-twice",
    "RFC 7519 4",
    MUST,
    "JWT parsers MUST reject duplicate claim names or use only the lexically last one.",
    async (t) => {
      const claims = { iss: t.target.subject.mint.iss, iat: now(), exp: now() + 300, ...t.target.subject.mint.claims };
      const text = JSON.stringify(claims);
      const payload = `{"sub":"somebody-else",${text.slice(1)}`;
      const answer = await (await t.exchange(t.minted({ payload }))).send();
      if (answer.status !== 200) return t.refused(answer, "invalid_request");
      const { sub } = await t.known(answer);
      t.expect(sub !== "somebody-else", "an error, or the last sub", "the first sub");
    },
  ],
  [
    "another-subject-is-another-subject",
    "RFC 7519 4.1.2",
    MUST,
    "The sub value is a case-sensitive string: one in other case is not the same principal.",
    async (t) => {
      const { sub } = t.target.subject.mint.claims ?? {};
      t.given(typeof sub === "string" && sub !== sub.toUpperCase(), "the subject's name has no lower case");
      const answer = await (await t.exchange(t.minted({ claims: { sub: sub.toUpperCase() } }))).send();
      if (answer.status !== 200) return t.refused(answer, "invalid_request");
      const claims = await t.known(answer);
      t.expect(claims.sub !== sub, "an error, or another subject", "the same subject");
    },
  ],
];

function upperCase(t) {
  const { iss } = t.target.subject.mint;
  t.given(iss !== iss.toUpperCase(), "the issuer's name has no lower case");
  return iss.toUpperCase();
}

function otherKey(t) {
  const { alg, kid } = t.mintingKey();
  if (alg.startsWith("HS"))
    return {
      alg,
      kid,
      key: createSecretKey(Buffer.from("another secret, of the suite's own making, for HS512 long enough")),
    };
  return { ...newKey(), kid };
}

function changed(t, change) {
  return change(t.minted().split(".")).join(".");
}

function resigned(t, header) {
  const [, payload] = t.minted().split(".");
  return `${header}.${payload}.${base64url(signature(t.mintingKey(), `${header}.${payload}`))}`;
}

function unsecured(t, alg) {
  return changed(t, ([header, payload]) => [edited(header, { alg }), payload, ""]);
}

function edited(part, more) {
  return base64url(JSON.stringify({ ...JSON.parse(Buffer.from(part, "base64url").toString()), ...more }));
}

const fixed = cases(
  [
    [
      "expired-token-of-the-target",
      "RFC 8693 2.2.2",
      MUST,
      "A subject token that is invalid for any reason MUST be answered with invalid_request.",
      async (t) => t.refused(await (await t.exchange(t.target.subject.expired)).send(), "invalid_request"),
    ],
  ],
  ({ subject }) => (subject.expired ? undefined : "the target's file has no subject.expired"),
);

const damaged = cases([
  [
    "token-cut",
    "RFC 8693 2.2.2",
    MUST,
    "A subject token that is invalid for any reason MUST be answered with invalid_request.",
    async (t) => t.refused(await (await t.exchange((await t.subjectToken()).slice(0, -5))).send(), "invalid_request"),
  ],
  [
    "token-longer",
    "RFC 8693 2.2.2",
    MUST,
    "A subject token that is invalid for any reason MUST be answered with invalid_request.",
    async (t) => t.refused(await (await t.exchange(`${await t.subjectToken()}AAAAA`)).send(), "invalid_request"),
  ],
]);

export default {
  name: "subject token",
  cases: [
    ...damaged,
    ...fixed,
    ...cases([...refused([...times, ...claims, ...parts]), ...issued(kept), ...duplicates], needsMint),
  ],
};
