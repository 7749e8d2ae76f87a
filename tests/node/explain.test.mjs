// `edge-sts explain`: what it says is what the service decides, and what it proposes makes the service decide otherwise.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createSts, OAuthError } from "edge-sts";
import { changed } from "../../dist/cli/explain/change.js";
import { CHECK_OF, CHECKS } from "../../dist/cli/explain/checks.js";
import { MENDS } from "../../dist/cli/explain/mends.js";
import { json, loopback, newKey } from "../issuer/server.mjs";
import { SIGNING_KEYS, TYPE } from "../suites/fixture.mjs";
import { base64url, mint, mintSigned, mintText, publicJwk } from "../suites/jwt.mjs";
import { edgeSts } from "./command.mjs";
import { client, introspector, ISS, KEY, SECRET, user } from "./first_steps.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-explain-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const STS = "https://sts.example";
const NOW = Math.floor(Date.now() / 1000);

const GOOD = [client, introspector, user];

const claims = { iss: ISS, sub: "alice", iat: NOW - 10, exp: NOW + 3000 };
const token = (changes = {}, { key = KEY, header = { alg: "HS256" } } = {}) =>
  mint({ ...claims, ...changes }, key, header);

let files = 0;
function file(content) {
  const path = join(folder, `file-${(files += 1)}.json`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

async function explain(input, resources = GOOD, parameters = [], options = {}) {
  const asked = ["explain", "--resources", file(resources), "--issuer", STS, ...parameters];
  const ended = await edgeSts(asked, { cwd: folder, input, ...options });
  const signature = input.trim().split(".")[2];
  for (const secret of [SECRET, KEY, ...(signature ? [signature] : [])]) {
    assert.ok(!ended.stdout.includes(secret) && !ended.stderr.includes(secret), ended.stdout + ended.stderr);
  }
  return ended;
}

async function report(input, resources, parameters = [], options) {
  const { code, stdout, stderr } = await explain(input, resources, [...parameters, "--json"], options);
  assert.notEqual(stdout, "", stderr);
  return { code, ...JSON.parse(stdout) };
}

/** What the service itself says of the same request; the client's credentials are right. */
async function service(subject_token, resources, parameters = {}) {
  const sts = await createSts({ issuer: STS, signingKeys: SIGNING_KEYS, resources, onEvent: () => undefined });
  const asked = { client_id: "app", client_secret: SECRET, subject_token, subject_token_type: TYPE.jwt, ...parameters };
  try {
    await sts.exchange(asked);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof OAuthError, String(error));
    return error;
  }
}

const statusesOf = ({ checks }) => Object.fromEntries(checks.map(({ check, status }) => [check, status]));
const findingsOf = ({ checks }) => checks.flatMap(({ findings = [] }) => findings);
const refusedOf = (found) => Object.keys(CHECKS).filter((check) => statusesOf(found)[check] === "refused");
/** The resources with every change that was proposed. */
const mendedBy = (found, resources) =>
  findingsOf(found).reduce((all, { change }) => (change === undefined ? all : changed(all, change)), resources);

const jwks = (...keys) => ({ keys: keys.map(publicJwk) });

describe("a token that is accepted", () => {
  test("each check says so, and what would be issued", async () => {
    const found = await report(await token({ scope: "read" }));
    assert.deepEqual([found.code, found.verdict, found.reason], [0, "accepted", undefined]);
    assert.deepEqual([...new Set(Object.values(statusesOf(found)))], ["passed"]);
    assert.deepEqual(found.issued, { sub: "alice", aud: "orders", scope: "read", expires_in: 300 });
    const { code, stdout } = await explain(await token());
    assert.equal(code, 0);
    assert.match(stdout, /^Accepted\.$/m);
    assert.match(stdout, /ok +times: it ends in \d+ min/);
  });

  test("opaque tokens, too: what would be issued is introspected", async () => {
    const opaque = { ...client, auth: { token_exchange: { audience: ["orders"] } } };
    const { issued } = await report(await token({ scope: "read" }), [opaque, introspector, user]);
    assert.deepEqual(issued, { sub: "alice", aud: "orders", scope: "read", expires_in: 300 });
  });

  test("the client's own way to authenticate does not matter", async () => {
    const { secret: _secret, ...rest } = client;
    const own = { ...rest, jwks: [publicJwk(await newKey("ES256", "1"))] };
    const found = await report(await token(), [own, introspector, user]);
    assert.equal(found.verdict, "accepted");
  });
});

// title; claims; the issuer's resource; more: key, header, resources, parameters; refused checks; the words of why or todo;
// whether the changes make the service accept the token
const REFUSALS = [
  ["an issuer with a slash", { iss: `${ISS}/` }, {}, ["issuer", "allowed"], /letter by letter/, true],
  [
    "an unknown issuer",
    { iss: "https://mallory.example" },
    {},
    ["issuer", "allowed"],
    /anybody can write a token/,
    false,
  ],
  ["no allowedIssuers", {}, { client: { allowedIssuers: [] } }, ["allowed"], /is empty, which allows none/, true],
  ["expired", { iat: NOW - 900, exp: NOW - 300 }, {}, ["times"], /It expired \d+ min/, false],
  ["not yet valid", { iat: NOW + 1800 }, {}, ["times"], /It begins in \d+ min/, false],
  ["too long", { exp: NOW + 172_800 }, {}, ["times"], /lives for another (2 d|1 d 23 h)/, true],
  ["ends before it begins", { exp: NOW - 600 }, {}, ["times"], /It expired/, false],
  ["another key", {}, { key: `another ${KEY}` }, ["signature"], /Never let the token in otherwise/, false],
  [
    "alg none",
    {},
    { text: (c) => `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(c))}.` },
    ["key"],
    /not signed/,
  ],
  [
    "an alg that the key has not",
    {},
    {
      header: { alg: "HS512" },
      key: `${KEY}, long enough for HS512`,
      introspector: { jwt: { iss: ISS, keys: [{ kty: "OCT", alg: "HS256", format: "plain", k: KEY }] } },
    },
    ["key"],
    /alg is "HS512"/,
    false,
  ],
  [
    "a kid that the issuer has not",
    {},
    {
      header: { alg: "HS256", kid: "2027" },
      introspector: { jwt: { iss: ISS, keys: [{ kid: "2026", kty: "OCT", alg: "HS256", format: "plain", k: KEY }] } },
    },
    ["key"],
    /has the kid "2027"/,
    false,
  ],
  ["typ of another use", {}, { header: { alg: "HS256", typ: "logout+jwt" } }, ["type"], /another use/, false],
  [
    "at+jwt as id_token",
    {},
    {
      header: { alg: "HS256", typ: "at+jwt" },
      parameters: ["--type", "id_token"],
      asked: { subject_token_type: TYPE.idToken },
    },
    ["type"],
    /Send it with the type urn:.*:jwt\./,
    false,
  ],
  [
    "a JWT as access_token",
    {},
    { parameters: ["--type", "access_token"], asked: { subject_token_type: TYPE.accessToken } },
    ["type"],
    /Send it with the type urn:.*:jwt\./,
    false,
  ],
  [
    "Bearer before it",
    {},
    { text: async (c) => `Bearer ${await mint(c, KEY)}` },
    ["form"],
    /without the word Bearer/,
    false,
  ],
  ["no exp", { exp: undefined }, {}, ["form"], /It is "exp"/, false],
  [
    "a member twice",
    {},
    { text: () => mintText('{"alg":"HS256"}', '{"iss":"a","iss":"b"}', KEY) },
    ["form"],
    /member twice/,
  ],
  ["crit", {}, { header: { alg: "HS256", crit: ["x"], x: 1 } }, ["form"], /It is "crit"/, false],
  ["an audience", { aud: "somebody" }, {}, ["audience"], /is for "somebody"/, true],
  ["no audience", {}, { introspector: { audience: ["sts"] } }, ["audience"], /has no aud; audience wants "sts"/, false],
  [
    "a claim",
    { hd: "b.example" },
    { introspector: { claims: { hd: "a.example" } } },
    ["conditions"],
    /"hd" is "b\.example", and claims wants "a\.example"/,
    true,
  ],
  [
    "a claim inside",
    { k: { "a.b": "y" } },
    { introspector: { claims: { "k.a.b": ["x"] } } },
    ["conditions"],
    /is "y"/,
    true,
  ],
  ["an absent claim", {}, { introspector: { claims: { hd: "a.example" } } }, ["conditions"], /is absent/, false],
  [
    "a condition of the issuer",
    { groups: ["a"] },
    { introspector: { condition: "'b' in claims.groups" } },
    ["conditions"],
    /The condition "'b' in claims\.groups" is false/,
    false,
  ],
  [
    "a condition of the client",
    { groups: ["a"] },
    { client: { condition: [{ expression: "true" }, { expression: "'b' in claims.groups", message: "ask us" }] } },
    ["policy"],
    /The condition "'b' in claims\.groups" is false/,
    false,
  ],
  [
    "a condition that fails",
    {},
    { introspector: { condition: "claims.groups[0] == 'a'" } },
    ["conditions"],
    /could not be evaluated.*at character/,
    false,
  ],
  ["act of another", { act: { iss: "https://x.example", sub: "y" } }, {}, ["conditions"], /speak for its own/, false],
  ["no User", { sub: "bob" }, {}, ["user"], /No User is "bob"/, true],
  ["a User who is turned off", {}, { user: { inactive: true } }, ["user"], /Its User is turned off/, true],
  ["a program with a User's name", {}, { introspector: { user: "none" } }, ["user"], /speak of programs/, false],
  ["may_act of another", { may_act: { sub: "agent" } }, {}, ["policy"], /may_act/, false],
  ["require", {}, { client: { require: { acr: ["gold"] } } }, ["policy"], /did not authenticate as require/, false],
  ["a client that is turned off", {}, { client: { active: false } }, ["client"], /turned off/, true],
  ["a client without the grant", {}, { client: { grant_types: ["refresh_token"] } }, ["client"], /grant_types/, true],
  [
    "a target",
    {},
    { parameters: ["--target", "orderz"], asked: { audience: "orderz" } },
    ["target"],
    /It may for "orders"/,
    true,
  ],
  [
    "a scope",
    {},
    { parameters: ["--scope", "read write"], asked: { scope: "read write" } },
    ["scope"],
    /may not ask for "write"\./,
    true,
  ],
  [
    "a malformed scope",
    {},
    { parameters: ["--scope", "a  b"], asked: { scope: "a  b" } },
    ["scope"],
    /one space/,
    false,
  ],
  [
    "many at once",
    { iss: `${ISS}/`, exp: NOW - 300, iat: NOW - 900, aud: "x", sub: "bob" },
    { key: `another ${KEY}`, parameters: ["--scope", "write"], asked: { scope: "write" } },
    ["issuer", "allowed", "times", "signature", "audience", "user", "scope"],
    /letter by letter/,
    false,
  ],
];

describe("a token that is refused", () => {
  for (const [title, changes, more, refused, says, mends] of REFUSALS) {
    test(title, async () => {
      const resources = [
        { ...client, ...more.client },
        { ...introspector, ...more.introspector },
        { ...user, ...more.user },
      ];
      const all = { ...claims, ...changes };
      const text = await (more.text?.(all) ?? mint(all, more.key ?? KEY, more.header ?? { alg: "HS256" }));
      const told = await service(text, resources, more.asked);
      const found = await report(text, resources, more.parameters);
      assert.deepEqual([found.code, found.verdict], [1, "refused"]);
      // What it says is what the service says.
      assert.equal(found.reason, told?.reason);
      assert.deepEqual(found.answer, { error: told.error, error_description: told.error_description });
      assert.deepEqual(refusedOf(found), refused);
      const words = findingsOf(found).map(({ why, todo }) => `${why} ${todo}`);
      assert.match(words.join("\n"), says);
      for (const { reason, change, risk } of findingsOf(found)) {
        assert.ok(Object.hasOwn(CHECK_OF, reason.replace("subject_token.", "")), reason);
        assert.equal(risk === undefined, change === undefined);
      }
      // The changes that it proposes are all that is missing, or it proposes none that would do.
      const after = await service(text, mendedBy(found, resources), more.asked);
      assert.equal(after === undefined, mends === true, after?.reason);
      const { code, stdout } = await explain(text, resources, more.parameters);
      assert.equal(code, 1);
      assert.match(stdout, says);
      assert.ok(stdout.includes(`The event says: ${told.reason}`), stdout);
    });
  }
});

describe("keys that would have to be fetched", () => {
  const issuerOf = async (t) => {
    const issuers = await loopback();
    t.after(() => issuers.close().catch(() => undefined));
    const issuer = issuers.issuer();
    const key = await newKey("ES256", "2026");
    const resources = (members) => [
      { ...client, allowedIssuers: [issuer.iss] },
      { ...introspector, jwt: { iss: issuer.iss }, ...members },
      user,
    ];
    issuer.serve("/keys", json(jwks(key)));
    const text = await mintSigned({ ...claims, iss: issuer.iss }, key, { alg: "ES256", kid: "2026" });
    return { issuers, issuer, key, resources, text };
  };

  test("offline: unknown, nothing is sent, and the rest is looked at", async (t) => {
    const { issuers, issuer, resources, text } = await issuerOf(t);
    for (const members of [{ jwks_uri: issuer.jwksUri }, { discovery: true }]) {
      const found = await report(text, resources(members));
      assert.deepEqual([found.code, found.verdict, found.assumed_signature], [3, "unknown", true]);
      const { key, signature, ...others } = statusesOf(found);
      assert.deepEqual([key, signature, ...new Set(Object.values(others))], ["unknown", "unknown", "passed"]);
      assert.match(findingsOf(found)[0].todo, /--fetch.*--keys FILE/);
    }
    const [app, login] = resources({ discovery: true });
    const found = await report(text, [app, login]);
    assert.deepEqual([found.code, refusedOf(found)], [1, ["user"]]);
    assert.equal(issuers.count(issuer.jwksUri), 0);
  });

  test("--keys: the signature is looked at without the issuer", async (t) => {
    const { issuers, issuer, key, resources, text } = await issuerOf(t);
    const own = file(jwks(key));
    const other = file(jwks(await newKey("ES256", "2026")));
    const none = file(jwks(await newKey("ES256", "2025")));
    for (const members of [
      { jwks_uri: issuer.jwksUri },
      { discovery: true },
      { jwt: { iss: issuer.iss, secret: KEY } },
    ]) {
      const found = await report(text, resources(members), ["--keys", own]);
      assert.deepEqual([found.code, found.assumed_signature], [0, false], JSON.stringify(found));
      assert.deepEqual(refusedOf(await report(text, resources(members), ["--keys", other])), ["signature"]);
      assert.deepEqual(refusedOf(await report(text, resources(members), ["--keys", none])), ["key"]);
    }
    const unknown = await report(text, [client, introspector, user], ["--keys", own]);
    assert.deepEqual(refusedOf(unknown), ["issuer", "allowed"]);
    assert.deepEqual([statusesOf(unknown).signature, unknown.assumed_signature], ["passed", false]);
    assert.equal(issuers.count(issuer.jwksUri), 0);
    const planted = file("planted, no keys");
    const wrong = await explain(text, resources({ discovery: true }), ["--keys", planted]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /must hold the issuer's JWK Set/);
    assert.doesNotMatch(wrong.stderr, /planted/);
  });

  test("--fetch: they are fetched once, by the rules of serve", async (t) => {
    const { issuers, issuer, resources, text } = await issuerOf(t);
    const found = await report(text, resources({ discovery: true, audience: ["x"] }), ["--fetch"]);
    assert.deepEqual(refusedOf(found), ["audience"]);
    assert.deepEqual([statusesOf(found).signature, found.assumed_signature], ["passed", false]);
    assert.equal(issuers.count(issuer.jwksUri), 1);
    const good = await report(text, resources({ jwks_uri: issuer.jwksUri }), ["--fetch"]);
    assert.equal(good.code, 0);
    issuer.serve("/keys", json({ keys: "planted" }));
    const bad = await report(text, resources({ jwks_uri: issuer.jwksUri }), ["--fetch"]);
    assert.deepEqual(refusedOf(bad), ["key"]);
    await issuers.close();
    const gone = await report(text, resources({ jwks_uri: issuer.jwksUri }), ["--fetch"]);
    assert.match(findingsOf(gone)[0].why, /did not come: connection_failed/);
    assert.equal((await explain(text, GOOD, ["--fetch", "--keys", file(jwks())])).code, 2);
  });

  test("--fetch: an address of the own network is not asked, unless it is named", async (t) => {
    const name = hostname().toLowerCase();
    const text = await token({}, { header: { alg: "RS256" } });
    const resources = [client, { ...introspector, jwt: { iss: ISS }, jwks_uri: `https://${name}:1/keys` }, user];
    const found = await report(text, resources, ["--fetch"]);
    const { why } = findingsOf(found)[0];
    if (!/address_refused/.test(why)) return t.skip(`this machine's name leads to no private address: ${why}`);
    const named = await report(text, resources, ["--fetch"], { env: { STS_PRIVATE_HOSTS: name } });
    assert.match(findingsOf(named)[0].why, /connection_failed/);
  });
});

describe("tokens of this service", () => {
  test("its own keys say whether they are alive", async () => {
    const keys = file(SIGNING_KEYS);
    const sts = await createSts({ issuer: STS, signingKeys: SIGNING_KEYS, resources: GOOD, onEvent: () => undefined });
    const { access_token } = await sts.exchange({
      client_id: "app",
      client_secret: SECRET,
      subject_token: await token({ scope: "read" }),
      subject_token_type: TYPE.jwt,
    });
    const unknown = await report(access_token, GOOD);
    assert.deepEqual([unknown.code, unknown.type], [3, "access_token"]);
    assert.match(findingsOf(unknown)[0].todo, /--signing-keys FILE/);
    // Every change of a resource makes it another one: a token ends with those that it was issued for.
    const found = await report(access_token, GOOD, ["--signing-keys", keys]);
    assert.equal(found.code, 0, JSON.stringify(found));
    const asJwt = await report(access_token, GOOD, ["--type", "jwt", "--signing-keys", keys]);
    assert.equal(asJwt.reason, "subject_token.issuer_unknown");
    assert.match(findingsOf(asJwt)[0].todo, /token-type:access_token/);
    assert.equal((await report("sts_at_planted", GOOD)).code, 3);
  });
});

describe("what only the real request shows", () => {
  test("a client that must prove a key, and a token that is bound to one", async () => {
    const bound = { ...introspector, bound: "proof" };
    const found = await report(await token({ cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } }), [
      { ...client, dpop: "required" },
      bound,
      user,
    ]);
    assert.equal(found.code, 3, JSON.stringify(found));
    const { client: own, policy } = statusesOf(found);
    assert.deepEqual([own, policy], ["unknown", "unknown"]);
    assert.deepEqual(refusedOf(found), []);
  });
});

describe("what it prints", () => {
  test("a terminal obeys nothing of a token", async () => {
    const hostile = "a\u001b[31m\u202e\u0007\u200b";
    const rules = { ...introspector, claims: { hd: "a.example" } };
    const { stdout, stderr } = await explain(await token({ hd: hostile }, { header: { alg: "HS256", kid: hostile } }), [
      client,
      rules,
      user,
    ]);
    assert.equal(stderr, "");
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]/);
    assert.match(stdout, /claim "hd" is "a\\u001b\[31m\\u202e\\u0007\\u200b"/);
  });

  test("a change that the service would not take is not proposed", async () => {
    const found = await report(await token({ aud: "" }));
    assert.deepEqual(
      [found.code, found.reason, refusedOf(found)],
      [1, "subject_token.audience_mismatch", ["audience"]],
    );
    assert.deepEqual(
      findingsOf(found).map(({ change }) => change),
      [undefined],
    );
    assert.equal(statusesOf(found).user, "open");
  });

  test("what the linter finds of the changes", async () => {
    const iss = "https://token.actions.githubusercontent.com";
    const found = await report(await token({ iss, aud: "sts" }, { header: { alg: "RS256" } }));
    assert.match(found.warnings.join("\n"), /claims: Anybody can get a token from this public issuer/);
  });
});

describe("where the token comes from", () => {
  test("a file, standard input, late standard input, the command line", async () => {
    const text = await token();
    const path = join(folder, "token.jwt");
    writeFileSync(path, `${text}\n`);
    assert.equal((await explain("", GOOD, [path])).code, 0);
    assert.equal((await explain(`${text}\n`, GOOD, ["-"])).code, 0);
    const { code, stderr } = await explain("", GOOD, [text]);
    assert.equal(code, 0);
    assert.match(stderr, /history of your shell/);
    const none = await explain(" \n");
    assert.equal(none.code, 2);
    assert.match(none.stderr, /There is no token/);
    const gone = await explain("", GOOD, ["planted"]);
    assert.equal(gone.code, 1);
    assert.doesNotMatch(gone.stderr, /planted/);
  });

  test("which client", async () => {
    const text = await token();
    const second = { ...client, id: "other" };
    const several = await explain(text, [...GOOD, second]);
    assert.equal(several.code, 2);
    assert.match(several.stderr, /--client: app, other/);
    assert.equal((await explain(text, [...GOOD, second], ["--client", "other"])).code, 0);
    const unknown = await explain(text, [...GOOD, second], ["--client", "othr"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /Did you mean other\?/);
    assert.match((await explain(text, [introspector])).stderr, /No Client/);
    assert.equal((await explain(text, GOOD, ["--type", "saml2"])).code, 2);
    const faulty = await explain(text, [{ ...client, scope: [1] }]);
    assert.equal(faulty.code, 1);
    assert.match(faulty.stderr, /\[0\]\.Client\.scope/);
  });
});

test("each reason for which an exchange refuses a token has a check and an explanation", () => {
  const source = readFileSync(new URL("../../src/error/token_fault.rs", import.meta.url), "utf8");
  const faults = source.slice(source.indexOf("impl TokenFault"), source.indexOf("fn sentence"));
  const codes = [...faults.matchAll(/=> "([a-z_]+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 30);
  // of identity assertions alone (grants/jwt_bearer.rs)
  const others = ["client_mismatch", "tenant_mismatch", "authorization_details_unsupported", "resource_not_allowed"];
  const ofAssertions = [...others, "issued_here", "replayed"];
  for (const code of codes.filter((code) => !ofAssertions.includes(code))) {
    assert.ok(Object.hasOwn(CHECK_OF, code), code);
    assert.ok(Object.hasOwn(MENDS, code), code);
  }
  for (const code of Object.keys(MENDS)) assert.ok(Object.hasOwn(CHECK_OF, code), code);
});
