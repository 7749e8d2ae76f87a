// cases.md H01 to H11: the refresh token (RFC 6749 section 6, RFC 9700 section 4.14.2, contract 3.5).
import { active, inactive, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, ok, oneOf } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, subjectToken, TRUSTED, TYPE } from "./fixture.mjs";
import { basic, goodExchange, goodExchangeOf, refreshRequest } from "./token_request.mjs";

const invalidGrant = { status: 400, error: "invalid_grant", says: /refresh token/ };

async function issue(sts, client = "c1", scope = "read write") {
  return (await issuedBy(await (await goodExchangeOf(sts, client, scope)).send(sts))).answer;
}

async function refreshed(sts, client, token, change = (request) => request) {
  return issuedBy(await change(refreshRequest(client, token)).send(sts));
}

async function refused(sts, client, token, expected = invalidGrant, change = (request) => request) {
  return refusedBy(await change(refreshRequest(client, token)).send(sts), expected, token === undefined ? [] : [token]);
}

const ID = "h11";
const SECRET = "planted secret of the client and the introspector of H11: 64 bytes and more";

const cases = [
  {
    name: "H01 no refresh_token",
    run: (sts) => refused(sts, "c1", undefined, { error: "invalid_request", says: /refresh_token is missing/ }),
  },
  {
    name: "H01 empty refresh_token",
    run: (sts) => refused(sts, "c1", "", { error: "invalid_request", says: /refresh_token is missing/ }),
  },
  {
    name: "H02 unknown, truncated, changed, of another kind: one body for all",
    async run(sts) {
      const { refresh_token: good, access_token } = await issue(sts);
      const opaque = (await issuedBy(await (await goodExchangeOf(sts, "c2", "read")).send(sts))).answer.access_token;
      const bad = [
        "x",
        "sts_rt_",
        "sts_rt_AAAA",
        `sts_rt_${"A".repeat(good.length - 7)}`,
        good.slice(0, -1),
        good.slice(0, 20),
        good.slice(1),
        `${good}A`,
        `${good} `,
        ` ${good}`,
        good.toUpperCase(),
        good.replace("sts_rt_", "sts_at_"),
        `${good}.`,
        `${good}=`,
        "../../x",
        "__proto__",
        access_token,
        opaque,
        opaque.replace("sts_at_", "sts_rt_"),
        "x".repeat(20_000),
      ];
      const bodies = new Set();
      for (const token of bad) bodies.add(await refused(sts, "c1", token));
      equal(bodies.size, 1, "sentences that differ");
      // none of them was a reuse
      await refreshed(sts, "c1", good);
    },
  },
  {
    name: "H02 every character of it counts",
    async run(sts) {
      const { refresh_token: first } = await issue(sts);
      await everyCharacter(sts, first, (at) => at < 40 || at > first.length - 50 || at % 9 === 0);
      const second = (await refreshed(sts, "c1", first)).answer.refresh_token;
      await everyCharacter(sts, second, () => true);
      await refreshed(sts, "c1", second);
    },
  },
  {
    name: "H02 it ends, counted from the first issue, however often it rotates",
    async run(sts) {
      let { refresh_token: token } = await issue(sts, "cr", "read");
      await sts.advance(2);
      const { answer } = await refreshed(sts, "cr", token);
      token = answer.refresh_token;
      await sts.advance(7);
      await refused(sts, "cr", token);
      await inactive(sts, "cr", answer.access_token, "token after its end");
    },
  },
  {
    name: "H03 another client's refresh token is refused, and is good for its own",
    async run(sts) {
      const { refresh_token } = await issue(sts);
      await refused(sts, "co", refresh_token);
      await refreshed(sts, "c1", refresh_token);
    },
  },
  ...["c1", "co", "cs"].map((client) => ({
    name: `H04 the old refresh token again: the family is revoked, access tokens included (${client})`,
    async run(sts) {
      const first = await issue(sts, client);
      const other = await issue(sts, client);
      const { answer: second } = await refreshed(sts, client, first.refresh_token);
      ok(second.refresh_token !== first.refresh_token, "it rotates");
      await active(sts, client, first.access_token);
      await active(sts, client, second.access_token);
      // where a retry is allowed, not any more when the successor was used
      const last = client === "cs" ? second : (await refreshed(sts, client, second.refresh_token)).answer;
      await refused(sts, client, first.refresh_token);
      for (const { access_token } of [first, second, last])
        await inactive(sts, client, access_token, "token of a revoked family");
      await refused(sts, client, last.refresh_token);
      // another grant of the same client and user lives on
      await active(sts, client, other.access_token);
      await refreshed(sts, client, other.refresh_token);
    },
  })),
  ...["c1", "co"].map((client) => ({
    name: `H04 a retry, for an answer that got lost, gives the same refresh token (${client})`,
    async run(sts) {
      let token = (await issue(sts, client)).refresh_token;
      for (let n = 0; n < 3; n++) {
        const { answer: lost } = await refreshed(sts, client, token);
        const { answer: again } = await refreshed(sts, client, token);
        equal(again.refresh_token, lost.refresh_token, "its successor");
        ok(again.access_token !== lost.access_token, "another access token");
        for (const { access_token } of [lost, again]) await active(sts, client, access_token);
        token = again.refresh_token;
      }
    },
  })),
  {
    name: "H04 reuse long after, of the first of many",
    async run(sts) {
      const first = await issue(sts);
      let token = first.refresh_token;
      for (let n = 0; n < 8; n++) token = (await refreshed(sts, "c1", token)).answer.refresh_token;
      await refused(sts, "c1", first.refresh_token);
      await refused(sts, "c1", token);
    },
  },
  {
    name: "H05 20 parallel uses of one refresh token, strict: one wins, then the family is revoked",
    async run(sts) {
      const { refresh_token, access_token } = await issue(sts, "cs");
      const responses = await atOnce(sts, "cs", refresh_token);
      const won = responses.filter(({ status }) => status === 200);
      equal(won.length, 1, `200s among ${responses.map(({ status }) => status).join(" ")}`);
      for (const response of responses)
        if (response.status !== 200) await refusedBy(response, invalidGrant, [refresh_token]);
      const { answer } = await issuedBy(won[0]);
      await refused(sts, "cs", answer.refresh_token);
      await inactive(sts, "cs", access_token, "token of a revoked family");
      await inactive(sts, "cs", answer.access_token, "token of a revoked family");
    },
  },
  ...["c1", "co"].map((client) => ({
    name: `H05 20 parallel uses of one refresh token: all get the same successor (${client})`,
    async run(sts) {
      const { refresh_token } = await issue(sts, client);
      const answers = [];
      for (const response of await atOnce(sts, client, refresh_token)) answers.push((await issuedBy(response)).answer);
      equal(new Set(answers.map((answer) => answer.refresh_token)).size, 1, "refresh tokens");
      equal(new Set(answers.map((answer) => answer.access_token)).size, 20, "access tokens");
      for (const { access_token } of answers) await active(sts, client, access_token);
      await refreshed(sts, client, answers[0].refresh_token);
    },
  })),
  {
    name: "H07 a narrower scope, then the full scope with the next refresh token",
    async run(sts) {
      const first = await issue(sts);
      equal(first.scope, "read write", "scope at first");
      const narrow = await refreshed(sts, "c1", first.refresh_token, (request) => request.set("scope", "read"));
      equal(narrow.answer.scope, "read", "narrower scope");
      equal(narrow.claims.scope, "read", "scope claim");
      const full = await refreshed(sts, "c1", narrow.answer.refresh_token);
      equal(full.answer.scope, "read write", "scope when none is asked");
      const asked = await refreshed(sts, "c1", full.answer.refresh_token, (request) =>
        request.set("scope", "write read"),
      );
      equal(asked.answer.scope.split(" ").sort().join(), "read,write", "full scope");
    },
  },
  ...["write", "read write", "read openid", "admin"].map((scope) => ({
    name: `H07 a scope that was not granted: ${scope}`,
    async run(sts) {
      const { refresh_token } = await issue(sts, "c1", "read");
      const wider = (request) => request.set("scope", scope);
      await refused(sts, "c1", refresh_token, { error: "invalid_scope", says: /[Ss]cope/ }, wider);
      await refreshed(sts, "c1", refresh_token);
    },
  })),
  ...[
    ["resource", "https://api.example/"],
    ["resource", "https://nowhere.example/"],
    ["audience", "nowhere"],
    ["audience", "https://api.example/"],
  ].map(([name, value]) => ({
    name: `H08 ${name} ${value} outside the original grant`,
    async run(sts) {
      const { refresh_token } = await issue(sts); // for "orders"
      const outside = (request) => request.set(name, value);
      await refused(sts, "c1", refresh_token, { error: "invalid_target" }, outside);
      const { claims } = await refreshed(sts, "c1", refresh_token);
      equal(claims.aud, "orders", "aud stays");
    },
  })),
  {
    name: "H08 the audience stays",
    async run(sts) {
      const request = (await goodExchange(sts)).add("audience", "https://api.example/");
      const { answer } = await issuedBy(await request.send(sts));
      const { claims } = await refreshed(sts, "c1", answer.refresh_token);
      equal(claims.aud, "https://api.example/", "aud");
      equal(claims.sub, "alice", "sub");
    },
  },
  {
    name: "H08 the resource of the grant without its empty path",
    async run(sts) {
      const request = (await goodExchange(sts)).add("audience", "orders").add("resource", "https://api.example/");
      const { answer } = await issuedBy(await request.send(sts));
      const withoutPath = (form) => form.set("resource", "https://api.example");
      const { claims } = await refreshed(sts, "c1", answer.refresh_token, withoutPath);
      equal(claims.aud, "https://api.example/", "aud");
    },
  },
  {
    name: "H09 a client without the grant, without credentials, with wrong ones",
    async run(sts) {
      const { refresh_token } = await issue(sts);
      const nobody = (request) => request.header("authorization");
      await refused(sts, "c1", refresh_token, { status: 401, error: "invalid_client", challenge: true }, nobody);
      await refused(sts, "cd", refresh_token, { status: 401, error: "invalid_client", challenge: true });
      const response = await refreshRequest("cx", refresh_token).send(sts);
      const { error } = await response.clone().json();
      oneOf(error, ["unauthorized_client", "invalid_grant"], "error");
      await refusedBy(response, { error }, [refresh_token]);
      await refreshed(sts, "c1", refresh_token);
    },
  },
  {
    name: "H10 refresh_token beside a subject_token is no exchange",
    async run(sts) {
      const { refresh_token } = await issue(sts);
      const exchange = (await goodExchange(sts)).set("refresh_token", refresh_token).set("subject_token", undefined);
      await refusedBy(await exchange.send(sts), { error: "invalid_request", says: /subject_token is missing/ }, [
        refresh_token,
      ]);
      await refreshed(sts, "c1", refresh_token);
    },
  },
  {
    name: "H11 the user is disabled since",
    async run(sts) {
      const request = (await goodExchange(sts)).set("subject_token", await subjectToken(sts, { sub: "hugo" }));
      const { answer } = await issuedBy(await request.send(sts));
      await administer(sts, "PUT", "/User/hugo", { inactive: true });
      await refused(sts, "c1", answer.refresh_token);
      await administer(sts, "DELETE", "/User/hugo");
      await refused(sts, "c1", answer.refresh_token);
      await administer(sts, "PUT", "/User/hugo", {});
    },
  },
  // RFC 9700 section 4.14: what allowed the grant is looked at again
  ...[
    ["the client may not ask for the scope any more", "Client", { scope: ["write"] }],
    ["the client may not ask for the audience any more", "Client", { exchange: { audience: ["elsewhere"] } }],
    ["the client may not use the issuer any more", "Client", { allowedIssuers: [] }],
    ["the issuer is not trusted any more", "TokenIntrospector", undefined],
    [
      "the introspector is another issuer's",
      "TokenIntrospector",
      { jwt: { iss: "https://moved.example", secret: SECRET } },
    ],
  ].map(([title, type, change]) => ({
    name: `H11 ${title}`,
    async run(sts) {
      const [client, introspector] = [clientOf({}), introspectorOf({})];
      await administer(sts, "PUT", `/Client/${ID}`, client);
      await administer(sts, "PUT", `/TokenIntrospector/${ID}`, introspector);
      const request = (await goodExchange(sts)).header("authorization", basic(ID, SECRET));
      request.set("subject_token", await subjectToken(sts, { sub: "job" }, introspector.jwt));
      const { answer } = await issuedBy(await request.send(sts));
      const refresh = (token) => refreshRequest("c1", token).header("authorization", basic(ID, SECRET)).send(sts);
      const { refresh_token } = (await issuedBy(await refresh(answer.refresh_token))).answer;
      const changed = type === "Client" ? clientOf(change) : change && introspectorOf(change);
      await administer(sts, changed === undefined ? "DELETE" : "PUT", `/${type}/${ID}`, changed);
      await refusedBy(await refresh(refresh_token), invalidGrant, [refresh_token]);
      // and is good again when that is undone, since a refusal is no reuse; but not when the resource was made anew
      await administer(sts, "PUT", `/${type}/${ID}`, type === "Client" ? client : introspector);
      const again = await refresh(refresh_token);
      await (changed === undefined ? refusedBy(again, invalidGrant, [refresh_token]) : issuedBy(again));
      await administer(sts, "DELETE", `/Client/${ID}`);
      await administer(sts, "DELETE", `/TokenIntrospector/${ID}`);
    },
  })),
  {
    name: "H11 the client does not get refresh tokens any more, or is disabled",
    async run(sts) {
      await administer(sts, "PUT", `/Client/${ID}`, clientOf({ allowedIssuers: [TRUSTED.main.iss] }));
      const request = (await goodExchange(sts)).header("authorization", basic(ID, SECRET));
      const { answer } = await issuedBy(await request.send(sts));
      const refresh = () =>
        refreshRequest("c1", answer.refresh_token).header("authorization", basic(ID, SECRET)).send(sts);
      await administer(sts, "PUT", `/Client/${ID}`, clientOf({ exchange: { refresh_token: false } }));
      await refusedBy(await refresh(), { error: ["invalid_grant", "unauthorized_client"] });
      await administer(sts, "PUT", `/Client/${ID}`, clientOf({ active: false }));
      await refusedBy(await refresh(), { status: 401, error: "invalid_client", challenge: true });
      await administer(sts, "DELETE", `/Client/${ID}`);
      await refusedBy(await refresh(), { status: 401, error: "invalid_client", challenge: true });
    },
  },
  // [delegation at issue, delegation since, whether may_act names the actor, whether it may still be refreshed]
  ...[
    ["any", "deny", false, false],
    ["any", undefined, false, false],
    ["any", undefined, true, true],
    [undefined, "deny", true, false],
    [undefined, "any", true, true],
  ].map(([before, since, named, allowed]) => ({
    name: `H11 delegation was ${before}, is ${since}, may_act ${named ? "names" : "does not name"} the actor`,
    async run(sts) {
      const issuers = { allowedIssuers: [TRUSTED.main.iss] };
      const client = (delegation) => clientOf({ ...issuers, exchange: delegation && { delegation } });
      await administer(sts, "PUT", `/Client/${ID}`, client(before));
      const may_act = named ? { iss: TRUSTED.main.iss, sub: "sub-of-bob" } : undefined;
      const request = (await goodExchange(sts)).header("authorization", basic(ID, SECRET));
      request.set("subject_token", await subjectToken(sts, { may_act })).set("actor_token_type", TYPE.jwt);
      request.set("actor_token", await subjectToken(sts, { sub: "sub-of-bob" }));
      const { answer } = await issuedBy(await request.send(sts));
      await administer(sts, "PUT", `/Client/${ID}`, client(since));
      const refresh = refreshRequest("c1", answer.refresh_token).header("authorization", basic(ID, SECRET));
      if (allowed) equal((await issuedBy(await refresh.send(sts))).claims.act.sub, "sub-of-bob", "act.sub");
      else await refusedBy(await refresh.send(sts), invalidGrant);
      await administer(sts, "DELETE", `/Client/${ID}`);
    },
  })),
];

function atOnce(sts, client, token) {
  return Promise.all(Array.from({ length: 20 }, () => refreshRequest(client, token).send(sts)));
}

async function everyCharacter(sts, good, counts) {
  for (let at = 0; at < good.length; at++) {
    if (!counts(at)) continue;
    const other = good[at] === "A" ? "B" : "A";
    await refused(sts, "c1", good.slice(0, at) + other + good.slice(at + 1));
    // bits of the last character that no byte uses
    await refused(sts, "c1", good.slice(0, at) + flipped(good[at]) + good.slice(at + 1));
  }
}

function clientOf({ exchange = {}, ...members }) {
  const token_exchange = { token_format: "jwt", refresh_token: true, audience: ["orders"], ...exchange };
  return {
    secret: SECRET,
    grant_types: [EXCHANGE],
    allowedIssuers: ["https://h11.example"],
    scope: ["read"],
    auth: { token_exchange },
    ...members,
  };
}

function introspectorOf(members) {
  return { type: "jwt", jwt: { iss: "https://h11.example", secret: SECRET }, user: "none", ...members };
}

async function administer(sts, method, path, body) {
  const response = await sts.fetch(path, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  oneOf(response.status, [200, 201], `${method} ${path} ${await response.text()}`);
}

// The base64url letter whose lowest bit differs.
function flipped(letter) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return letter === "." ? "A" : alphabet[alphabet.indexOf(letter) ^ 1];
}

export default cases.map(({ name, run }) => ({
  name,
  async run(sts) {
    await run(sts);
    await servesGood(sts);
  },
}));
