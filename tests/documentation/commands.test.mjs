// The commands and programs of the documentation that no other test runs, as they are printed. At the end: which test runs which
// page, and what is not run, and why.
import assert from "node:assert/strict";
import fs, { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { after, before, describe, test } from "node:test";
import { createLocalJWKSet, exportJWK, generateKeyPair } from "jose";
import { WORKER } from "../../dist/cli/worker_project_files.js";
import { ROOT } from "../../src/tasks/setup.mjs";
import { blocks, code, page, rows, section } from "../documents.mjs";
import { freePort } from "../free_port.mjs";
import { bash, clone, started } from "./clone.mjs";
import { project } from "./project.mjs";

const skip = process.platform === "win32" && "needs a shell";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ISSUER = "https://issuer.example";
const SECRET = "example-secret-of-the-issuer-0123456789";
const RESOURCES = [
  {
    resourceType: "Client",
    id: "shop",
    secret: "example-secret-of-the-shop-0123456789",
    grant_types: [EXCHANGE],
    allowedIssuers: [ISSUER],
    scope: ["read"],
    auth: { token_exchange: { token_format: "jwt", audience: ["https://api.example"] } },
  },
  { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss: ISSUER, secret: SECRET }, user: "none" },
];

const place = project("jose");
after(() => place.remove());
const here = (script) => bash(script, { cwd: place.folder });

describe("how-to/deploy-node", { skip }, async () => {
  const text = await page("how-to/deploy-node");
  const [fromFile, withStore] = code(text, "sh");

  /** Runs the printed commands, the last of which serves, and `ask` when it listens. */
  async function serving(commands, ask) {
    const port = await freePort();
    const lines = commands.trim().split("\n");
    // npx would start a child of its own, which a signal to it does not end.
    return here(`
trap 'kill $SERVICE' EXIT
${lines.slice(0, -1).join("\n")}
PORT=${port} ${lines.at(-1).replace("npx ", "node_modules/.bin/")} > events.txt 2> told.txt &
SERVICE=$!
until curl -s -o no.txt http://localhost:${port}/health; do sleep 0.1; done
STS=http://localhost:${port}
${ask}`);
  }

  const ASK = `
TOKEN=$(npx edge-sts token --iss ${ISSUER} --sub ci --secret ${SECRET})
curl -s $STS/auth/token -u shop:${RESOURCES[0].secret} -d grant_type=${EXCHANGE} -d subject_token=$TOKEN \\
  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt -d scope=read`;

  test("serves a file, and how-to/verify-tokens accepts what it issues", async () => {
    place.write("resources.json", RESOURCES);
    const { stdout } = await serving(fromFile, `${ASK}; echo; curl -s $STS/.well-known/jwks.json`);
    const [answer, jwks] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(answer.token_type, "Bearer", stdout);

    const [program] = code(await page("how-to/verify-tokens"), "js");
    const local = program
      .replace('createRemoteJWKSet(new URL("https://sts.example/.well-known/jwks.json"))', "globalThis.keySet")
      .replace('issuer: "https://sts.example"', 'issuer: "https://sts.example.com"')
      .replace("createRemoteJWKSet, ", "");
    assert.match(local, /globalThis\.keySet/);
    globalThis.keySet = createLocalJWKSet(jwks);
    const { accept } = await place.run("accept.mjs", local);
    assert.equal((await accept(answer.access_token)).sub, "ci");
    await assert.rejects(accept(`${answer.access_token.slice(0, -4)}AAAA`));
  });

  test("keeps resources in a store that the administrator changes", async () => {
    const change = `
curl -s -X PUT $STS/User/ann -H "Authorization: Bearer $STS_ADMIN_TOKEN" -H "Content-Type: application/json" -d '{}'; echo
curl -s $STS/Client -H "Authorization: Bearer $STS_ADMIN_TOKEN"`;
    const { stdout } = await serving(withStore, change);
    const [user, clients] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(user.id, "ann");
    assert.equal(clients.total, 1);
  });

  test("how-to/rotate-keys with a file", async () => {
    const [, , withFile] = code(await page("how-to/rotate-keys"), "sh");
    const signers = [];
    const kids = async () => JSON.parse((await here("cat keys.json")).stdout).keys.map(({ kid }) => kid);
    const [old] = await kids();
    for (const line of withFile.trim().split("\n")) {
      const command = line
        .replace("rotate KID", `rotate ${(await kids()).at(-1)}`)
        .replace("remove OLD", `remove ${old}`);
      await here(command);
      signers.push(await kids());
    }
    const [added, rotated, removed] = signers;
    assert.equal(added[0], old);
    assert.deepEqual(rotated, [added[1], old]);
    assert.deepEqual(removed, [added[1]]);
  });
});

test("how-to/upgrade: check", { skip }, async () => {
  place.write("resources.json", RESOURCES);
  assert.match((await here(`${code(await page("how-to/upgrade"), "sh")[0].trim()} 2>&1`)).stdout, /2 resources/);
});

test("how-to/back-up against npm start", { skip }, async () => {
  const text = await page("how-to/back-up");
  const copy = clone();
  const port = await freePort();
  const service = await started(copy, port);
  try {
    const [commands] = code(text, "sh");
    const { stdout } = await bash(
      `STS=http://localhost:${port}
ADMIN="Authorization: Bearer $(sed -n 's/^STS_ADMIN_TOKEN=//p' .dev.vars)"
${commands}
cat backup.json`,
      { cwd: copy.folder, env: copy.env },
    );
    assert.match(stdout, /"resourceType":"Client"/);
    assert.doesNotMatch(stdout, /OperationOutcome/);
  } finally {
    await service.stop();
    copy.remove();
  }
});

test("how-to/import", { skip }, async () => {
  const statement = {
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
    Condition: {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main",
      },
    },
  };
  const policy = { Version: "2012-10-17", Statement: [statement] };
  place.write("role.json", { Role: { RoleName: "deploy", AssumeRolePolicyDocument: policy } });
  const [command] = code(await page("how-to/import"), "sh");
  await here(`rm -f resources.json; aws() { cat role.json; }\n${command}`);
  const written = JSON.parse(readFileSync(join(place.folder, "resources.json"), "utf8"));
  const introspector = written.find(({ resourceType }) => resourceType === "TokenIntrospector");
  assert.equal(introspector.jwt.iss, "https://token.actions.githubusercontent.com");
  assert.deepEqual(introspector.audience, ["https://sts.example"]);
});

test("reference/rules: eval", { skip }, async () => {
  const text = await page("reference/rules");
  place.write("rules.json", code(text, "json")[0]);
  place.write("claims.json", {
    repository_owner_id: "327916067",
    repository: "acme/shop",
    ref: "refs/heads/main",
    run_number: 7,
    groups: ["deployers"],
  });
  const { stdout } = await here(code(text, "sh")[0]);
  assert.match(stdout, /^TokenIntrospector\.subject: "ci\/acme\/shop"$/m);
  assert.doesNotMatch(stdout, /false|failed/);
});

test("tutorial/node prints what is printed", { skip }, async () => {
  const text = await page("tutorial/node");
  place.write("example.mjs", code(text, "js")[0]);
  const running = code(text, "sh").at(-1);
  const printed = blocks(text).find(({ language }) => language === "").code;
  const shortened = (await here(running)).stdout.replace(/(eyJ0eXAi)[\w.-]+/, "$1…");
  assert.equal(shortened, printed.replace(/(eyJ0eXAi…)\w+/, "$1"));
});

test("tutorial/node: the name of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  assert.ok((await page("tutorial/node")).includes(`edge-sts-${version}.tgz`));
});

test("reference/library: one exchange", async () => {
  const [program] = code(await page("reference/library"), "js");
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: "ES256", kid: "1" };
  const { mintSubjectToken } = await import("../../dist/cli/subject_token.js");
  globalThis.given = {
    issuer: "https://sts.example",
    signingKeys: { keys: [key] },
    resources: RESOURCES,
    client_id: "shop",
    client_secret: RESOURCES[0].secret,
    subject_token: mintSubjectToken({ iss: ISSUER, sub: "ci", key: { secret: SECRET } }),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    scope: "read",
  };
  const names = Object.keys(globalThis.given).join(", ");
  const [importing, ...rest] = program.split("\n");
  const text = [importing, `const { ${names} } = globalThis.given;`, ...rest, "export { access_token };"].join("\n");
  const { access_token } = await place.run("library.mjs", text.replace("resources }", "resources, onEvent() {} }"));
  assert.equal(access_token.split(".").length, 3);
});

test("how-to/deploy-cloudflare: the Worker's main file is what `edge-sts init` writes", async () => {
  assert.deepEqual(code(await page("how-to/deploy-cloudflare"), "js"), [WORKER]);
});

test("how-to/postgresql prints its SQL", { skip }, async () => {
  const { stdout } = await here(code(await page("how-to/postgresql"), "sh")[0]);
  assert.match(stdout, /CREATE SCHEMA IF NOT EXISTS "edge_sts"/);
});

describe("every page", () => {
  const names = fs.globSync("**/*.md", { cwd: join(ROOT, "www", "docs") }).map((file) => file.slice(0, -3));

  test("its resources have no fault", { skip }, async () => {
    const files = [];
    for (const name of names) {
      for (const text of code(await page(name), "json")) {
        if (!text.includes('"resourceType"') || text.includes('"meta"')) continue;
        files.push(`printed-${files.length}.json`);
        place.write(files.at(-1), text.replaceAll("CHANGE-ME", "d2VsbC1tYWRlLXNlY3JldC1vZi0zMi1ieXRlcw"));
      }
    }
    assert.ok(files.length >= 20, String(files.length));
    await here(`for file in ${files.join(" ")}; do node_modules/.bin/edge-sts check $file; done`);
  });

  // Which test reads a page and runs what is printed there.
  const RUN = {
    "documentation/tutorial.test.mjs": ["tutorial/first-exchange"],
    "documentation/commands.test.mjs": [
      "how-to/back-up",
      "how-to/deploy-cloudflare",
      "how-to/deploy-node",
      "how-to/import",
      "how-to/postgresql",
      "how-to/rotate-keys",
      "how-to/upgrade",
      "how-to/verify-tokens",
      "reference/library",
      "reference/rules",
      "tutorial/node",
    ],
    "suites/recipes.mjs": ["how-to/recipes"],
    "package/frameworks.test.mjs": ["how-to/embed"],
    "postgres/postgres.test.mjs": ["how-to/postgresql"],
    "clients/mcp_walk_through.test.mjs": ["how-to/mcp"],
    "node/moving.test.mjs": ["how-to/migrate-from-own-code"],
    "node/eval.test.mjs": ["reference/rules"],
    "workerd/rotation.test.mjs": ["how-to/deploy-cloudflare", "how-to/rotate-keys"],
  };

  // What begins like this is not run as it is printed.
  const NOT_RUN = {
    "npx wrangler login": "it asks for an account of Cloudflare",
    "npx wrangler kv namespace create": "it needs an account of Cloudflare",
    "npm run deploy": "it needs an account of Cloudflare; tests/workerd runs what it deploys",
    "npx wrangler secret put STS_ADMIN_TOKEN": "it needs an account of Cloudflare",
    "STS_ADMIN_TOKEN=… npm run seed": "it needs a deployed service; tests/workerd/start runs it on the local one",
    "curl https://your.service.example/health": "it needs a deployed service; tests/workerd asks for the health",
    "npx wrangler tail": "it needs a deployed service",
    'curl -s "$STS/\\$dry-run"': "tests/suites/dry_run",
    "npx edge-sts explain - ": "it waits for a token to be pasted; tests/node/explain",
    "npx edge-sts init sts --recipe": "tests/package/worker_project makes projects; tests/node/init the recipes",
    "const answer = await sts.introspect(": "tests/node/exchange calls it",
    "await sts.revoke(": "tests/node/exchange calls it",
    "STS_PRIVATE_HOSTS=": "tests/node/private_hosts runs it with hosts that there are",
    "npm pack": "tests/package packs and installs it",
    "npm init -y": "it needs the registry",
    "npm install ../edge-sts/": "tests/package packs and installs it",
    "curl -s https://sts.acme.example/auth/token": "how-to/mcp, and tests/suites/id_jag",
    "curl -s https://as.mcp.example/auth/token": "how-to/mcp, and tests/suites/id_jag",
    "app.use(jwk(": "tests/clients/resource_servers runs hono/jwk with these options",
  };

  test("is run by a test, or it is said why not", async () => {
    const covered = new Set();
    for (const [file, pages] of Object.entries(RUN)) {
      const text = readFileSync(join(ROOT, "tests", file), "utf8");
      for (const name of pages) {
        assert.ok(text.includes(`"${name}"`), `${file} reads ${name}`);
        covered.add(name);
      }
    }
    covered.add("reference/exports"); // made of the declarations, whose examples tests/package runs
    const recipes = rows(await page("how-to/recipes")).map(([first]) => /\(([\w-]+)\.md\)/.exec(first)?.[1]);
    for (const name of recipes) covered.add(`how-to/${name}`);

    const used = new Set();
    for (const name of names) {
      for (const { language, code } of blocks(await page(name))) {
        if (language !== "sh" && language !== "js") continue;
        for (const line of code.split("\n")) {
          const begin = Object.keys(NOT_RUN).find((begin) => line.startsWith(begin));
          if (begin !== undefined) used.add(begin);
          else if (/^(curl|np[mx]|node|app\.|import) /.test(line)) assert.ok(covered.has(name), `${name}: ${line}`);
        }
      }
    }
    assert.deepEqual([...used].sort(), Object.keys(NOT_RUN).sort(), "reasons that nothing needs any more");
  });
});

describe("README.md", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");

  test("has at most 250 lines", () => assert.ok(readme.split("\n").length <= 250));

  test("prints what a page prints, where a test runs it", async () => {
    const pages = fs.globSync("**/*.md", { cwd: join(ROOT, "www", "docs") });
    const printed = (await Promise.all(pages.map((file) => page(file.slice(0, -3))))).flatMap((text) =>
      blocks(text).map(({ code }) => code),
    );
    const [commands, ...rest] = blocks(readme);
    assert.deepEqual(
      commands.code.split("\n").map((line) => line.split("#")[0].trim()),
      ["npm start", "npm test", ""],
    );
    for (const { code } of rest) assert.ok(printed.includes(code), code);
  });

  for (const file of ["README.md", "CONTRIBUTING.md", "SECURITY.md", "tests/README.md", "benches/README.md"]) {
    test(`${file}: every link leads to a file`, () => {
      const text = readFileSync(join(ROOT, file), "utf8");
      const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(
        (found) => found[1] ?? found[2],
      );
      for (const link of links.filter((link) => !/^(https?:|#)/.test(link))) {
        assert.ok(existsSync(normalize(join(ROOT, dirname(file), link.split("#")[0]))), `${file}: ${link}`);
      }
    });
  }

  test("names every script once, and no other", async () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const named = rows(await page("reference/scripts")).map(([cell]) => /`npm (?:run )?([\w:-]+)/.exec(cell)[1]);
    assert.deepEqual(
      [...named].sort(),
      Object.keys(scripts)
        .filter((name) => name !== "prepack")
        .sort(),
    );
    for (const [, name] of section(readme, "## Scripts").matchAll(/`npm (?:run )?([\w:-]+)/g))
      assert.ok(name in scripts);
  });
});

before(() => assert.ok(existsSync(join(ROOT, "dist", "cli", "main.js")), "npm run build"));
