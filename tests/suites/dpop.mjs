// Proofs of a key (RFC 9449), by the table of issue 13, part 4. A key is made once for all cases.
import { exchangeCases, introspected, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok, same } from "./assert.mjs";
import { ISSUER, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { base64url, bytesOf, decoded, mintSigned, newKeyPair, publicJwk, SIGNATURE_ALGORITHMS } from "./jwt.mjs";
import { goodExchange, goodExchangeOf, introspectionRequest, refreshRequest } from "./token_request.mjs";

const HTU = `${ISSUER}/auth/token`;

const made = new Map();

/** A key of this name, the same each time: `alg`, `private` and `public` JWK, `jkt`. */
async function keyOf(name, alg = "ES256") {
  if (!made.has(name)) made.set(name, await newKey(alg));
  return made.get(name);
}

async function newKey(alg) {
  const { privateKey } = await newKeyPair(alg);
  const { ext: _, ...jwk } = await crypto.subtle.exportKey("jwk", privateKey);
  const { alg: _alg, key_ops: _operations, ...own } = publicJwk(jwk);
  const required = { EC: ["crv", "kty", "x", "y"], OKP: ["crv", "kty", "x"], RSA: ["e", "kty", "n"] }[own.kty];
  const text = JSON.stringify(Object.fromEntries(required.map((member) => [member, own[member]])));
  return { alg, private: jwk, public: own, jkt: await hash(text) };
}

async function hash(text) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text))));
}

let number = 0;

/** The good proof for the token endpoint with its claims and its header changed; `undefined` takes one out. */
async function proof(sts, { by = "k1", claims = {}, header = {} } = {}) {
  const key = typeof by === "string" ? await keyOf(by) : by;
  number += 1;
  const own = { jti: `proof-${sts.now()}-${number}`, htm: "POST", htu: HTU, iat: sts.now(), ...claims };
  return mintSigned(own, key.private, { typ: "dpop+jwt", alg: key.alg, jwk: key.public, ...header });
}

const jktOf = async (name) => (await keyOf(name)).jkt;

const invalid = { error: "invalid_dpop_proof", says: /DPoP/ };

/** A row whose request has one bad proof. */
const bad = (id, title, change) => ({
  id,
  title,
  change: async (request, sts) =>
    request.header("dpop", await (typeof change === "function" ? change(sts) : proof(sts, change))),
  ...invalid,
});

const badRows = [
  bad("D05", "typ JWT", { header: { typ: "JWT" } }),
  bad("D05", "no typ", { header: { typ: undefined } }),
  bad("D05", "typ application/dpop+jwt", { header: { typ: "application/dpop+jwt" } }),
  bad("D07", "a jwk that is a secret", { header: { jwk: { kty: "oct", k: "AA" } } }),
  bad("D06", "alg none", async (sts) => {
    const [, payload] = (await proof(sts)).split(".");
    const jwk = (await keyOf("k1")).public;
    return `${base64url(JSON.stringify({ typ: "dpop+jwt", alg: "none", jwk }))}.${payload}.`;
  }),
  bad("D07", "no jwk", { header: { jwk: undefined } }),
  bad("D07", "a private jwk", async (sts) => {
    const key = await keyOf("k1");
    return proof(sts, { header: { jwk: { ...key.public, d: key.private.d } } });
  }),
  bad("D07", "a point off the curve", async (sts) => {
    const jwk = { ...(await keyOf("k1")).public, y: (await keyOf("k2")).public.y };
    return proof(sts, { header: { jwk } });
  }),
  bad("D08", "the signature of another key", async (sts) =>
    proof(sts, { header: { jwk: (await keyOf("k2")).public } }),
  ),
  ...["jti", "htm", "htu", "iat"].flatMap((claim) =>
    [undefined, null, [], claim === "iat" ? "1" : 1].map((value) =>
      bad("D09", `${claim} is ${value === undefined ? "missing" : JSON.stringify(value)}`, {
        claims: { [claim]: value },
      }),
    ),
  ),
  bad("D10", "htm GET", { claims: { htm: "GET" } }),
  bad("D10", "htm post", { claims: { htm: "post" } }),
  ...[
    `${ISSUER}/auth/introspect`,
    "https://other.example/auth/token",
    HTU.replace("https:", "http:"),
    `${ISSUER}:8443/auth/token`,
    "http://127.0.0.1/auth/token",
  ].map((htu) => bad("D11", `htu ${htu}`, { claims: { htu } })),
  bad("D15", "iat too long ago", (sts) => proof(sts, { claims: { iat: sts.now() - 305 } })),
  bad("D16", "iat ahead", (sts) => proof(sts, { claims: { iat: sts.now() + 70 } })),
  bad("D17", "two proofs in one header", async (sts) => `${await proof(sts)}, ${await proof(sts)}`),
  bad("D17", "two headers", async (sts) => [await proof(sts), await proof(sts)]),
  bad("D60", "5 KiB", { claims: { more: "x".repeat(5000) } }),
  bad("D60", "no JWT", async () => "DPoP"),
];

const good = (id, title, change) => ({
  name: `${id} ${title}`,
  async run(sts) {
    const request = (await goodExchange(sts)).header("dpop", await proof(sts, change(sts)));
    await issuedBy(await request.send(sts), { boundTo: await jktOf("k1") });
    await servesGood(sts);
  },
});

/** An access token of this client that is bound to this key, and the whole answer. */
async function boundToken(sts, client, key = "k1") {
  const request = (await goodExchangeOf(sts, client, "read")).header("dpop", await proof(sts, { by: key }));
  return (await issuedBy(await request.send(sts), { boundTo: await jktOf(key) })).answer;
}

/** The good exchange with a subject token of the issuer that has this `cnf`. */
async function withConfirmation(sts, cnf, client = "c1") {
  return (await goodExchangeOf(sts, client, "read")).set("subject_token", await subjectToken(sts, { cnf }));
}

async function notProved(response, token = "subject_token") {
  await refusedBy(response, {
    error: "invalid_request",
    says: new RegExp(`^The ${token} is not accepted: it is bound`),
  });
}

const boundRows = [
  ["D31", "its key", "c1", "k1", "k1"],
  ["D32", "no key", "c1", undefined, undefined],
  ["D33", "another key", "c1", "k2", undefined],
  ["D34", "another key, of a client that is trusted", "pb", "k2", "k2"],
  ["D35", "no key, of a client that is trusted", "pb", undefined, undefined],
].map(([id, title, client, by, boundTo]) => ({
  name: `${id} a bound subject token with ${title}`,
  async run(sts) {
    const request = await withConfirmation(sts, { jkt: await jktOf("k1") }, client);
    if (by !== undefined) request.header("dpop", await proof(sts, { by }));
    const response = await request.send(sts);
    if (boundTo === undefined) await notProved(response);
    else await issuedBy(response, { boundTo: await jktOf(boundTo) });
    await servesGood(sts);
  },
}));

const confirmations = (jkt) => [
  ["D36", { "x5t#S256": jkt }],
  ["D37", { jkt, kid: "1" }],
  ["D38", {}],
  ["D38", "x"],
  ["D38", { jkt: 1 }],
  ["D38", { jkt: jkt.slice(1) }],
];

function userinfo(sts, authorization, dpop) {
  return sts.fetch("/auth/userinfo", { headers: { authorization, ...(dpop === undefined ? {} : { dpop }) } });
}

async function userinfoRefused(response, scheme, error) {
  await refusedBy(response, { status: 401, error, headers: { "www-authenticate": new RegExp(`^${scheme} `) } });
}

async function forUserinfo(sts, token, { by, claims = {} } = {}) {
  return proof(sts, { by, claims: { htm: "GET", htu: `${ISSUER}/auth/userinfo`, ath: await hash(token), ...claims } });
}

/** An access token for userinfo, bound or not. */
async function userinfoToken(sts, by) {
  const request = await goodExchangeOf(sts, "c0", "openid");
  if (by !== undefined) request.header("dpop", await proof(sts, { by }));
  return (await (await request.send(sts)).json()).access_token;
}

export default [
  ...exchangeCases(badRows),
  {
    name: "D01 D02 a proof binds the token, and introspection says so",
    async run(sts) {
      for (const client of ["c1", "co"]) {
        const { access_token } = await boundToken(sts, client);
        const answer = await introspected(sts, client, access_token);
        same([answer.token_type, answer.cnf], ["DPoP", { jkt: await jktOf("k1") }], "token_type and cnf");
      }
      const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
      const { token_type, cnf } = await introspected(sts, "c1", answer.access_token);
      same([token_type, cnf], ["Bearer", undefined], "D03: without a proof");
    },
  },
  ...SIGNATURE_ALGORITHMS.map((alg) => ({
    name: `D04 ${alg}`,
    async run(sts) {
      const by = await keyOf(alg, alg);
      const request = (await goodExchange(sts)).header("dpop", await proof(sts, { by }));
      await issuedBy(await request.send(sts), { boundTo: by.jkt });
    },
  })),
  good("D12", "htu with query and fragment", () => ({ claims: { htu: `${HTU}?a=b#c` } })),
  good("D13", "htu in other letters", () => ({ claims: { htu: HTU.replace("sts.example", "STS.Example:443") } })),
  good("D13", "htu with an escaped letter", () => ({ claims: { htu: HTU.replace("token", "%74oken") } })),
  good("D15", "iat almost too long ago", (sts) => ({ claims: { iat: sts.now() - 290 } })),
  good("D16", "iat a little ahead", (sts) => ({ claims: { iat: sts.now() + 50 } })),
  {
    name: "D14 the host of the request is not asked",
    async run(sts) {
      const request = (await goodExchange(sts)).header("dpop", await proof(sts));
      request.host = "internal.example";
      await issuedBy(await request.send(sts), { boundTo: await jktOf("k1") });
    },
  },
  {
    name: "D18 the same proof twice, where none is remembered",
    async run(sts) {
      const request = (await goodExchange(sts)).header("dpop", await proof(sts));
      for (const _ of [1, 2]) await issuedBy(await request.send(sts), { boundTo: await jktOf("k1") });
    },
  },
  {
    name: "D27 a client that must prove a key",
    async run(sts) {
      const request = await goodExchangeOf(sts, "pr", "read");
      await refusedBy(await request.send(sts), { ...invalid, says: /^A DPoP proof is required/ });
      request.header("dpop", await proof(sts));
      await issuedBy(await request.send(sts), { boundTo: await jktOf("k1") });
    },
  },
  {
    name: "D28 a client that must not prove a key",
    async run(sts) {
      const request = (await goodExchangeOf(sts, "pf", "read")).header("dpop", await proof(sts));
      await refusedBy(await request.send(sts), { error: "invalid_request", says: /must not send a DPoP proof/ });
      await issuedBy(await request.header("dpop", undefined).send(sts));
    },
  },
  {
    name: "D29 the metadata names the algorithms",
    async run(sts) {
      const response = await sts.fetch("/.well-known/oauth-authorization-server");
      const { dpop_signing_alg_values_supported: names } = await response.json();
      same([...names].sort(), [...SIGNATURE_ALGORITHMS].sort(), "dpop_signing_alg_values_supported");
    },
  },
  {
    name: "D30 a page of an origin that is listed",
    async run(sts) {
      const origin = "https://app.example";
      const preflight = await sts.fetch("/auth/token", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "dpop" },
      });
      matches(preflight.headers.get("access-control-allow-headers"), /\bdpop\b/i, "allowed headers");
      for (const dpop of [await proof(sts), "no proof"]) {
        const response = await (await goodExchange(sts)).header("origin", origin).header("dpop", dpop).send(sts);
        await response.text();
        equal(response.headers.get("access-control-allow-origin"), origin, "allowed origin");
        const exposed = response.headers.get("access-control-expose-headers");
        matches(exposed, /\bDPoP-Nonce\b/i, "exposed headers");
        matches(exposed, /\bWWW-Authenticate\b/i, "exposed headers");
      }
    },
  },
  ...boundRows,
  {
    name: "D36 D37 D38 a subject token that is bound in another way",
    async run(sts) {
      for (const [id, cnf] of confirmations(await jktOf("k1"))) {
        for (const client of ["c1", "pb"]) {
          const request = (await withConfirmation(sts, cnf, client)).header("dpop", await proof(sts));
          await refusedBy(await request.send(sts), { error: "invalid_request", says: /subject_token/ });
          ok(true, id);
        }
      }
      await servesGood(sts);
    },
  },
  {
    name: "D41 D42 an actor token that is bound",
    async run(sts) {
      const hugo = await subjectToken(sts, { sub: "hugo", cnf: { jkt: await jktOf("k2") } });
      const request = (await goodExchangeOf(sts, "cy", "read"))
        .set("actor_token", hugo)
        .set("actor_token_type", TYPE.jwt);
      await notProved(await request.send(sts), "actor_token");
      await notProved(await request.header("dpop", await proof(sts)).send(sts), "actor_token");
      const response = await request.header("dpop", await proof(sts, { by: "k2" })).send(sts);
      const { claims } = await issuedBy(response, { boundTo: await jktOf("k2") });
      same(claims.act, { iss: TRUSTED.main.iss, sub: "hugo" }, "act");
    },
  },
  {
    name: "D43 D44 a bound token of this service stays bound",
    async run(sts) {
      for (const client of ["c1", "co"]) {
        const { access_token } = await boundToken(sts, client);
        const request = (await goodExchangeOf(sts, client, "read"))
          .set("subject_token", access_token)
          .set("subject_token_type", TYPE.accessToken);
        for (const requested of [undefined, TYPE.accessToken, TYPE.jwt]) {
          request.set("requested_token_type", requested);
          await notProved(await request.header("dpop", undefined).send(sts));
          await notProved(await request.header("dpop", await proof(sts, { by: "k2" })).send(sts));
          const response = await request.header("dpop", await proof(sts)).send(sts);
          await issuedBy(response, { boundTo: await jktOf("k1") });
        }
        for (const declared of [TYPE.jwt, TYPE.idToken]) {
          const response = await request.set("subject_token_type", declared).send(sts);
          await refusedBy(response, { error: "invalid_request", says: /subject_token/ });
        }
      }
    },
  },
  {
    name: "D45 D46 D47 a refresh is bound to the key that it proves",
    async run(sts) {
      for (const client of ["c1", "co"]) {
        const first = await boundToken(sts, client);
        const refused = await refreshRequest(client, first.refresh_token).send(sts);
        await refusedBy(refused, { ...invalid, says: /^A DPoP proof is required/ });
        const request = refreshRequest(client, first.refresh_token).header("dpop", await proof(sts, { by: "k2" }));
        const { answer } = await issuedBy(await request.send(sts), { boundTo: await jktOf("k2") });
        const { cnf } = await introspected(sts, client, answer.access_token);
        same(cnf, { jkt: await jktOf("k2") }, "cnf of the new token");
        const kept = await introspected(sts, client, first.access_token);
        same(kept.cnf, { jkt: await jktOf("k1") }, "cnf of the first token");

        const unbound = await issuedBy(await (await goodExchangeOf(sts, client, "read")).send(sts));
        const bound = refreshRequest(client, unbound.answer.refresh_token).header("dpop", await proof(sts));
        const next = await issuedBy(await bound.send(sts), { boundTo: await jktOf("k1") });
        await issuedBy(await refreshRequest(client, next.answer.refresh_token).send(sts));
      }
    },
  },
  {
    name: "D48 a refresh token that was asked for with a proof",
    async run(sts) {
      const request = (await goodExchange(sts))
        .set("requested_token_type", TYPE.refreshToken)
        .header("dpop", await proof(sts));
      const { answer } = await issuedBy(await request.send(sts));
      const refresh = refreshRequest("c1", answer.access_token);
      await refusedBy(await refresh.send(sts), invalid);
      await issuedBy(await refresh.header("dpop", await proof(sts)).send(sts), { boundTo: await jktOf("k1") });
    },
  },
  {
    name: "D49 D54 userinfo with a proof",
    async run(sts) {
      const token = await userinfoToken(sts, "k1");
      equal(decoded(token).claims.cnf.jkt, await jktOf("k1"), "jkt");
      for (const scheme of ["DPoP", "dpop"]) {
        const response = await userinfo(sts, `${scheme} ${token}`, await forUserinfo(sts, token));
        equal(response.status, 200, "status");
        equal((await response.json()).sub, "alice", "sub");
      }
    },
  },
  {
    name: "D50 D53 userinfo with a bad proof",
    async run(sts) {
      const token = await userinfoToken(sts, "k1");
      for (const dpop of [
        undefined,
        await forUserinfo(sts, token, { claims: { ath: undefined } }),
        await forUserinfo(sts, "of another token"),
        await forUserinfo(sts, token, { by: "k2" }),
        await forUserinfo(sts, token, { claims: { htm: "POST" } }),
        await forUserinfo(sts, token, { claims: { htu: HTU } }),
      ]) {
        await userinfoRefused(await userinfo(sts, `DPoP ${token}`, dpop), "DPoP", "invalid_dpop_proof");
      }
    },
  },
  {
    name: "D51 D52 userinfo by the wrong scheme",
    async run(sts) {
      const bound = await userinfoToken(sts, "k1");
      const dpop = await forUserinfo(sts, bound);
      await userinfoRefused(await userinfo(sts, `Bearer ${bound}`, dpop), "Bearer", "invalid_token");
      const bearer = await userinfoToken(sts);
      const response = await userinfo(sts, `DPoP ${bearer}`, await forUserinfo(sts, bearer));
      await userinfoRefused(response, "DPoP", "invalid_token");
      equal((await userinfo(sts, `Bearer ${bearer}`)).status, 200, "status of a bearer token");
    },
  },
  {
    name: "introspection and revocation need no proof",
    async run(sts) {
      const { access_token } = await boundToken(sts, "c1");
      const request = introspectionRequest("c1", access_token).header("dpop", "of no meaning here");
      equal((await (await request.send(sts)).json()).active, true, "active");
    },
  },
];
