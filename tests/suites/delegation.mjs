// cases.md G: who acts for whom (RFC 8693 sections 1.1, 4.1, 4.4; contract 3.3).
import { exchangeCases } from "./answers.mjs";
import { ok, same } from "./assert.mjs";
import { ISSUER, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { goodExchange } from "./token_request.mjs";

const MAIN = TRUSTED.main.iss;
const BOB = { iss: MAIN, sub: "bob" };

const refused = { status: 400, error: "invalid_request" };
const notAllowed = { ...refused, says: /actor/ };

// The good delegation: bob acts for alice, whose token says that he may.
async function delegation(sts) {
  const request = await goodExchange(sts);
  request.set("subject_token", await subjectToken(sts, { may_act: BOB }));
  return request.set("actor_token", await subjectToken(sts, { sub: "bob" })).set("actor_token_type", TYPE.jwt);
}

const subject = (claims, from) => async (request, sts) =>
  request.set("subject_token", await subjectToken(sts, claims, from));
const actor = (claims, from, header) => async (request, sts) =>
  request.set("actor_token", await subjectToken(sts, { sub: "bob", ...claims }, from, header));
const both =
  (...changes) =>
  async (request, sts) => {
    for (const change of changes) await change(request, sts);
  };
const as = (client) => (request) => void request.as(client);
const withoutActor = (request) => void request.set("actor_token", undefined).set("actor_token_type", undefined);
const acts =
  (expected) =>
  ({ claims }) =>
    same([claims.sub, claims.act], ["alice", expected], "sub and act");

// The outermost is the issuer's own; who acted before may be anybody's but this service's.
function chain(depth, outermost = depth) {
  const one = { iss: depth === outermost ? MAIN : "https://actors.example", sub: `actor-${depth}` };
  return depth === 1 ? one : { ...one, act: chain(depth - 1, outermost) };
}

export default exchangeCases(
  [
    { id: "G03", title: "may_act names the actor", check: acts(BOB) },
    {
      id: "G01",
      title: "may_act names another one",
      change: subject({ may_act: { iss: MAIN, sub: "admin" } }),
      ...notAllowed,
    },
    {
      id: "G02",
      title: "may_act names that sub of another issuer",
      change: subject({ may_act: { iss: "https://elsewhere.example", sub: "bob" } }),
      ...notAllowed,
    },
    {
      id: "G02",
      title: "the actor is that sub of another issuer",
      change: actor({ sub: "bob" }, TRUSTED.workload),
      ...refused,
    },
    {
      id: "G04",
      title: "may_act has a member that is not understood",
      change: subject({ may_act: { ...BOB, email: "bob@mail.example" } }),
      ...refused,
    },
    ...[{ iss: MAIN }, {}, { client_id: "c1" }, { ...BOB, sub: ["bob"] }, "bob", [BOB]].map((may_act) => ({
      id: "G04",
      title: `may_act ${JSON.stringify(may_act)} names nobody`,
      change: subject({ may_act }),
      ...refused,
    })),
    { id: "G05", title: "no may_act", change: subject({}), ...notAllowed },
    { id: "G05", title: 'no may_act, delegation "any"', change: both(subject({}), as("cy")), check: acts(BOB) },
    { id: "G06", title: 'delegation "deny", though may_act names the actor', change: as("cz"), ...notAllowed },
    {
      id: "G07",
      title: "a chain grows at its outer end",
      change: subject({ may_act: BOB, act: chain(2) }),
      check: acts({ ...BOB, act: chain(2) }),
    },
    {
      id: "G07",
      title: "8 actors",
      change: subject({ may_act: BOB, act: chain(7) }),
      check: acts({ ...BOB, act: chain(7) }),
    },
    { id: "G08", title: "9 actors", change: subject({ may_act: BOB, act: chain(8) }), ...refused },
    { id: "G10", title: "the actor token carries act", change: actor({ act: chain(1) }), ...refused },
    {
      id: "G11",
      title: "actor and subject are one token",
      change: (request) => request.set("actor_token", request.parameters.find(([name]) => name === "subject_token")[1]),
      ...refused,
    },
    {
      id: "G11",
      title: "actor and subject are the same",
      change: both(subject({ may_act: { iss: MAIN, sub: "alice" } }), actor({ sub: "alice" })),
      ...refused,
    },
    {
      id: "G11",
      title: 'actor and subject are the same, delegation "any"',
      change: both(subject({}), actor({ sub: "alice" }), as("cy")),
      ...refused,
    },
    {
      id: "G13",
      title: "only iss and sub of the actor are carried",
      change: actor({ aud: ISSUER, jti: "x", scope: "write", email: "bob@mail.example" }),
      check: acts(BOB),
    },
    {
      id: "G14",
      title: "the actor token has expired",
      change: actor({ exp: 1 }),
      ...refused,
      says: /actor_token.*expired/,
    },
    {
      id: "G14",
      title: "the actor token is signed by somebody else",
      change: actor({}, { iss: MAIN, secret: "some other secret that is long enough" }),
      ...refused,
      says: /actor_token/,
    },
    {
      id: "G14",
      title: "the actor token is of an issuer that is not allowed",
      change: actor({}, TRUSTED.notAllowed),
      ...refused,
      says: /actor_token.*issuer/,
    },
    {
      id: "G14",
      title: "the actor is no user",
      change: actor({ sub: "nobody" }),
      ...refused,
      says: /actor_token.*user/,
    },
    {
      id: "G14",
      title: "the actor is inactive",
      change: both(subject({ may_act: { iss: MAIN, sub: "ivan" } }), actor({ sub: "ivan" })),
      ...refused,
      says: /actor_token.*user/,
    },
    {
      id: "G14",
      title: "the actor token is for somebody else",
      change: actor({ aud: "https://elsewhere.example" }),
      ...refused,
      says: /actor_token.*audience/,
    },
    {
      id: "G14",
      title: "the actor token is a logout token",
      change: actor({}, TRUSTED.main, { alg: "HS256", typ: "logout+jwt" }),
      ...refused,
      says: /actor_token/,
    },
    {
      id: "G14",
      title: "actor_token_type is saml2",
      change: (request) => request.set("actor_token_type", TYPE.saml2),
      ...refused,
      says: /actor_token_type/,
    },
    {
      id: "G14",
      title: "the subject token is judged first",
      change: both(subject({ exp: 1 }), actor({ exp: 1 })),
      ...refused,
      says: /subject_token.*expired/,
    },
    {
      id: "G14",
      title: "the actor token is judged before the target",
      change: both(actor({ exp: 1 }), (request) => void request.set("audience", "nowhere")),
      ...refused,
      says: /actor_token/,
    },
    {
      id: "G14",
      title: "the delegation is judged before the target",
      change: both(subject({}), (request) => void request.set("audience", "nowhere")),
      ...notAllowed,
    },
    { id: "G16", title: "no actor, may_act names another one", change: withoutActor, ...refused },
    {
      id: "G16",
      title: 'no actor, may_act names another one, delegation "any"',
      change: both(withoutActor, as("cy")),
      ...refused,
    },
    {
      id: "G16",
      title: "no actor, may_act names the requesting client",
      change: both(withoutActor, subject({ may_act: { iss: ISSUER, sub: "c1" } })),
      check: ({ claims }) => ok(claims.sub === "alice" && !("act" in claims), "an impersonation"),
    },
    ...[{ client_id: "c1" }, { iss: ISSUER, sub: "c1", client_id: "c1" }, { iss: ISSUER, client_id: "c1" }].map(
      (may_act) => ({
        id: "G16",
        title: `no actor, may_act ${JSON.stringify(may_act)} names the requesting client`,
        change: both(withoutActor, subject({ may_act })),
        check: ({ claims }) => ok(claims.sub === "alice" && !("act" in claims), "an impersonation"),
      }),
    ),
    // A bare sub is one of the issuer's own, also where a client has that id.
    ...[{ sub: "c1" }, { sub: "c1", client_id: "c1" }, { iss: MAIN, sub: "c1" }, { iss: MAIN, client_id: "c1" }].map(
      (may_act) => ({
        id: "G16",
        title: `no actor, may_act ${JSON.stringify(may_act)} does not name the requesting client`,
        change: both(withoutActor, subject({ may_act })),
        ...notAllowed,
      }),
    ),
    {
      id: "G17",
      title: "no actor: the act of the subject token is kept",
      change: both(withoutActor, subject({ act: chain(2) })),
      check: acts(chain(2)),
    },
    {
      id: "G18",
      title: "the issuer of an act without iss is written in",
      change: both(withoutActor, subject({ act: { sub: "batch", act: { sub: "operator" } } })),
      check: acts({ iss: MAIN, sub: "batch", act: { sub: "operator" } }),
    },
    ...[
      ["this service's name", { iss: ISSUER, sub: "payments" }],
      ["another issuer's name", { iss: TRUSTED.workload.iss, sub: "payments" }],
      [
        "this service's name, further inside",
        { iss: MAIN, sub: "a", act: { sub: "b", act: { iss: ISSUER, sub: "c" } } },
      ],
    ].flatMap(([title, act]) => [
      {
        id: "G18",
        title: `an act in ${title}`,
        change: both(withoutActor, subject({ act })),
        ...refused,
        says: /^The subject_token is not accepted: its act names an actor for whom its issuer cannot speak\.$/,
      },
      {
        id: "G18",
        title: `an act in ${title}, with an actor`,
        change: subject({ may_act: BOB, act }),
        ...refused,
        says: /its act names an actor for whom its issuer cannot speak/,
      },
    ]),
  ],
  delegation,
);
