// `npx edge-sts`: what it prints, where, and with which exit code.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { createSts } from "edge-sts";
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { exampleResources } from "../../dist/cli/worker_project.js";
import { EXCHANGE, RESOURCES } from "../suites/fixture.mjs";
import { code, page } from "../documents.mjs";
import { edgeSts } from "./command.mjs";
import { atTerminal, noTerminal } from "./terminal.mjs";

const rulesPage = await page("reference/rules");

const folder = mkdtempSync(join(tmpdir(), "edge-sts-command-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name, content) {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
}

async function prints(parameters, options) {
  const { code, stdout, stderr } = await edgeSts(parameters, { cwd: folder, ...options });
  assert.equal(code, 0, stderr);
  return stdout;
}

async function fails(code, says, parameters, options) {
  const ended = await edgeSts(parameters, { cwd: folder, ...options });
  assert.equal(ended.code, code, ended.stderr);
  assert.match(ended.stderr, says);
  assert.equal(ended.stdout, "");
  return ended.stderr;
}

describe("edge-sts", () => {
  const commands = ["serve", "check", "explain", "eval", "import", "token", "keys", "init"];

  test("--help tells of every command, and each command of itself", async () => {
    const all = await prints(["--help"]);
    for (const command of commands) {
      assert.match(all, new RegExp(`^ {2}${command} `, "m"));
      assert.match(await prints([command, "--help"]), new RegExp(`^Usage: edge-sts ${command}`));
    }
  });

  test("--version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    assert.equal(await prints(["--version"]), `${version}\n`);
  });

  test("wrong use: exit code 2, what is wrong and the next step, without the whole usage and without a value", async () => {
    await fails(2, /Usage: edge-sts COMMAND/, []);
    await fails(2, /no such command.*\nedge-sts --help|no such command.*edge-sts --help/, ["constructor"]);
    await fails(2, /Did you mean check\?/, ["chek"]);
    for (const command of [...commands, "completion"]) {
      const said = await fails(2, /^Unknown option --unknown\.$/m, [command, "--unknown=planted"]);
      assert.ok(said.includes(`edge-sts ${command} --help tells more.`), said);
      assert.equal(said.trimEnd().split("\n").length, 2);
      assert.doesNotMatch(said, /planted/);
    }
    // What is no word may be a secret that begins with two lines.
    for (const secret of ["--Planted7", "--planted_secret", "-planted", `--${"planted-".repeat(5)}x`]) {
      assert.doesNotMatch(await fails(2, /option that is not known/, ["check", secret]), /planted/i);
    }
    await fails(2, /^--port needs a value: --port PORT\./m, ["serve", "--port"]);
    await fails(2, /^--secret needs a value.*--secret=-/m, ["token", "--secret", "--planted"]);
    await fails(2, /^--json takes no value\.$/m, ["check", "--json=planted"]);
    await fails(2, /Name at most one file/, ["check", "planted", "planted"]);
    await fails(2, /takes options only/, ["serve", "planted"]);
  });

  test("an option or member that is nearly right: the right one is named", async () => {
    await fails(2, /Did you mean --port\?/, ["serve", "--prot", "1"]);
    await fails(2, /Did you mean --json\?/, ["check", "x.json", "--jsno"]);
    const client = {
      resourceType: "Client",
      id: "a",
      alowedIssuers: [],
      auth: { token_exchange: { token_formt: "jwt" } },
    };
    const said = await fails(1, /^2 faults\.$/m, ["check", file("nearly.json", [client])]);
    assert.match(said, /Client\.alowedIssuers: This member is not known\. Did you mean allowedIssuers\?/);
    assert.match(said, /token_formt: This member is not known\. Did you mean token_format\?/);
  });

  test("no colours where there is no terminal", async () => {
    const { stderr } = await edgeSts(["check", "nowhere.json"], { cwd: folder });
    assert.equal(stderr.includes("\u001b"), false);
  });
});

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

  test("a public key that is no key: only the platform can tell", async () => {
    const { x } = await exportJWK((await generateKeyPair("ES256", { extractable: true })).publicKey);
    const jwks = [{ kty: "EC", crv: "P-256", alg: "ES256", x, y: x }];
    const client = { resourceType: "Client", id: "a", grant_types: [], jwks };
    const said = await fails(1, /^1 fault\.$/m, ["check", file("no_key.json", [client])]);
    assert.match(said, /\[0\]\.Client\.jwks\[0\]: It is no key/);
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
          "The signing keys hold no public key, and others verify identity assertions. Add one that is not oct.",
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
    await fails(1, /A member stands twice/, ["check", file("twice.json", '[{"id":"a","id":"b"}]')]);
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
    const told = await fails(1, /There is no TokenIntrospector with this id/, other);
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

describe("edge-sts keys", () => {
  const set = async (...parameters) => JSON.parse(await prints(["keys", ...parameters]));
  const kids = ({ keys }) => keys.map(({ kid }) => kid);

  for (const alg of ["ES256", "EdDSA", "RS256", "PS256", "HS256"]) {
    test(`a new set: ${alg}`, async () => {
      const signingKeys = await set("--alg", alg);
      assert.deepEqual(
        signingKeys.keys.map((key) => [key.alg, key.use]),
        [[alg, "sig"]],
      );
      await createSts({ issuer: "https://sts.example", signingKeys, resources: [] });
    });
  }

  test("the rotation of the readme: publish, sign, remove", async () => {
    const first = await set();
    const published = await set(file("k1.json", first), "--add", "--alg", "EdDSA");
    const [old, next] = kids(published);
    assert.deepEqual([old], kids(first));
    const rotated = await set(file("k2.json", published), "--rotate", next);
    assert.deepEqual(kids(rotated), [next, old]);
    assert.deepEqual(rotated.keys.toReversed(), published.keys);
    const alone = await set(file("k3.json", rotated), "--remove", old);
    assert.deepEqual(kids(alone), [next]);
    assert.deepEqual(kids(await set(file("k4.json", alone), "--rotate")).slice(1), [next]);
  });

  test("--out writes for the owner alone, and replaces only what is changed", async () => {
    const path = join(folder, "out.json");
    assert.equal(await prints(["keys", "--out", path]), "");
    const first = JSON.parse(readFileSync(path, "utf8"));
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
    await fails(1, /it is there already/, ["keys", "--out", path]);
    const other = file("other.json", first);
    await fails(1, /it is there already/, ["keys", other, "--rotate", "--out", path]);
    await fails(1, /cannot be written/, ["keys", "--out", join(folder, "nowhere", "keys.json")]);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), first);
    assert.equal(await prints(["keys", path, "--rotate", "--out", path]), "");
    assert.deepEqual(kids(JSON.parse(readFileSync(path, "utf8"))).slice(1), kids(first));
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("out.json")),
      ["out.json"],
    );
  });

  test("no set that could not be used is printed", async () => {
    const good = await set();
    const path = file("one.json", good);
    await fails(1, /it needs one key/, ["keys", path, "--remove", good.keys[0].kid]);
    await fails(1, /no key with this kid/, ["keys", path, "--rotate", "planted"]);
    await fails(1, /private JWK Set/, ["keys", file("none.json", ""), "--add"]);
    const { d, ...half } = good.keys[0];
    const said = await fails(1, /signing keys/, ["keys", file("half.json", { keys: [half] }), "--add"]);
    assert.ok(!said.includes(d) && !said.includes(half.x));
    await fails(2, /Name the file/, ["keys", "--add"]);
    await fails(2, /Say what to do/, ["keys", path]);
    await fails(2, /one change at a time/, ["keys", path, "--add", "--rotate"]);
    await fails(2, /--alg is one of/, ["keys", "--alg", "none"]);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), good, "the file is as it was");
  });
});

describe("edge-sts token", () => {
  test("with a shared secret and claims", async () => {
    const more = ["--claim", "email=a@b.example", "--claim", "groups=[1]", "--expires-in", "60"];
    const secret = "0123456789abcdef0123456789abcdef";
    const token = await prints(["token", "--iss", "https://i.example", "--sub", "a", "--secret", secret, ...more]);
    const { payload, protectedHeader } = await jwtVerify(token.trim(), new TextEncoder().encode(secret));
    assert.deepEqual(protectedHeader, { alg: "HS256", typ: "JWT" });
    const { iat, exp, jti, ...claims } = payload;
    assert.deepEqual(claims, { iss: "https://i.example", sub: "a", email: "a@b.example", groups: [1] });
    assert.equal(exp - iat, 60);
    assert.equal(typeof jti, "string");
  });

  test("a token that has ended, to see it refused", async () => {
    const whole = ["token", "--iss", "https://i.example", "--sub", "a", "--secret", "x"];
    for (const more of [["--expires-in=-60"], ["--expires-in", "-60"]]) {
      const { exp, iat } = decodeJwt((await prints([...whole, ...more])).trim());
      // The token of an issuer, some time ago: it began before it ended.
      assert.equal(exp - iat, 3600);
      assert.ok(Math.abs(Date.now() / 1000 - 60 - exp) < 30, String(exp));
    }
    await fails(2, /--expires-in/, [...whole, "--expires-in", "-99999999999"]);
  });

  for (const alg of ["ES256", "ES384", "ES512", "RS256", "PS256", "PS512", "EdDSA"]) {
    test(`with a private JWK: ${alg}`, async () => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const key = file(`${alg}.json`, { ...(await exportJWK(privateKey)), alg, kid: "k" });
      const token = await prints(["token", "--iss", "https://i.example", "--sub", "a", "--key", key]);
      const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg, kid: "k" }] });
      assert.equal((await jwtVerify(token.trim(), keys)).payload.sub, "a");
    });
  }

  test("what is left out comes from resources.json", async () => {
    const cwd = join(folder, "example");
    mkdirSync(cwd);
    const [client, { jwt }, { id }] = exampleResources();
    file("example/resources.json", [client, { resourceType: "TokenIntrospector", jwt }, { resourceType: "User", id }]);
    const token = await prints(["token"], { cwd });
    const { payload } = await jwtVerify(token.trim(), new TextEncoder().encode(jwt.secret));
    assert.deepEqual([payload.iss, payload.sub], [jwt.iss, id]);
  });

  test("refused", async () => {
    const whole = ["token", "--iss", "https://i.example", "--sub", "a"];
    await fails(1, /nothing for --iss/, ["token"]);
    await fails(1, /nothing for --secret/, whole);
    await fails(2, /not both/, [...whole, "--secret", "planted", "--key", "x"]);
    await fails(2, /NAME=VALUE/, [...whole, "--secret", "x", "--claim", "planted"]);
    await fails(2, /--expires-in/, [...whole, "--secret", "x", "--expires-in", "soon"]);
    await fails(1, /private JWK/, [...whole, "--key", file("word.json", "planted")]);
    await fails(1, /private JWK/, [...whole, "--key", file("none_alg.json", { kty: "EC", alg: "none", d: "planted" })]);
  });
});

describe("edge-sts init", () => {
  const read = (project, name) => readFileSync(join(folder, project, name), "utf8");

  test("makes a project that checks out, with secrets for its owner only, another time others", async () => {
    for (const name of ["My Service", "other"]) await prints(["init", name]);
    const secrets = [".dev.vars", "client.txt", "issuer.jwk"];
    const open = [".gitignore", "README.md", "package.json", "put_resources.js", "resources.json", "worker.js"];
    assert.deepEqual(readdirSync(join(folder, "other")).sort(), [...secrets, ...open, "wrangler.jsonc"].sort());
    assert.equal(JSON.parse(read("My Service", "package.json")).name, "my-service");
    for (const secret of secrets) {
      assert.notEqual(read("My Service", secret), read("other", secret));
      if (process.platform !== "win32") assert.equal(statSync(join(folder, "other", secret)).mode & 0o077, 0);
      assert.match(read("other", ".gitignore"), new RegExp(`^/${secret.replace(".", "\\.")}$`, "m"));
    }
    const { warnings } = JSON.parse(await prints(["check", "other/resources.json", "--json"]));
    assert.deepEqual(warnings, []);
  });

  test("resources.json names a schema that is there, and that it keeps", () => {
    const { $schema, resources } = JSON.parse(read("other", "resources.json"));
    const { dependencies } = JSON.parse(read("other", "package.json"));
    const inPackage = $schema.replace("./node_modules/edge-sts/", "");
    const schema = JSON.parse(read("other", join(dependencies["edge-sts"].slice("file:".length), inPackage)));
    assert.ok(new Ajv({ strict: false, validateFormats: false }).validate(schema, { $schema, resources }));
  });

  test("resources.json holds no secret, and belongs under version control", () => {
    const text = read("other", "resources.json");
    const secrets = [read("other", "client.txt").trim().split(":")[1], JSON.parse(read("other", "issuer.jwk")).d];
    for (const secret of secrets) {
      assert.ok(secret.length >= 43);
      assert.ok(!text.includes(secret));
    }
    assert.doesNotMatch(read("other", ".gitignore"), /resources/);
  });

  test("wrangler.jsonc needs the oldest date that the suites run with, and names its schema", () => {
    const configuration = JSON.parse(
      read("other", "wrangler.jsonc")
        .replaceAll(/^ *\/\/.*$/gm, "")
        .replaceAll(/,(\s*[}\]])/g, "$1"),
    );
    assert.match(configuration.$schema, /node_modules\/wrangler\/.*schema\.json$/);
    const tested = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
    assert.ok(tested.includes(`compatibility_date = "${configuration.compatibility_date}"`));
  });

  test("takes edge-sts from the folder of a clone", () => {
    const { dependencies } = JSON.parse(read("other", "package.json"));
    assert.match(dependencies["edge-sts"], /^file:\.\./);
    const { name } = JSON.parse(read("other", join(dependencies["edge-sts"].slice("file:".length), "package.json")));
    assert.equal(name, "edge-sts");
  });

  test("never in a folder that is not empty", async () => {
    mkdirSync(join(folder, "full"));
    file("full/mine.txt", "mine");
    await fails(1, /is not empty/, ["init", "full"]);
    assert.deepEqual(readdirSync(join(folder, "full")), ["mine.txt"]);
    await fails(1, /no folder/, ["init", join("full", "mine.txt")]);
    assert.equal(existsSync(join(folder, "full", "package.json")), false);
  });
});
