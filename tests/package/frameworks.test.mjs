// `how-to/embed`: the examples for servers that people have, run as they are printed, with the installed tarball.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import client_authentication from "../suites/client_authentication.mjs";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import form from "../suites/form.mjs";
import http_framing from "../suites/http_framing.mjs";
import { decoded } from "../suites/jwt.mjs";
import { send } from "../suites/over_http.mjs";
import { goodExchange } from "../suites/token_request.mjs";
import { install } from "./install.mjs";
import { otherRuntimes, skipped } from "./runtimes.mjs";
import { code, page, section } from "../documents.mjs";
import { freePort } from "../free_port.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = await page("how-to/embed");
const project = mkdtempSync(join(tmpdir(), "edge-sts-frameworks-"));
const running = new Set();
after(async () => {
  for (const { stop } of running) await stop();
  rmSync(project, { recursive: true, force: true, maxRetries: 5 });
});

// name in the page: how it is run
const FRAMEWORKS = { Hono: node, Express: node, Fastify: node, Deno: deno };

// What a framework answers itself, whatever is mounted in it; fails when it stops being so.
const DIFFERENT = {
  // a Content-Type that is no media type is refused before any parser is asked
  Fastify: { "A08 Content-Type x": /FST_ERR_CTP_INVALID_MEDIA_TYPE/ },
};

function node(file) {
  return [process.execPath, file];
}

function deno(file, runtimes) {
  return runtimes.deno && [runtimes.deno, "run", "--no-lock", "--allow-read", "--allow-env", "--allow-net", file];
}

/** The first block of code under the heading of this name. */
function example(name) {
  return code(section(text, `## ${name}`), "js")[0];
}

/** The same under a path of the app: with the line of the page's table in place of the one that mounts it. */
function underAPath(name) {
  const [, line] = new RegExp(`^\\| ${name} +\\| \`(.*sts.*)\` +\\|$`, "m").exec(text) ?? [];
  const mounts = { Hono: /^app\.all\(.*$/m, Express: /^app\.use\(.*$/m, Fastify: /^ *scope\.all\(.*$/m }[name];
  if (mounts === undefined) return example(name);
  assert.ok(line, `there is a line for ${name}`);
  assert.match(example(name), mounts);
  return example(name).replace(mounts, () => line);
}

let runtimes;

before(async () => {
  await install(project);
  runtimes = await otherRuntimes();
  for (const name of ["@hono", "hono", "express", "fastify"]) {
    symlinkSync(join(ROOT, "node_modules", name), join(project, "node_modules", name), "junction");
  }
  const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES, adminToken: ADMIN_TOKEN };
  const text = `import { createSts } from "edge-sts";
const issuer = process.env.ISSUER;
export const sts = await createSts({ ...${JSON.stringify(options)}, issuer });
`;
  writeFileSync(join(project, "sts.js"), `import process from "node:process";\n${text}`);
  mkdirSync(join(project, "home"));
});

async function start([program, ...parameters], issuer = ISSUER) {
  const port = await freePort();
  const child = spawn(program, parameters, {
    cwd: project,
    env: { ...process.env, PORT: String(port), ISSUER: issuer },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaints = "";
  let ended = false;
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
  const end = new Promise((resolve) => child.on("close", resolve)).then(() => (ended = true));
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const url = new URL(`http://localhost:${port}`);
  const server = {
    now: () => Math.floor(Date.now() / 1000),
    advance: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    fetch: (path, init) => send(url, agent, path, init),
    async stop() {
      running.delete(server);
      agent.destroy();
      child.kill();
      await end;
    },
  };
  running.add(server);
  while (!(await server.fetch(`${new URL(issuer).pathname.replace(/\/$/, "")}/health`).catch(() => undefined))) {
    if (ended) throw new Error(complaints);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return server;
}

for (const [name, how] of Object.entries(FRAMEWORKS)) {
  describe(name, () => {
    let sts;
    before(async () => {
      const file = join(project, `${name.toLowerCase()}.js`);
      writeFileSync(file, example(name));
      const command = how(file, runtimes);
      if (command !== undefined) sts = await start(command);
    });
    after(() => sts?.stop());

    test("the app's own route", async (t) => {
      if (sts === undefined) return skipped(t, name);
      const response = await sts.fetch("/");
      if (name === "Deno") assert.equal(response.status, 404);
      else assert.equal(await response.text(), "my app");
    });

    for (const [suite, cases] of Object.entries({ http_framing, form, client_authentication })) {
      test(suite, async (t) => {
        if (sts === undefined) return t.skip("not installed");
        for (const { name: title, run } of cases) {
          const differs = DIFFERENT[name]?.[title];
          await t.test(title, () => (differs === undefined ? run(sts) : assert.rejects(run(sts), differs)));
        }
      });
    }

    test("under a path of the app, metadata included (RFC 8414 section 3.1)", async (t) => {
      const file = join(project, `${name.toLowerCase()}_path.js`);
      writeFileSync(file, underAPath(name));
      const command = how(file, runtimes);
      if (command === undefined) return skipped(t, name);
      const issuer = `${ISSUER}/sts`;
      const mounted = await start(command, issuer);
      for (const path of [
        "/.well-known/oauth-authorization-server/sts",
        "/.well-known/openid-configuration/sts",
        "/sts/.well-known/openid-configuration",
      ]) {
        const response = await mounted.fetch(path);
        assert.equal(response.status, 200, path);
        const metadata = await response.json();
        assert.deepEqual([metadata.issuer, metadata.token_endpoint], [issuer, `${issuer}/auth/token`]);
      }
      assert.deepEqual((await (await mounted.fetch("/sts/openapi.json")).json()).servers, [{ url: issuer }]);
      const request = await goodExchange(mounted);
      assert.equal((await request.send(mounted)).status, 404);
      request.path = "/sts/auth/token";
      const response = await request.send(mounted);
      assert.equal(response.status, 200);
      assert.equal(decoded((await response.json()).access_token).claims.iss, issuer);
      await mounted.stop();
    });
  });
}
