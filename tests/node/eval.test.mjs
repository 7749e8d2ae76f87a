// `edge-sts eval`: what each rule says of some claims, and what `check` doubts about rules.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { code, page } from "../documents.mjs";
import { commandIn } from "./command_in.mjs";

const { file, prints, fails, remove } = commandIn("eval");
after(remove);

const rulesPage = await page("reference/rules");

describe("edge-sts eval", () => {
  // As printed in `reference/rules`.
  const rules = JSON.parse(code(rulesPage, "json")[0]);
  const claims = {
    repository_owner_id: "327916067",
    repository: "acme/shop",
    ref: "refs/heads/release/1",
    run_number: 7,
    groups: ["deployers"],
  };
  const ask = (changes) => {
    file("rules.json", rules);
    file("claims.json", { ...claims, ...changes });
    return [
      "eval",
      "--resources",
      "rules.json",
      "--introspector",
      "ci",
      "--client",
      "deploy",
      "--claims",
      "claims.json",
    ];
  };

  test("prints each expression's value, in the order of an exchange", async () => {
    assert.equal(
      await prints(ask({})),
      `TokenIntrospector.attributes.branch: "release/1"
TokenIntrospector.condition[0]: true
TokenIntrospector.condition[1]: true
TokenIntrospector.subject: "ci/acme/shop"
Client.condition[0]: true
Client.scope_rules[0].when: true
Client.scope_rules[1].when: true
TokenIntrospector.emit.branch: "release/1"
TokenIntrospector.emit.build: 7
`,
    );
  });

  test("says where an expression failed", async () => {
    const results = JSON.parse(await prints([...ask({ ref: undefined, groups: 1 }), "--json"]));
    const result = (path) => results.find((one) => one.path === path);
    assert.deepEqual(result("TokenIntrospector.attributes.branch"), {
      path: "TokenIntrospector.attributes.branch",
      failed: "error",
      at: 8,
    });
    assert.equal(result("TokenIntrospector.condition[1]").failed, "error");
    assert.deepEqual(result("Client.scope_rules[1].when"), {
      path: "Client.scope_rules[1].when",
      failed: "error",
      at: 13,
    });
  });

  test("names what is missing", async () => {
    await fails(2, /Name a TokenIntrospector/, ["eval"]);
    const other = ask({}).map((word) => (word === "ci" ? "planted" : word));
    const told = await fails(1, /There is no TokenIntrospector with this id\. The resources have: ci\.$/m, other);
    assert.doesNotMatch(told, /planted/);
    file("list.json", []);
    const list = ask({}).map((word) => (word === "claims.json" ? "list.json" : word));
    await fails(1, /must be a JSON object of claims/, list);
  });

  test("check warns of what is probably a mistake, and of nothing in the documentation", async () => {
    const check = async (changes) => {
      const [introspector, client] = structuredClone(rules);
      file("doubts.json", [{ ...introspector, ...changes }, client]);
      return JSON.parse(await prints(["check", "doubts.json", "--json"])).warnings.map(({ message }) => message);
    };
    assert.deepEqual(await check({}), []);
    for (const [condition, says] of [
      ["assertion.repository == 'acme/shop' && assertion.ref.startsWith('refs/heads/main')", /ends inside a name/],
      ["assertion.sub == 'repo:myOrg/myRepo:*'", /== compares the \* itself/],
      ["has(claims.email) && claims.email.contains('@example.com')", /Use endsWith/],
      ["glob(claims.sub, 'repo:*/*:ref:refs/heads/acme')", /the place of the owner/],
      ["claims.iss == 'https://ci.example'", /every token of this issuer/],
    ]) {
      const [message, ...others] = await check({ condition });
      assert.match(message, says);
      assert.deepEqual(others, []);
    }
    // sub of GitHub, at the issuer and at the Client; a rule for every token
    const iss = "https://token.actions.githubusercontent.com";
    const warnings = async (introspector, client) => {
      file("doubts.json", [
        {
          ...rules[0],
          jwt: { ...rules[0].jwt, iss },
          audience: ["sts"],
          condition: "claims.repository_id == '74'",
          ...introspector,
        },
        { ...rules[1], allowedIssuers: [iss], ...client },
      ]);
      return JSON.parse(await prints(["check", "doubts.json", "--json"])).warnings;
    };
    assert.deepEqual(await warnings({}, {}), []);
    const condition = "claims.sub == 'repo:acme/shop:ref:refs/heads/main'";
    for (const [place, found] of [
      ["[0].TokenIntrospector.condition[0]", await warnings({ condition }, {})],
      ["[1].Client.condition[0]", await warnings({}, { condition })],
    ]) {
      assert.deepEqual(
        found.map(({ path }) => path),
        [`doubts.json ${place}`],
      );
      assert.match(found[0].message, /^sub of GitHub has the name .* Use repository_id\.$/);
    }
    assert.deepEqual(await warnings({ condition: `${condition} && claims.repository_id == '74'` }, {}), []);
    const [{ path, message }] = await warnings({}, { scope_rules: [{ scope: ["read"], when: "true" }] });
    assert.deepEqual(
      { path, message },
      {
        path: "doubts.json [1].Client.scope_rules[0].when",
        message: "It is true for every token.",
      },
    );
  });
});
