// RFC 6749 section 3.2: a parameter comes once. RFC 8693 section 2.1: audience and resource may come more than once.
import { cases, MUST, needs } from "./case.mjs";
import { TYPES } from "../target.mjs";

const RULE =
  "Request and response parameters MUST NOT be included more than once; 5.2: a request that repeats a parameter is invalid_request.";

const repeats = [
  ["grant_type", "urn:example:other"],
  ["subject_token", "another-token"],
  ["subject_token_type", TYPES.saml2],
  ["requested_token_type", TYPES.accessToken],
  ["scope", "openid"],
].flatMap(([name, other]) =>
  ["same", "other"].map((which) => [
    `${name}-twice-${which}-value`,
    "RFC 6749 3.2",
    MUST,
    RULE,
    async (t) => {
      const request = await t.exchange();
      const first = request.value(name) ?? (name === "scope" ? (t.target.scope[0] ?? "openid") : other);
      request.set(name, first).add(name, which === "same" ? first : other);
      t.refused(await request.send(), "invalid_request");
    },
  ]),
);

const actors = ["actor_token", "actor_token_type"].map((name) => [
  `${name}-twice`,
  "RFC 6749 3.2",
  MUST,
  RULE,
  async (t) => {
    const request = await t.exchange();
    request
      .set("actor_token", request.value("subject_token"))
      .set("actor_token_type", request.value("subject_token_type"));
    t.refused(await request.add(name, request.value(name)).send(), "invalid_request");
  },
]);

const rest = [
  [
    "client_id-twice",
    "RFC 6749 3.2",
    MUST,
    RULE,
    async (t) => {
      const request = await t.exchange();
      const { client_id } = t.target.client;
      request.add("client_id", client_id);
      if (request.authenticated().parameters.filter(([name]) => name === "client_id").length < 2)
        request.add("client_id", client_id);
      t.refused(await request.send(), ["invalid_request", "invalid_client"], [400, 401]);
    },
  ],
  [
    "repeat-hidden-by-encoding",
    "RFC 6749 B",
    MUST,
    "Names are decoded before they are compared: a repeat that is encoded otherwise is a repeat.",
    async (t) => {
      const request = await t.exchange();
      const body = new URLSearchParams(request.authenticated().parameters);
      t.refused(
        await request.with(`${body}&%67rant_type=${encodeURIComponent(request.value("grant_type"))}`).send(),
        "invalid_request",
      );
    },
  ],
];

const OPEN = "Multiple parameters may be used; the server issues one token for all of them, or answers invalid_target.";

/** Issued, or refused as a target; never as a repeated parameter. */
function issuedOrTarget(t, answer) {
  if (answer.status === 200) return t.issued(answer);
  return t.refused(answer, "invalid_target");
}

const targets = [
  [
    "audience-twice-same-value",
    ["audience"],
    (t) => [
      ["audience", t.target.audience[0]],
      ["audience", t.target.audience[0]],
    ],
  ],
  [
    "resource-twice-same-value",
    ["resource"],
    (t) => [
      ["resource", t.target.resource[0]],
      ["resource", t.target.resource[0]],
    ],
  ],
  ["audiences-several", ["audience"], (t) => t.target.audience.map((one) => ["audience", one])],
  ["resources-several", ["resource"], (t) => t.target.resource.map((one) => ["resource", one])],
  [
    "audience-and-resource",
    ["audience", "resource"],
    (t) => [
      ["audience", t.target.audience[0]],
      ["resource", t.target.resource[0]],
    ],
  ],
].map(([name, members, parameters]) => ({
  ...cases([
    [
      name,
      "RFC 8693 2.1",
      MUST,
      OPEN,
      async (t) => {
        const request = (await t.exchange()).without("audience").without("resource");
        const list = parameters(t);
        t.given(list.length > 1, "the target's file has only one");
        for (const [one, value] of list) request.add(one, value);
        issuedOrTarget(t, await request.send());
      },
    ],
  ])[0],
  missing: needs(...members),
}));

export default { name: "cardinality", cases: [...cases([...repeats, ...actors, ...rest]), ...targets] };
