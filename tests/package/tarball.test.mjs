// The package as it is published: packed, installed into an empty project without a network, and used.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { npm, output } from "./npm.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "edge-sts-package-"));
const installed = join(project, "node_modules", "edge-sts");
after(() => rmSync(project, { recursive: true, force: true }));

// What may be in it, and nothing else.
const ALLOWED = [
  /^package\.json$/,
  /^README\.md$/,
  /^CHANGELOG\.md$/,
  /^LICENSE-(MIT|APACHE)$/,
  /^dist\/([a-z0-9_]+\/){0,3}[a-z0-9_]+\.(js|d\.ts)$/,
  /^dist\/schema\.json$/,
  // What "go to definition" and stack traces lead to.
  /^dist\/(?!cli\/)([a-z0-9_]+\/){0,2}[a-z0-9_]+\.(js|d\.ts)\.map$/,
  /^src\/hosts\/(?!(cli|schema)\/)([a-z0-9_]+\/){0,2}[a-z0-9_]+(\.d)?\.ts$/,
  /^dist\/conformance\/((cases\/)?[a-z_]+\.mjs|README\.md)$/,
  /^dist\/wasm\/edge_sts_bg\.wasm(\.d\.ts)?$/,
];

let files;
let tarball;

before(async () => {
  tarball = await install(project);
  files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(installed, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
});

function inProject(name, text) {
  writeFileSync(join(project, name), text);
  return join(project, name);
}

describe("the tarball", () => {
  test("holds what it must and nothing else", () => {
    const more = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
    assert.deepEqual(more, []);
    for (const file of ["package.json", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "dist/wasm/edge_sts_bg.wasm"]) {
      assert.ok(files.includes(file), file);
    }
  });

  test("every file that its package.json names is there", () => {
    const { bin, exports, dependencies, types, main } = JSON.parse(
      readFileSync(join(installed, "package.json"), "utf8"),
    );
    const named = [
      types,
      main,
      ...Object.values(bin).map((file) => `./${file}`),
      ...Object.values(exports).flatMap((target) => (typeof target === "string" ? target : Object.values(target))),
    ];
    for (const file of named.filter(Boolean)) assert.ok(files.includes(file.slice(2)), file);
    assert.equal(dependencies, undefined, "no dependency at run time");
  });

  test("every map leads to a source that is there", () => {
    const maps = files.filter((file) => file.endsWith(".map"));
    assert.ok(maps.length > 80, String(maps.length));
    for (const file of maps) {
      assert.ok(files.includes(file.replace(/\.map$/, "")), file);
      const { sources } = JSON.parse(readFileSync(join(installed, file), "utf8"));
      for (const source of sources)
        assert.ok(files.includes(posix.join(posix.dirname(file), source)), `${file} ${source}`);
    }
  });

  test("nothing of this machine is in it", () => {
    for (const file of files) {
      const text = readFileSync(join(installed, file)).toString("latin1");
      for (const place of [ROOT.replace(/\/$/, ""), process.env.HOME].filter((name) => name?.length > 5)) {
        assert.ok(!text.includes(place), `${file} names ${place}`);
      }
    }
  });

  test("a Node program exchanges a token with it", async () => {
    const script = inProject("exchange.mjs", USER);
    // before the last line: one for each decision
    const lines = (await output(process.execPath, [script], { cwd: project })).trimEnd().split("\n");
    const answer = JSON.parse(lines.pop());
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).outcome),
      ["success", "refused"],
    );
    assert.deepEqual(answer, {
      members: ["access_token", "expires_in", "issued_token_type", "refresh_token", "scope", "token_type"],
      sub: "testuser",
      expires_in: 360,
      refused: ["OAuthError", 401, "invalid_client"],
      metadata: "https://sts.example",
    });
  });

  test("the examples of its declarations run", async () => {
    // each @example of the published declarations that is a program of its own for Node
    const examples = files
      .filter((file) => file.endsWith(".d.ts") && !file.includes("/wasm/"))
      .flatMap((file) =>
        [...readFileSync(join(installed, file), "utf8").matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) =>
          code.replaceAll(/^ +\* ?/gm, ""),
        ),
      )
      .filter((code) => !/cloudflare|edge-sts\/worker|\benv\./.test(code));
    assert.ok(examples.length >= 5, "there are examples");
    for (const [n, code] of examples.entries()) {
      const printed = await output(process.execPath, [inProject(`example-${n}.mjs`, code)], { cwd: project });
      // What a line prints stands behind it; audit events come in between.
      const expected = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, text]) => text);
      const lines = printed.trimEnd().split("\n");
      assert.deepEqual(
        lines.filter((line) => line !== "" && !line.startsWith('{"time":')),
        expected,
      );
    }
  });

  test("every public function and class has an example", async () => {
    const script = inProject(
      "exports.mjs",
      'import * as all from "edge-sts"; import * as more from "edge-sts/postgres"; console.log([all, more].flatMap(Object.keys).join());',
    );
    const names = (await output(process.execPath, [script], { cwd: project })).trim().split(",");
    assert.ok(names.length >= 6, names.join());
    const declarations = files
      .filter((file) => file.endsWith(".d.ts"))
      .map((file) => readFileSync(join(installed, file), "utf8"));
    for (const name of names) {
      const documented = new RegExp(`@example[^]*?\\*/\\s*export declare (function|class) ${name}\\b`);
      assert.ok(
        declarations.some((text) => documented.test(text)),
        name,
      );
    }
  });

  test("what is not exported cannot be imported", async () => {
    const script = inProject(
      "inner.mjs",
      'await import("edge-sts/dist/sts.js").then(() => process.exit(1), ({ code }) => console.log(code));',
    );
    assert.equal((await output(process.execPath, [script], { cwd: project })).trim(), "ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("the module is reachable for those who load it themselves", async () => {
    const script = inProject(
      "wasm.mjs",
      `import { readFileSync } from "node:fs";
       const bytes = readFileSync(new URL(import.meta.resolve("edge-sts/wasm")));
       console.log(WebAssembly.Module.exports(new WebAssembly.Module(bytes)).some(({ name }) => name === "entries"));`,
    );
    assert.equal((await output(process.execPath, [script], { cwd: project })).trim(), "true");
  });

  test("npx edge-sts runs the command", async () => {
    const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    assert.equal((await npm(["exec", "--offline", "--", "edge-sts", "--version"], project)).trim(), version);
    const listed = await npm(["exec", "--offline", "--", "edge-sts", "conformance", "--list"], project);
    assert.match(listed, /\n[1-9][0-9]{2} cases\n$/);
  });

  test("publint and attw find nothing", async () => {
    const tool = (...path) => join(ROOT, "node_modules", ...path);
    const options = { cwd: project };
    await output(process.execPath, [tool("publint", "src", "cli.js"), tarball, "--strict"], options);
    const attw = tool("@arethetypeswrong", "cli", "dist", "index.js");
    await output(process.execPath, [attw, tarball, "--profile", "esm-only"], options);
  });
});

// Contract 6, as a user writes it.
const USER = `
import { createHmac } from "node:crypto";
import { createSts, exchange, memoryGrants, OAuthError } from "edge-sts";

const secret = "the secret that the external auth server signs with";
const iss = "https://myapp.mycompany.com";
const json = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const input = json({ alg: "HS256" }) + "." + json({ iss, sub: "testuser", exp: Math.floor(Date.now() / 1000) + 600 });
const subject_token = input + "." + createHmac("sha256", secret).update(input).digest("base64url");

const options = {
  issuer: "https://sts.example",
  signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: Buffer.alloc(32, 7).toString("base64url") }] },
  resources: [
    {
      resourceType: "Client",
      id: "tokenexchange",
      secret: "test",
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
      allowedIssuers: [iss],
      auth: { token_exchange: { token_format: "jwt", refresh_token: true, access_token_expiration: 360 } },
    },
    { resourceType: "TokenIntrospector", id: "external-auth-server", type: "jwt", jwt: { iss, secret } },
    { resourceType: "User", id: "testuser" },
  ],
  grants: memoryGrants(),
  onEvent: (event) => console.log(JSON.stringify(event)),
};
const parameters = {
  client_id: "tokenexchange",
  client_secret: "test",
  subject_token,
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  scope: "openid",
};
const sts = await createSts(options);
const answer = await sts.exchange(parameters);
const refused = await exchange({ ...parameters, client_secret: "wrong" }, options).catch((error) => error);
const metadata = await sts.fetch(new Request("https://sts.example/.well-known/oauth-authorization-server"));
console.log(
  JSON.stringify({
    members: Object.keys(answer).sort(),
    sub: JSON.parse(Buffer.from(answer.access_token.split(".")[1], "base64url")).sub,
    expires_in: answer.expires_in,
    refused: [refused instanceof OAuthError && refused.name, refused.status, refused.error],
    metadata: (await metadata.json()).issuer,
  }),
);
`;
