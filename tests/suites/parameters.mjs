// cases.md D: the parameters of an exchange, and what is issued for them (RFC 8693 section 2, contract 3.2 to 3.5).
import { active, exchangeCases, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok, oneOf, same } from "./assert.mjs";
import { ISSUER, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { goodExchange, goodExchangeOf } from "./token_request.mjs";

const malformed = { status: 400, error: "invalid_request" };
const invalidTarget = { status: 400, error: "invalid_target", says: /audience or resource/ };
const invalidScope = { status: 400, error: "invalid_scope", says: /[Ss]cope/ };

const set = (name, value) => (request) => request.set(name, value);

function withToken(claims, from, header) {
  return async (request, sts) => {
    const made = typeof claims === "function" ? claims(sts) : claims;
    return request.set("subject_token", await subjectToken(sts, made, from, header));
  };
}

// Not of RFC 8693: RFC 9396, RFC 9101, and Keycloak's.
const UNSUPPORTED = [
  "authorization_details",
  "request",
  "request_uri",
  "requested_subject",
  "requested_issuer",
  "subject_issuer",
];

const targets = [
  ["D19", "audience", "nowhere"],
  ["D21", "audience", "Orders"],
  ["D21", "audience", "orders/"],
  ["D21", "audience", "orders "],
  ["D21", "audience", "https://api.example"],
  ["D21", "audience", "HTTPS://api.example/"],
  ["D21", "audience", "https://API.example/"],
  ["D21", "audience", "https://api.example//"],
  ["D22", "resource", "api"],
  ["D22", "resource", "orders"],
  ["D22", "resource", "//api.example/"],
  ["D22", "resource", "/x"],
  ["D22", "resource", "https://api.example/#x"],
  ["D22", "resource", "https://api.example/#"],
  ["D24", "resource", "javascript:alert(1)"],
  ["D24", "resource", "file:///etc/passwd"],
  ["D24", "resource", "https://user:pw@api.example/"],
  ["D25", "resource", "https://api.example/../other"],
  ["D25", "resource", "https://api.example/./"],
  ["D25", "resource", "https://api.example:443/"],
  ["D25", "resource", "https://\u0430pi.example/"],
  ["D25", "resource", "https://api.example/?"],
  ["D25", "resource", `https://api.example/${"x".repeat(5000)}`],
];

const scopes = [
  ["D30", "admin"],
  ["D30", "READ"],
  ["D30", "openid"],
  ["D30", "read admin"],
  ["D31", 'a"b'],
  ["D31", "a\\b"],
  ["D31", "a\u0001b"],
  ["D31", "a\u007fb"],
  ["D31", "réad"],
  ["D31", "read\twrite"],
  ["D31", "read\nwrite"],
  ["D33", Array.from({ length: 10_000 }, (_, n) => `s${n}`).join(" ")],
  ["D33", Array.from({ length: 101 }, (_, n) => `s${n}`).join(" ")],
];

const rows = [
  {
    id: "D01",
    title: "no grant_type",
    change: set("grant_type", undefined),
    ...malformed,
    says: /grant_type is missing/,
  },
  ...[
    "password",
    "implicit",
    "foo",
    "urn:ietf:params:oauth:grant-type:token-exchange ",
    "URN:ietf:params:oauth:grant-type:token-exchange",
  ].map((value) => ({
    id: "D02",
    title: `grant_type ${JSON.stringify(value)}`,
    change: set("grant_type", value),
    status: 400,
    error: "unsupported_grant_type",
    says: /grant_type/,
  })),
  {
    id: "D04",
    title: "no subject_token",
    change: set("subject_token", undefined),
    ...malformed,
    says: /subject_token is missing/,
  },
  {
    id: "D05",
    title: "no subject_token_type",
    change: set("subject_token_type", undefined),
    ...malformed,
    says: /subject_token_type is missing/,
  },
  ...[TYPE.saml2, TYPE.saml1, TYPE.refreshToken, "jwt", "urn:ietf:params:oauth:token-type:JWT", "urn:x"].map(
    (type) => ({
      id: "D07",
      title: `subject_token_type ${type}`,
      change: set("subject_token_type", type),
      ...malformed,
      says: /subject_token_type/,
    }),
  ),
  {
    id: "D08",
    title: "an access token (at+jwt) as id_token",
    async change(request, sts) {
      await withToken({}, TRUSTED.main, { alg: "HS256", typ: "at+jwt" })(request, sts);
      request.set("subject_token_type", TYPE.idToken);
    },
    ...malformed,
    says: /subject_token/,
  },
  {
    id: "D08",
    title: "a foreign JWT as access_token",
    change: set("subject_token_type", TYPE.accessToken),
    ...malformed,
    says: /^The subject_token is not accepted: it is a JWT of another issuer: its token type is jwt\.$/,
  },
  ...["sts_at_", `sts_at_${"A".repeat(64)}`, "random-opaque-string", "x", "sts_rt_AAAAAAAAAAAAAAAAAAAAAA"].map(
    (token) => ({
      id: "D10",
      title: `unknown opaque ${token.slice(0, 12)}`,
      change: (request) => request.set("subject_token", token).set("subject_token_type", TYPE.accessToken),
      ...malformed,
      says: /subject_token/,
    }),
  ),
  {
    id: "D12",
    title: "our own JWT as a foreign one",
    change: async (request, sts) =>
      request.set("subject_token", (await issuedBy(await (await goodExchange(sts)).send(sts))).answer.access_token),
    ...malformed,
    says: /subject_token/,
  },
  {
    id: "D14",
    title: "an actor_token that nothing allows",
    change: async (request, sts) =>
      request.set("actor_token", await subjectToken(sts, { sub: "bob" })).set("actor_token_type", TYPE.jwt),
    ...malformed,
    says: /act/,
  },
  {
    id: "D14",
    title: "actor_token without actor_token_type",
    change: async (request, sts) => request.set("actor_token", await subjectToken(sts, { sub: "bob" })),
    ...malformed,
    says: /actor_token/,
  },
  {
    id: "D15",
    title: "actor_token_type without actor_token",
    change: set("actor_token_type", TYPE.jwt),
    ...malformed,
    says: /actor_token/,
  },
  {
    id: "D16",
    title: "valid subject, invalid actor token",
    change: (request) => request.set("actor_token", "not-a-token").set("actor_token_type", TYPE.jwt),
    ...malformed,
    says: /actor_token/,
  },
  ...[TYPE.idToken, TYPE.saml2, "jwt", "urn:x"].map((type) => ({
    id: "D17",
    title: `requested_token_type ${type}`,
    change: set("requested_token_type", type),
    ...malformed,
    says: /requested_token_type/,
  })),
  {
    id: "D17",
    title: "requested_token_type access_token",
    change: set("requested_token_type", TYPE.accessToken),
    check: ({ answer }) => equal(answer.issued_token_type, TYPE.accessToken, "issued_token_type"),
  },
  {
    id: "D17",
    title: "requested_token_type jwt, by its URI",
    change: set("requested_token_type", TYPE.jwt),
    check: ({ answer, claims }) => same([answer.issued_token_type, claims.sub], [TYPE.jwt, "alice"], "issued token"),
  },
  {
    id: "D17",
    title: "requested_token_type jwt from a client whose tokens are opaque",
    change: (request) => request.as("c2").set("requested_token_type", TYPE.jwt),
    check: ({ answer, claims }) => same([answer.issued_token_type, claims.client_id], [TYPE.jwt, "c2"], "issued token"),
  },
  {
    id: "D18",
    title: "requested_token_type refresh_token",
    change: set("requested_token_type", TYPE.refreshToken),
    check: ({ answer }) =>
      same([answer.issued_token_type, answer.token_type], [TYPE.refreshToken, "N_A"], "issued token"),
  },
  {
    id: "D18",
    title: "requested_token_type refresh_token where the client has none",
    change: (request) => request.as("c2").set("requested_token_type", TYPE.refreshToken),
    ...malformed,
    says: /refresh token/,
  },
  ...UNSUPPORTED.map((name) => ({
    id: "D29",
    title: `${name}, which would change the meaning`,
    change: set(name, "x"),
    ...malformed,
    says: /not supported/,
  })),
  ...targets.map(([id, name, value]) => ({
    id,
    title: `${name} ${value.slice(0, 40)}`,
    change: (request) => request.add(name, value),
    ...invalidTarget,
  })),
  {
    id: "D20",
    title: "audience, one that is allowed",
    change: set("audience", "https://api.example/"),
    check: ({ claims }) => equal(claims.aud, "https://api.example/", "aud"),
  },
  {
    id: "D20",
    title: "resource, one that is allowed",
    change: set("resource", "https://api.example/"),
    check: ({ claims }) => equal(claims.aud, "https://api.example/", "aud"),
  },
  {
    id: "D20",
    title: "resource without the empty path of the one that is allowed: that one is issued",
    change: set("resource", "https://api.example"),
    check: ({ claims }) => equal(claims.aud, "https://api.example/", "aud"),
  },
  {
    id: "D26",
    title: "9 targets",
    change: (request) => {
      for (let n = 0; n < 9; n++) request.add("audience", `target-${n}`);
    },
    ...invalidTarget,
  },
  {
    id: "D27",
    title: "one allowed and one forbidden audience",
    change: (request) => request.add("audience", "orders").add("audience", "nowhere"),
    ...invalidTarget,
  },
  {
    id: "D27",
    title: "an allowed audience and a forbidden resource",
    change: (request) => request.add("audience", "orders").add("resource", "https://nowhere.example/"),
    ...invalidTarget,
  },
  { id: "D28", title: "no target: the client's first", check: ({ claims }) => equal(claims.aud, "orders", "aud") },
  {
    id: "D28",
    title: "no target and none in the client: the issuer",
    change: (request) => request.as("c0").set("scope", "openid"),
    check: ({ claims }) => equal(claims.aud, ISSUER, "aud"),
  },
  {
    id: "D29",
    title: "a client without targets asks for one",
    change: (request) => request.as("c0").set("scope", "openid").set("audience", "orders"),
    ...invalidTarget,
  },
  ...scopes.map(([id, value]) => ({
    id,
    title: `scope ${JSON.stringify(value).slice(0, 24)} (${value.length})`,
    change: set("scope", value),
    ...invalidScope,
  })),
  { id: "D32", title: "a client without scopes: not read", change: (request) => request.as("c0"), ...invalidScope },
  {
    id: "D32",
    title: "a client without scopes: openid",
    change: (request) => request.as("c0").set("scope", "openid"),
    check: ({ answer }) => equal(answer.scope, "openid", "scope"),
  },
  {
    id: "D35",
    title: "scope is told",
    change: set("scope", "write read"),
    check: ({ answer }) => equal(answer.scope.split(" ").sort().join(), "read,write", "scope"),
  },
  {
    id: "D36",
    title: "no scope asked, none in the token",
    change: set("scope", undefined),
    check: ({ answer, claims }) => ok(!("scope" in answer) && !("scope" in claims), "no scope"),
  },
  {
    id: "D37",
    title: "no scope asked: the token's as far as the client is allowed it",
    change: async (request, sts) => {
      await withToken({ scope: "write admin" })(request, sts);
      request.set("scope", undefined);
    },
    check: ({ answer }) => equal(answer.scope, "write", "scope"),
  },
  {
    id: "D40",
    title: "the default life is 300 s",
    check: ({ answer }) => equal(answer.expires_in, 300, "expires_in"),
  },
  {
    id: "D40",
    title: "it ends with the subject token",
    change: withToken((sts) => ({ exp: sts.now() + 100 })),
    check: ({ answer }) => oneOf(answer.expires_in, [98, 99, 100], "expires_in"),
  },
  {
    id: "D40",
    title: "it outlives the subject token where the client says so",
    change: async (request, sts) => {
      await withToken({ exp: sts.now() + 100 })(request, sts);
      request.as("cl").set("scope", "openid");
    },
    check: ({ answer }) => equal(answer.expires_in, 360, "expires_in"),
  },
  {
    id: "D41",
    title: "a refresh token only where the client has it",
    change: (request) => request.as("cl").set("scope", "openid"),
    check: ({ answer }) => ok(!("refresh_token" in answer), "no refresh_token"),
  },
  {
    id: "D41",
    title: "a refresh token",
    check: ({ answer }) => matches(answer.refresh_token, /^sts_rt_/, "refresh_token"),
  },
  {
    id: "D42",
    title: "opaque where token_format is absent",
    change: (request) => request.as("c2"),
    check: ({ answer }) =>
      same([answer.access_token.slice(0, 7), answer.issued_token_type], ["sts_at_", TYPE.accessToken], "token"),
  },
  // The User (contract 3.2)
  {
    id: "D50",
    title: "identifier of the issuer",
    change: withToken({ sub: "sub-of-bob" }),
    check: ({ claims }) => equal(claims.sub, "bob", "sub"),
  },
  { id: "D50", title: "id", change: withToken({ sub: "bob" }), check: ({ claims }) => equal(claims.sub, "bob", "sub") },
  {
    id: "D50",
    title: "box_user",
    change: withToken({ box_user: "bob" }),
    check: ({ claims }) => equal(claims.sub, "bob", "sub"),
  },
  {
    id: "D50",
    title: "an identifier of another issuer",
    change: withToken({ sub: "sub-of-ida" }),
    ...malformed,
    says: /user/,
  },
  {
    id: "D50",
    title: "box_user unknown, though sub is known",
    change: withToken({ box_user: "nobody" }),
    ...malformed,
    says: /user/,
  },
  { id: "D50", title: "inactive", change: withToken({ sub: "ivan" }), ...malformed, says: /user/ },
  { id: "D50", title: "inactive by box_user", change: withToken({ box_user: "ivan" }), ...malformed, says: /user/ },
  { id: "D50", title: "unknown", change: withToken({ sub: "nobody" }), ...malformed, says: /user/ },
  ...["Client/c1", "../User/alice", "alice/", "__proto__", "constructor", "Alice", "alice ", "a".repeat(1024)].map(
    (sub) => ({
      id: "D50",
      title: `sub ${sub.slice(0, 20)}`,
      change: withToken({ sub }),
      ...malformed,
      says: /user/,
    }),
  ),
  {
    id: "D51",
    title: "user: identifier, by its identifier",
    change: withToken({ sub: "sub-of-ida" }, TRUSTED.identifier),
    check: ({ claims }) => equal(claims.sub, "ida", "sub"),
  },
  {
    id: "D51",
    title: "user: identifier, the id does not count",
    change: withToken({ sub: "alice" }, TRUSTED.identifier),
    ...malformed,
    says: /user/,
  },
  {
    id: "D51",
    title: "user: identifier, box_user does not count",
    change: withToken({ sub: "x", box_user: "alice" }, TRUSTED.identifier),
    ...malformed,
    says: /user/,
  },
  {
    id: "D52",
    title: "user: none, the token's sub",
    change: withToken({ sub: "repo:acme/app:ref:main" }, TRUSTED.workload),
    check: ({ claims }) => equal(claims.sub, "repo:acme/app:ref:main", "sub"),
  },
  {
    id: "D52",
    title: "user: none, not the id of a User",
    change: withToken({ sub: "alice" }, TRUSTED.workload),
    ...malformed,
    says: /sub/,
  },
  {
    id: "D53",
    title: "sub in NFC",
    change: withToken({ sub: "jos\u00e9" }),
    check: ({ claims }) => equal(claims.sub, "nfc", "sub"),
  },
  {
    id: "D53",
    title: "sub in NFD is somebody else (K05)",
    change: withToken({ sub: "jose\u0301" }),
    ...malformed,
    says: /user/,
  },
  // Which token the issuer made, and for whom
  { id: "D54", title: "aud is the issuer of the STS", change: withToken({ aud: ISSUER }) },
  { id: "D54", title: "aud is the token endpoint", change: withToken({ aud: `${ISSUER}/auth/token` }) },
  { id: "D54", title: "aud names the STS among others", change: withToken({ aud: ["https://x.example", ISSUER] }) },
  ...["https://x.example", `${ISSUER}/`, "HTTPS://sts.example", "orders", "c1", `${ISSUER}/auth/introspect`].map(
    (aud) => ({
      id: "D54",
      title: `aud ${aud}`,
      change: withToken({ aud }),
      ...malformed,
      says: /audience/,
    }),
  ),
  { id: "D55", title: "the introspector's audience", change: withToken({ aud: "for-the-sts" }, TRUSTED.audience) },
  {
    id: "D55",
    title: "one of the introspector's audiences among others",
    change: withToken({ aud: ["x", "also-for-the-sts"] }, TRUSTED.audience),
  },
  {
    id: "D55",
    title: "the introspector has audiences, the token names the STS",
    change: withToken({ aud: ISSUER }, TRUSTED.audience),
    ...malformed,
    says: /audience/,
  },
  {
    id: "D55",
    title: "the introspector has audiences, the token none",
    change: withToken({}, TRUSTED.audience),
    ...malformed,
    says: /audience/,
  },
  { id: "D56", title: "one of several keys, without kid", change: withToken({}, TRUSTED.keys) },
  {
    id: "D56",
    title: "one of several keys, by its kid",
    change: withToken({}, TRUSTED.keys, { alg: "HS256", kid: "second" }),
  },
  {
    id: "D56",
    title: "the kid of another key",
    change: withToken({}, TRUSTED.keys, { alg: "HS256", kid: "first" }),
    ...malformed,
    says: /key/,
  },
  {
    id: "D56",
    title: "an unknown kid",
    change: withToken({}, TRUSTED.keys, { alg: "HS256", kid: "third" }),
    ...malformed,
    says: /key/,
  },
  {
    id: "D56",
    title: "alg is not the key's",
    change: withToken({}, TRUSTED.keys, { alg: "HS512", kid: "second" }),
    ...malformed,
    says: /key/,
  },
  { id: "D57", title: "24 h left", change: withToken((sts) => ({ exp: sts.now() + 86_400 })) },
  {
    id: "D57",
    title: "more than 24 h left",
    change: withToken((sts) => ({ exp: sts.now() + 86_400 + 120 })),
    ...malformed,
    says: /lives longer/,
  },
  {
    id: "D57",
    title: "more than the introspector's max_lifetime left",
    change: withToken((sts) => ({ sub: "job", exp: sts.now() + 7200 + 120 }), TRUSTED.workload),
    ...malformed,
    says: /lives longer/,
  },
  // First failure wins
  {
    id: "D60",
    title: "subject token before target",
    change: (request) => request.set("subject_token", "x").set("audience", "nowhere"),
    ...malformed,
    says: /subject_token/,
  },
  {
    id: "D60",
    title: "parameters before subject token",
    change: (request) => request.set("subject_token", "x").set("requested_token_type", "urn:x"),
    ...malformed,
    says: /requested_token_type/,
  },
  {
    id: "D60",
    title: "target before scope",
    change: (request) => request.set("scope", "admin").set("audience", "nowhere"),
    ...invalidTarget,
  },
  {
    id: "D60",
    title: "subject token before scope",
    change: (request) => request.set("subject_token", "x").set("scope", "admin"),
    ...malformed,
    says: /subject_token/,
  },
  {
    id: "D61",
    title: "unknown parameters are ignored",
    change: (request) => request.add("login_hint", "x").add("nonce", "y"),
  },
];

export default [
  ...exchangeCases(rows),
  {
    name: "D11 an opaque access token of the past, described as an unknown one",
    async run(sts) {
      const { answer } = await issuedBy(await (await goodExchangeOf(sts, "ch", "openid")).send(sts));
      await active(sts, "ch", answer.access_token);
      await sts.advance(3);
      const sentences = [];
      for (const token of [answer.access_token, `sts_at_${"B".repeat(64)}`]) {
        const request = (await goodExchangeOf(sts, "ch", "openid"))
          .set("subject_token", token)
          .set("subject_token_type", TYPE.accessToken);
        sentences.push(await refusedBy(await request.send(sts), malformed, [token]));
      }
      equal(sentences[0], sentences[1], "the sentence");
      await servesGood(sts);
    },
  },
  {
    name: "D31 the same text for a target that is unknown, malformed or not allowed",
    async run(sts) {
      const sentences = new Set();
      for (const [name, value] of [
        ["audience", "nowhere"],
        ["resource", "not a uri"],
        ["resource", "https://nowhere.example/"],
      ]) {
        const response = await (await goodExchange(sts)).set(name, value).send(sts);
        sentences.add(await refusedBy(response, invalidTarget, [value]));
      }
      equal(sentences.size, 1, "sentences that differ");
      await servesGood(sts);
    },
  },
  {
    name: "D43 tokens differ each time",
    async run(sts) {
      const seen = new Set();
      for (let n = 0; n < 10; n++) {
        const { answer, claims } = await issuedBy(await (await goodExchange(sts)).send(sts));
        for (const value of [answer.access_token, answer.refresh_token, claims.jti]) seen.add(value);
      }
      equal(seen.size, 30, "different values");
    },
  },
  {
    name: "D44 nothing of the subject token is copied but what the contract names",
    async run(sts) {
      const claims = {
        email: "planted@mail.example",
        roles: ["admin"],
        jti: "planted-jti",
        nonce: "n",
        client_id: "planted",
        scope: "read",
      };
      const request = (await goodExchange(sts)).set("subject_token", await subjectToken(sts, claims));
      // issuedBy knows every claim that may be there
      const issued = await issuedBy(await request.send(sts));
      equal(issued.claims.client_id, "c1", "client_id");
      ok(issued.claims.jti !== "planted-jti", "jti is our own");
      await servesGood(sts);
    },
  },
  {
    name: "D45 within the leeway, what is issued has a life or is refused",
    async run(sts) {
      const request = (await goodExchange(sts)).set("subject_token", await subjectToken(sts, { exp: sts.now() - 20 }));
      const response = await request.send(sts);
      if (response.status === 200) await issuedBy(response);
      else await refusedBy(response, { ...malformed, says: /expired/ });
      await servesGood(sts);
    },
  },
];
