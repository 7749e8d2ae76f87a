// The packed tarball bundled for Node, as people who deploy one file do, and started far from any node_modules.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build as vite } from "vite";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { install } from "./install.mjs";
import { output } from "./npm.mjs";

const load = await npmClients();
const skip = load === undefined && "not installed, see above";
const project = mkdtempSync(join(tmpdir(), "edge-sts-bundles-"));
const elsewhere = mkdtempSync(join(tmpdir(), "edge-sts-bundled-"));
const entry = join(project, "main.js");
after(() => {
  for (const folder of [project, elsewhere]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

// Without await outside of functions, which CommonJS has not.
const PROGRAM = `
import { createHmac } from "node:crypto";
import { createSts } from "edge-sts";

async function main() {
  const secret = "the secret that the external auth server signs with";
  const iss = "https://issuer.example";
  const sts = await createSts({
    issuer: "https://sts.example",
    signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: Buffer.alloc(32, 7).toString("base64url") }] },
    resources: [
      {
        resourceType: "Client",
        id: "tokenexchange",
        secret: "test",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: [iss],
      },
      { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss, secret } },
      { resourceType: "User", id: "alice" },
    ],
    onEvent: () => undefined,
  });
  const json = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 600;
  const input = json({ alg: "HS256" }) + "." + json({ iss, sub: "alice", exp });
  const answer = await sts.exchange({
    client_id: "tokenexchange",
    client_secret: "test",
    subject_token: input + "." + createHmac("sha256", secret).update(input).digest("base64url"),
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  });
  // A part that is loaded when it is asked for, too.
  const description = await (await sts.fetch(new Request("https://sts.example/openapi.json"))).json();
  console.log([answer.token_type, answer.expires_in, description.openapi].join(" "));
}
main().catch((error) => console.log(String(error)));
`;

const STARTED = "Bearer 300 3.1.1";

before(async () => {
  await install(project);
  writeFileSync(entry, PROGRAM);
});

/** What the program that a bundler made of PROGRAM prints at last. */
async function printed(file) {
  return (await output(process.execPath, [file], { cwd: elsewhere })).trimEnd().split("\n").at(-1);
}

function folder(name) {
  const path = join(elsewhere, name);
  mkdirSync(path);
  return path;
}

async function esbuild(format, dir) {
  const { build } = await load("esbuild");
  const outfile = join(dir, `main.${format === "esm" ? "mjs" : "cjs"}`);
  await build({ entryPoints: [entry], bundle: true, platform: "node", format, outfile, logLevel: "error" });
  return outfile;
}

async function rollup(format, exportConditions, dir) {
  const [{ rollup }, { nodeResolve }] = [await load("rollup"), await load("@rollup/plugin-node-resolve")];
  const bundle = await rollup({ input: entry, plugins: [nodeResolve({ exportConditions })], external: /^node:/ });
  const names = format === "es" ? "[name].mjs" : "[name].cjs";
  await bundle.write({ dir, format, entryFileNames: names, chunkFileNames: names });
  await bundle.close();
  return join(dir, names.replace("[name]", "main"));
}

async function webpack(dir) {
  const { default: webpack } = await load("webpack");
  const output = { path: dir, filename: "main.cjs" };
  const compiler = webpack({ mode: "production", target: "node", context: project, entry, output });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
  });
  assert.ok(!stats.hasErrors(), stats.toString());
  await new Promise((resolve) => compiler.close(resolve));
  return join(dir, "main.cjs");
}

async function viteForServers(dir) {
  const build = {
    ssr: entry,
    outDir: dir,
    emptyOutDir: false,
    rollupOptions: { output: { entryFileNames: "main.mjs" } },
  };
  await vite({ root: project, configFile: false, logLevel: "error", build, ssr: { noExternal: true } });
  return join(dir, "main.mjs");
}

describe("bundled for Node it starts", { skip }, () => {
  for (const [title, bundle] of Object.entries({
    "esbuild, ESM": (dir) => esbuild("esm", dir),
    "esbuild, CommonJS": (dir) => esbuild("cjs", dir),
    "rollup, ESM": (dir) => rollup("es", ["node"], dir),
    "rollup, CommonJS": (dir) => rollup("cjs", ["node"], dir),
    webpack,
    "Vite for servers": viteForServers,
  })) {
    test(title, async () => {
      assert.equal(await printed(await bundle(folder(title.replace(/\W+/g, "-")))), STARTED);
    });
  }
});

describe("where it cannot start, an error says what to write", () => {
  test("the condition node, to rollup", { skip }, async () => {
    const file = await rollup("es", [], folder("browser"));
    assert.match(
      await printed(file),
      /^TypeError: edge_sts_bg\.wasm cannot be fetched from a file: .*exportConditions/,
    );
  });

  test("what keeps it out of a bundle, where its files were left behind", async () => {
    const copy = folder("left-behind");
    cpSync(join(project, "node_modules"), join(copy, "node_modules"), { recursive: true });
    const wasm = join(copy, "node_modules", "edge-sts", "dist", "wasm");
    for (const file of ["edge_sts_bg.wasm", "edge_sts_bundled.js"]) rmSync(join(wasm, file));
    writeFileSync(join(copy, "main.mjs"), PROGRAM);
    assert.match(
      await printed(join(copy, "main.mjs")),
      /^TypeError: edge_sts_bg\.wasm was not found beside the module: .*serverExternalPackages/,
    );
  });
});

describe("CommonJS, as is documented", () => {
  const program = (how) => {
    const file = join(project, "program.cjs");
    writeFileSync(
      file,
      PROGRAM.replace(/import \{ createSts \} from "edge-sts";/, "")

        .replace(/import \{ createHmac \} from "node:crypto";/, 'const { createHmac } = require("node:crypto");')
        .replace("async function main() {", `async function main() {\n  const { createSts } = ${how};`),
    );
    return file;
  };

  test("require, where Node can require ES modules", async () => {
    assert.equal(await printed(program('require("edge-sts")')), STARTED);
  });

  test("import(), everywhere", async () => {
    const flags = ["--no-experimental-require-module"];
    const run = async (how) =>
      (await output(process.execPath, [...flags, program(how)], { cwd: project })).trimEnd().split("\n").at(-1);
    assert.match(await run('require("edge-sts")'), /to a dynamic import\(\)/);
    assert.equal(await run('await import("edge-sts")'), STARTED);
  });
});
