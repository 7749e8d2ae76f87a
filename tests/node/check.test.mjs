// `edge-sts check`: each fault and warning at its place, and never a value.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair } from "jose";
import { exampleResources } from "../../dist/cli/worker_project.js";
import { EXCHANGE, RESOURCES } from "../suites/fixture.mjs";
import { edgeSts } from "./command.mjs";
import { commandIn } from "./command_in.mjs";
import { atTerminal, noTerminal } from "./terminal.mjs";

const { folder, file, prints, fails, remove } = commandIn("check");
after(remove);

describe("edge-sts check", () => {
  test("a good file", async () => {
    const good = await edgeSts(["check", file("good.json", RESOURCES)]);
    assert.equal(good.code, 0, good.stderr);
    assert.match(good.stderr, new RegExp(`^${RESOURCES.length} resources, no fault`, "m"));
    assert.equal(good.stdout, "");
  });

  test("each fault with its path, and never a value", async () => {
    const client = { resourceType: "Client", id: "a", secret: "planted-secret", extra: 1, scope: ["planted scope"] };
    const said = await fails(1, /^3 faults\.$/m, ["check", file("bad.json", [client, { resourceType: "User" }])]);
    assert.match(said, /bad\.json \[0\]\.Client\.extra: /);
    assert.match(said, /bad\.json \[0\]\.Client\.scope\[0\]: /);
    assert.match(said, /bad\.json \[1\]\.User\.id: It is required\./);
    assert.doesNotMatch(said, /planted/);
  });

  test("a public key that is not a valid key: only the platform can tell", async () => {
    const { x } = await exportJWK((await generateKeyPair("ES256", { extractable: true })).publicKey);
    const jwks = [{ kty: "EC", crv: "P-256", alg: "ES256", x, y: x }];
    const client = { resourceType: "Client", id: "a", grant_types: [], jwks };
    const said = await fails(1, /^1 fault\.$/m, ["check", file("no_key.json", [client])]);
    assert.match(said, /\[0\]\.Client\.jwks\[0\]: It is not a valid key/);
  });

  test("what no single resource shows is a warning", async () => {
    const resources = [
      { resourceType: "Client", id: "a", grant_types: [EXCHANGE], allowedIssuers: ["https://nobody.example"] },
      {
        resourceType: "Client",
        id: "b",
        secret: "x",
        grant_types: [],
        first_party: true,
        auth: { token_exchange: { refresh_token: true } },
      },
      { resourceType: "Client", id: "c", secret: "x", grant_types: [EXCHANGE, "refresh_token"] },
      {
        resourceType: "TokenIntrospector",
        id: "t",
        type: "jwt",
        jwt: { iss: "https://issuer.example", secret: "0123456789abcdef0123456789abcdef" },
      },
      {
        resourceType: "TokenIntrospector",
        id: "u",
        type: "jwt",
        user: "identifier",
        jwt: { iss: "https://other.example", secret: "0123456789abcdef0123456789abcdef" },
      },
    ];
    const path = file("doubts.json", resources);
    const { ok, faults, warnings } = JSON.parse(await prints(["check", path, "--json"]));
    assert.deepEqual({ ok, faults }, { ok: true, faults: [] });
    assert.deepEqual(
      warnings.map((warning) => warning.path.replace(`${path} `, "")).sort(),
      [
        "[0].Client",
        "[0].Client.allowedIssuers[0]",
        "[1].Client.first_party",
        "[1].Client.grant_types",
        "[1].Client.secret",
        "[2].Client.allowedIssuers",
        "[2].Client.auth.token_exchange.refresh_token",
        "[2].Client.secret",
        "[3].TokenIntrospector.jwt.iss",
        "[3].TokenIntrospector.user",
        "[4].TokenIntrospector.jwt.iss",
        "[4].TokenIntrospector.user",
      ],
      JSON.stringify(warnings, null, 1),
    );
  });

  test("a secret of the how-to is a warning, as text and as a digest; another one is none", async () => {
    const [client, ...rest] = exampleResources();
    const digest = `__sha256:${createHash("sha256").update("test").digest("hex")}`;
    for (const [secret, doubtful] of [
      ["test", true],
      [digest, true],
      [digest.toUpperCase().replace("SHA", "sha"), true],
      [randomBytes(32).toString("base64url"), false],
    ]) {
      const path = file("known.json", [{ ...client, secret }, ...rest]);
      const { ok, warnings } = JSON.parse(await prints(["check", path, "--json"]));
      assert.equal(ok, true);
      const expected = doubtful ? [`${path} [0].Client.secret`] : [];
      assert.deepEqual(
        warnings.map(({ path }) => path),
        expected,
      );
    }
  });

  test("a folder: single resources and arrays, each fault with its file", async () => {
    mkdirSync(join(folder, "many"));
    file("many/alice.json", { resourceType: "User", id: "alice" });
    file("many/users.json", [{ resourceType: "User", id: "bob" }]);
    file("many/README.md", "not a resource");
    const report = JSON.parse(await prints(["check", join(folder, "many"), "--json"]));
    assert.deepEqual(report, { ok: true, resources: 2, faults: [], warnings: [] });
    file("many/zoe.json", { resourceType: "User", id: "alice", x: 1 });
    const bad = await edgeSts(["check", "many", "--json"], { cwd: folder });
    assert.equal(bad.code, 1);
    assert.deepEqual(
      JSON.parse(bad.stdout).faults.map(({ path }) => path),
      [`${join("many", "zoe.json")} User.x`],
    );
    file("many/zoe.json", { resourceType: "User", id: "alice" });
    const { stdout } = await edgeSts(["check", "many", "--json"], { cwd: folder });
    assert.deepEqual(JSON.parse(stdout).faults, [
      { path: join("many", "zoe.json"), message: `User/alice is in ${join("many", "alice.json")}, too.` },
    ]);
  });

  test("an object with $schema and resources: the same faults at the same places", async () => {
    const $schema = "./node_modules/edge-sts/dist/schema.json";
    const good = file("with-schema.json", { $schema, resources: [{ resourceType: "User", id: "alice" }] });
    const report = JSON.parse(await prints(["check", good, "--json"]));
    assert.deepEqual(report, { ok: true, resources: 1, faults: [], warnings: [] });
    const bad = file("bad-schema.json", { $schema, resources: [{ resourceType: "User", id: "alice", x: 1 }] });
    const { code, stdout } = await edgeSts(["check", bad, "--json"]);
    assert.deepEqual([code, JSON.parse(stdout).faults.map(({ path }) => path)], [1, [`${bad} [0].User.x`]]);
    for (const [content, sentence] of [
      [{ resources: [], planted: 1 }, /beside resources there may be \$schema, a string, and nothing else/],
      [{ $schema: 1, resources: [] }, /beside resources there may be \$schema/],
      [{ resources: {} }, /It must be an array of resources/],
      [{ $schema }, /It must be Client, TokenIntrospector or User/],
    ]) {
      await fails(1, sentence, ["check", file("wrong.json", content)]);
    }
  });

  test("--keys: a Client that gets identity assertions needs a public key", async () => {
    const target = { audience: "https://as.mcp.example", client_id: "app" };
    const client = {
      id: "app",
      secret: "d0a1b2c3-secret-of-the-app-4e5f60718293",
      allowedIssuers: ["https://idp.example"],
    };
    const path = file("app.json", [
      { ...client, resourceType: "Client", grant_types: [EXCHANGE], auth: { id_jag: { targets: [target] } } },
      {
        resourceType: "TokenIntrospector",
        id: "idp",
        type: "jwt",
        jwt: { iss: "https://idp.example" },
        discovery: true,
        user: "none",
        audience: ["app"],
        claims: { hd: "acme.example" },
      },
    ]);
    const warnings = async (...keys) => JSON.parse(await prints(["check", path, "--json", ...keys])).warnings;
    const shared = { kty: "oct", kid: "shared", k: randomBytes(32).toString("base64url") };
    const found = await warnings("--keys", file("shared.json", { keys: [shared] }));
    assert.deepEqual(
      found.map((warning) => [warning.path, warning.message]),
      [
        [
          `${path} [0].Client.auth.id_jag`,
          "The signing keys have no public key, and others must verify identity assertions. Add a key that is not oct.",
        ],
      ],
    );
    await prints(["keys", "--out", "public.json"]);
    assert.deepEqual(await warnings("--keys", "public.json"), []);
    assert.deepEqual(await warnings(), []);
    await fails(1, /STS_SIGNING_KEYS|signing key/i, ["check", path, "--keys", file("none.json", { keys: [] })]);
  });

  test("what is no array of resources", async () => {
    await fails(1, /text\.json: line 1, column 1: This is not JSON/, ["check", file("text.json", "planted")]);
    await fails(1, /comma\.json: line 3, column 1: This is not JSON/, [
      "check",
      file("comma.json", '[\n  {"a": 1},\n]'),
    ]);
    await fails(1, /it cannot be read/, ["check", "nowhere.json"]);
    await fails(1, /A member appears twice/, ["check", file("twice.json", '[{"id":"a","id":"b"}]')]);
    await fails(2, /Name a file/, ["check"]);
  });

  test("a fault of JSON: its line without a word of it, a mark below the place, and the next step", async () => {
    const long = `[${'{"planted":"planted"},'.repeat(20)}}]`;
    for (const [content, line, mark, step] of [
      [
        '[\n  {"id": "planted" "secret": "planted"}\n]',
        '  2 |   {"…": "…" "…": "…"}',
        18,
        "A comma is missing before it.",
      ],
      ['[\n  {"id": "planted"},\n]', "  3 | ]", 6, "Remove the comma before it."],
      ['[{"id": "planted",}]', '  1 | [{"…": "…",}]', 17, "Remove the comma before it."],
      ['[{"id": "a",, "b": 1}]', '  1 | [{"…": "…",, "…": …}]', 17, "Remove one of the two commas."],
      ["[{planted: 1}]", "  1 | [{…: …}]", 8, "Names and texts stand in double quotes."],
      ["[{'planted': 1}]", "  1 | [{…: …}]", 8, "Texts stand in double quotes."],
      ['[{"id": "a"} // planted\n]', '  1 | [{"…": "…"} … …', 18, "JSON has no comments: remove it."],
      ['[{"id": "planted\\"planted', '  1 | [{"…": "…', 15, "Something is not closed: a quote, ] or } is missing."],
      ["", "  1 | ", 6, "The file is empty."],
      [long, undefined, undefined, undefined],
    ]) {
      const said = await fails(1, /broken\.json: line [0-9]+, column [0-9]+: This is not JSON\./, [
        "check",
        file("broken.json", content),
      ]);
      assert.doesNotMatch(said, /planted/);
      const [first, shown, caret] = said.split("\n");
      if (line !== undefined) {
        assert.ok(first.endsWith(` ${step}`), first);
        assert.deepEqual([shown, caret], [line, `${" ".repeat(mark)}^`]);
      }
      for (const one of said.split("\n")) assert.ok(one.length <= 140, one);
    }
    const claims = file("broken.json", '{"a": "planted",}');
    file("some.json", RESOURCES);
    const [{ id }] = RESOURCES.filter(({ resourceType }) => resourceType === "TokenIntrospector");
    const asked = ["eval", "--resources", "some.json", "--introspector", id, "--claims", claims];
    assert.doesNotMatch(await fails(1, /broken\.json: line 1, column 17.*Remove the comma/, asked), /planted/);
  });

  test("the line of each fault and warning", async () => {
    const text = `[
  { "resourceType": "User", "id": "a", "identifier": [{ "system": "x\\"[{", "value": "1" }] },
  {
    "resourceType": "Client",
    "id": "b",
    "scope": ["read",
      "not one"],
    "auth": { "token_exchange": {
      "audience": ["a",
        2],
      "extra": 1 } }
  },
  { "resourceType": "Client" }
]
`;
    const said = await fails(1, /^4 faults\.$/m, ["check", file("lines.json", text)]);
    for (const [place, line] of [
      ["[1].Client.scope[1]", 7],
      ["[1].Client.auth.token_exchange.audience[1]", 10],
      ["[1].Client.auth.token_exchange.extra", 11],
      ["[2].Client.id", 13],
    ]) {
      const found = said.split("\n").find((one) => one.includes(`lines.json ${place}: `));
      assert.match(found ?? said, new RegExp(`\\(line ${line}\\)$`), place);
    }
    const single = file(
      "single_line.json",
      '{ "resourceType": "Client",\n "id": "a",\n "grant_types": [],\n "secret": "x" }',
    );
    const { warnings } = JSON.parse(await prints(["check", single, "--json"]));
    const secret = warnings.find(({ path }) => path === `${single} Client.secret`);
    assert.equal(secret.line, 4, JSON.stringify(warnings));
  });

  test("doubled resources: both places", async () => {
    const alice = { resourceType: "User", id: "alice", identifier: [{ system: "https://a.example", value: "1" }] };
    const two = [alice, { ...alice, id: "bob" }, { resourceType: "User", id: "alice" }];
    const said = await fails(1, /^2 faults\.$/m, ["check", file("two.json", two)]);
    assert.match(said, /two\.json \[1\]: It has the same identifier as \[0\]\. \(line 1\)/);
    assert.match(said, /two\.json \[2\]: It has the same id as \[0\]\./);
    mkdirSync(join(folder, "twice"));
    file("twice/a.json", [{ resourceType: "User", id: "zoe" }, alice]);
    file("twice/b.json", [{ ...alice, id: "bob" }]);
    const apart = await fails(1, /^1 fault\.$/m, ["check", "twice"]);
    const [one, other] = ["b.json", "a.json"].map((name) => join("twice", name));
    assert.ok(apart.includes(`${one} [0]: User/bob has the same identifier as User/alice in ${other} [1].`), apart);
  });
});

describe("what takes longer than a second", () => {
  const many = () => {
    const users = Array.from({ length: 20_000 }, (_, n) => ({ resourceType: "User", id: `u${n}` }));
    return file("many_users.json", users);
  };

  test("at a terminal a line says how far it is, and goes away", { skip: noTerminal }, async () => {
    const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
    const check = atTerminal(process.execPath, ["--no-warnings", command, "check", many()], { cwd: folder });
    const { code, printed } = await check.ended;
    assert.equal(code, 0, printed);
    assert.match(printed, /\r\u001b\[Kchecking \d+ of 20000/);
    assert.match(printed, /\r\u001b\[K(?:\u001b\[\d+m)*20000 resources, no fault/);
  });

  test("elsewhere nothing is said of it", async () => {
    const { code, stdout, stderr } = await edgeSts(["check", many()]);
    assert.deepEqual([code, stdout, stderr], [0, "", "20000 resources, no fault.\n"]);
  });
});
