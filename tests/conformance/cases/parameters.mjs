// RFC 8693 section 2.1: the parameters of the request, and what RFC 6749 says of all parameters.
import { escaped } from "../request.mjs";
import { TYPES } from "../target.mjs";
import { cases, MUST, SHOULD } from "./case.mjs";

const INVALID = "invalid_request";

const absent = ["grant_type", "subject_token", "subject_token_type"].map((name) => [
  `${name}-absent`,
  name === "grant_type" ? "RFC 6749 5.2" : "RFC 8693 2.1",
  MUST,
  `${name} is REQUIRED; a request that is missing a required parameter is invalid_request.`,
  async (t) => t.refused(await (await t.exchange()).without(name).send(), INVALID),
]);

const empty = ["grant_type", "subject_token", "subject_token_type"].map((name) => [
  `${name}-empty`,
  "RFC 6749 3.2",
  MUST,
  "Parameters sent without a value MUST be treated as if they were omitted from the request.",
  async (t) => t.refused(await (await t.exchange()).set(name, "").send(), INVALID),
]);

const emptyOptional = ["scope", "requested_token_type", "actor_token", "actor_token_type", "audience", "resource"].map(
  (name) => [
    `${name}-empty`,
    "RFC 6749 3.2",
    MUST,
    "Parameters sent without a value MUST be treated as if they were omitted from the request.",
    async (t) => t.issued(await (await t.exchange()).add(name, "").send()),
  ],
);

const grantTypes = [
  ["unknown-uri", "urn:example:no-such-grant"],
  ["unknown-name", "no_such_grant"],
  ["upper-case", "URN:IETF:PARAMS:OAUTH:GRANT-TYPE:TOKEN-EXCHANGE"],
  ["short", "token-exchange"],
].map(([name, value]) => [
  `grant_type-${name}`,
  "RFC 6749 5.2",
  MUST,
  "A grant type that the authorization server does not support is unsupported_grant_type; values are case sensitive (1.1).",
  async (t) => t.refused(await (await t.exchange()).set("grant_type", value).send(), "unsupported_grant_type"),
]);

const TYPE_RULE = "A subject token that is invalid for any reason MUST be answered with invalid_request.";

const subjectTypes = [
  ["unknown-uri", "urn:example:no-such-type"],
  ["not-a-uri", "jwt"],
  ["upper-case", "URN:IETF:PARAMS:OAUTH:TOKEN-TYPE:JWT"],
  ["saml1-for-no-saml", TYPES.saml1],
  ["saml2-for-no-saml", TYPES.saml2],
  ["with-a-space", `${TYPES.jwt} `],
].map(([name, value]) => [
  `subject_token_type-${name}`,
  "RFC 8693 2.2.2",
  MUST,
  TYPE_RULE,
  async (t) => t.refused(await (await t.exchange()).set("subject_token_type", value).send(), INVALID),
]);

const subjectTokens = [
  ["garbage", "no-token-of-anybody"],
  ["dots-only", ".."],
  ["one-byte", "x"],
  ["not-ascii", "tökén"],
  ["a-nul", "a\0b"],
  ["json", '{"sub":"somebody"}'],
  ["16-kilobytes", "x".repeat(16_000)],
].map(([name, value]) => [
  `subject_token-${name}`,
  "RFC 8693 2.2.2",
  MUST,
  TYPE_RULE,
  async (t) => t.refused(await (await t.exchange()).set("subject_token", value).send(), INVALID, [400, 413, 414, 431]),
]);

const requested = [
  ["unknown-uri", "urn:example:no-such-type"],
  ["not-a-uri", "no-such-type"],
].map(([name, value]) => [
  `requested_token_type-${name}`,
  "RFC 8693 2.2.1",
  MUST,
  "issued_token_type identifies the representation of the issued token: an unknown type is refused, or another one is issued and named.",
  async (t) => {
    const answer = await (await t.exchange()).set("requested_token_type", value).send();
    if (answer.status !== 200) return t.refused(answer, INVALID);
    const { issued_token_type } = t.issued(answer);
    t.expect(issued_token_type !== value, "an error, or another issued_token_type", "the unknown type itself");
  },
]);

const rest = [
  [
    "actor_token-without-actor_token_type",
    "RFC 8693 2.1",
    MUST,
    "actor_token_type is REQUIRED when the actor_token parameter is present in the request.",
    async (t) => {
      const request = await t.exchange();
      t.refused(await request.set("actor_token", request.value("subject_token")).send(), INVALID);
    },
  ],
  [
    "actor_token_type-without-actor_token",
    "RFC 8693 2.1",
    MUST,
    "actor_token_type MUST NOT be included when there is no actor_token.",
    async (t) => t.refused(await (await t.exchange()).set("actor_token_type", TYPES.jwt).send(), INVALID),
  ],
  [
    "actor_token-garbage",
    "RFC 8693 2.2.2",
    MUST,
    "An actor token that is invalid for any reason MUST be answered with invalid_request; it is not left aside.",
    async (t) => {
      const request = (await t.exchange()).set("actor_token", "no-token-of-anybody").set("actor_token_type", TYPES.jwt);
      t.refused(await request.send(), INVALID);
    },
  ],
  [
    "actor_token_type-unknown",
    "RFC 8693 2.2.2",
    MUST,
    "An actor token that is invalid for any reason MUST be answered with invalid_request.",
    async (t) => {
      const request = await t.exchange();
      request.set("actor_token", request.value("subject_token")).set("actor_token_type", "urn:example:no-such-type");
      t.refused(await request.send(), INVALID);
    },
  ],
  [
    "parameter-unknown",
    "RFC 6749 3.2",
    MUST,
    "The authorization server MUST ignore unrecognized request parameters.",
    async (t) => t.issued(await (await t.exchange()).set("x_conformance_unknown", "1").send()),
  ],
  [
    "parameter-unknown-with-a-uri-as-name",
    "RFC 6749 3.2",
    MUST,
    "The authorization server MUST ignore unrecognized request parameters.",
    async (t) => t.issued(await (await t.exchange()).set("https://example.com/param", "a&b=c").send()),
  ],
  [
    "parameter-names-are-case-sensitive",
    "RFC 6749 1.1",
    MUST,
    "All the protocol parameter names and values are case sensitive.",
    async (t) => {
      const request = await t.exchange();
      const token = request.value("subject_token");
      t.refused(await request.without("subject_token").set("SUBJECT_TOKEN", token).send(), INVALID);
    },
  ],
  [
    "parameter-name-percent-encoded",
    "RFC 6749 B",
    MUST,
    "Names and values are encoded with application/x-www-form-urlencoded in UTF-8, and decoded so.",
    async (t) => {
      const request = await t.exchange();
      t.issued(await request.with(encoded(request, (name) => name.replace("_", "%5f"), encodeURIComponent)).send());
    },
  ],
  [
    "parameter-values-percent-encoded",
    "RFC 6749 B",
    MUST,
    "Names and values are encoded with application/x-www-form-urlencoded in UTF-8, and decoded so.",
    async (t) => {
      const request = await t.exchange();
      const type = (value, name) =>
        name === "grant_type" || name === "subject_token_type" ? escaped(value) : encodeURIComponent(value);
      t.issued(await request.with(encoded(request, (name) => name, type)).send());
    },
  ],
  [
    "order-of-parameters",
    "RFC 6749 B",
    MUST,
    "The order of the parameters has no meaning.",
    async (t) => {
      const request = await t.exchange();
      request.parameters.reverse();
      t.issued(await request.send());
    },
  ],
  [
    "ampersands-in-excess",
    "RFC 6749 B",
    SHOULD,
    "A parser of application/x-www-form-urlencoded skips empty sequences.",
    async (t) => {
      const request = await t.exchange();
      t.issued(await request.with(`&${encoded(request, (name) => name, encodeURIComponent)}&&`).send());
    },
  ],
  [
    "semicolons-do-not-separate",
    "RFC 6749 B",
    MUST,
    "In application/x-www-form-urlencoded only & separates parameters.",
    async (t) => {
      const request = await t.exchange();
      const body = encoded(request, (name) => name, encodeURIComponent).replaceAll("&", ";");
      t.noToken(await request.with(body).send());
    },
  ],
];

function encoded(request, name, value) {
  return request
    .authenticated()
    .parameters.map(([one, text]) => `${name(one)}=${value(text, one)}`)
    .join("&");
}

export default {
  name: "parameters",
  cases: cases([
    ...absent,
    ...empty,
    ...emptyOptional,
    ...grantTypes,
    ...subjectTypes,
    ...subjectTokens,
    ...requested,
    ...rest,
  ]),
};
