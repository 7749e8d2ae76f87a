// Expressions: `condition`, `attributes`, `subject`, `emit`, `scope_rules`. The rows of the policy language, over HTTP.
import { issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { ADMIN_TOKEN, RESOURCES, subjectToken, TRUSTED } from "./fixture.mjs";
import { equal, matches, ok, same } from "./assert.mjs";
import { goodExchangeOf, refreshRequest } from "./token_request.mjs";

const EMITTED = ["branch", "team"];

const claims = (sts) => ({
  sub: "repo:acme/shop:ref:refs/heads/main",
  tenant: "t1",
  repository: "acme/shop",
  ref: "refs/heads/main",
  groups: ["a", "b"],
  ok: true,
  iat: sts.now(),
});

async function ask(sts, { client = "ra", changes = {}, scope = "read", audience } = {}) {
  const token = await subjectToken(sts, { ...claims(sts), ...changes }, TRUSTED.rules);
  const request = (await goodExchangeOf(sts, client, scope)).set("subject_token", token).set("scope", scope);
  if (audience !== undefined) request.set("audience", audience);
  return request.send(sts);
}

const refused = async (sts, options, error, says) => {
  await refusedBy(await ask(sts, options), { error, says });
  await servesGood(sts);
};

const NOT_MET = /its claims do not meet a condition\.$/;

async function put(sts, resource) {
  return sts.fetch(`/${resource.resourceType}/${resource.id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(resource),
  });
}

const stored = (id) => RESOURCES.find((resource) => resource.id === id);

export default [
  {
    name: "R17 R24 R34 R35 R36 R48 R52 what is refused when it is stored, with its place",
    async run(sts) {
      for (const [id, members, place, says] of [
        ["rules", { condition: "has(claims)" }, "condition", /at 5: has\(\)/],
        ["rules", { attributes: { a: "claims.sub.extract('{a}:{b}')" } }, "attributes.a", /at 20: /],
        ["rules", { condition: "claims.sub.matches('.*')" }, "condition", /at 12: "matches" is not supported/],
        ["rules", { condition: "claims.g.exists(g, true)" }, "condition", /at 10: "exists" is not supported/],
        ["rules", { condition: "claims.n * 2 == 4" }, "condition", /at 10: "\*" is not supported/],
        ["rules", { condition: "'open" }, "condition", /at 1: /],
        ["rules", { condition: "request.time" }, "condition", /at 1: /],
        ["rules", { emit: { roles: "claims.x" } }, "emit.roles", /not one that already has a meaning/],
        [
          "ra",
          { scope_rules: [{ scope: ["admin"], when: "true" }] },
          "scope_rules[0].scope[0]",
          /a scope of this client/,
        ],
      ]) {
        const resource = { ...stored(id), ...members };
        const response = await put(sts, resource);
        equal(response.status, 422, place);
        const { issue } = await response.json();
        same(issue[0].expression, [`${resource.resourceType}.${place}`], "expression");
        matches(issue[0].diagnostics, says, place);
      }
      await issuedBy(await ask(sts), { copied: EMITTED });
    },
  },
  {
    name: "R49 R29 R23 subject, attributes and emit",
    async run(sts) {
      const { claims } = await issuedBy(await ask(sts), { copied: EMITTED });
      equal(claims.sub, "acme/shop", "sub");
      equal(claims.branch, "main", "branch");
      equal(claims.team, "a", "team");
      ok(!("absent" in claims), "absent");
    },
  },
  {
    name: "R41 R42 conditions and claims must all be met; a message is not for the client",
    async run(sts) {
      await refused(sts, { changes: { ref: "refs/heads/main-x" } }, "invalid_request", NOT_MET);
      await refused(sts, { changes: { ref: undefined } }, "invalid_request", NOT_MET);
      await refused(sts, { changes: { iat: undefined } }, "invalid_request", NOT_MET);
      await refused(sts, { changes: { tenant: "t2" } }, "invalid_request", /conditions for its issuer\.$/);
      const response = await ask(sts, { changes: { ref: "refs/heads/other" } });
      ok(!(await response.text()).includes("planted"), "the message is shown");
      await issuedBy(await ask(sts, { changes: { ref: "refs/heads/release/1" } }), { copied: EMITTED });
    },
  },
  {
    name: "R43 each client has its own condition",
    async run(sts) {
      await issuedBy(await ask(sts), { copied: EMITTED });
      await refused(sts, { changes: { repository: "acme/web" } }, "invalid_request", NOT_MET);
      await refused(sts, { client: "rb" }, "invalid_request", NOT_MET);
      await issuedBy(await ask(sts, { client: "rb", changes: { repository: "acme/web" } }), { copied: EMITTED });
    },
  },
  {
    name: "R44 R45 R46 R47 scope_rules bound what may be asked for",
    async run(sts) {
      const { answer } = await issuedBy(await ask(sts, { scope: "read write" }), { copied: EMITTED });
      equal(answer.scope, "read write", "scope");
      await refused(sts, { scope: "read write", changes: { groups: ["a"] } }, "invalid_scope", /A scope is not one/);
      const none = await issuedBy(
        await ask(sts, { scope: undefined, changes: { groups: ["a"], scope: "write read" } }),
        { copied: EMITTED },
      );
      equal(none.answer.scope, "read", "none asked");
    },
  },
  {
    name: "R50 R51 a subject that is none",
    async run(sts) {
      for (const repository of ["x".repeat(1025), "", ["a"]]) {
        await refused(sts, { changes: { repository } }, "invalid_request", /the rule for its subject gives none/);
      }
      await refused(sts, { changes: { repository: "alice" } }, "invalid_request", /its sub is reserved here\.$/);
    },
  },
  {
    name: "R54 a refresh after the rules changed",
    async run(sts) {
      const { answer } = await issuedBy(await ask(sts, { scope: "read write" }), { copied: EMITTED });
      const again = await issuedBy(await refreshRequest("ra", answer.refresh_token).send(sts), { copied: EMITTED });
      const changed = { ...stored("ra"), scope_rules: [{ scope: ["read"], when: "true" }] };
      equal((await put(sts, changed)).status, 200, "PUT");
      const response = await refreshRequest("ra", again.answer.refresh_token).send(sts);
      await refusedBy(response, { error: "invalid_grant", says: /Exchange a subject token again/ });
      equal((await put(sts, stored("ra"))).status, 200, "PUT");
      await issuedBy(await ask(sts), { copied: EMITTED });
    },
  },
];
