// npm start, as a user who has just cloned the repository meets it: in a copy without any state.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLocalJWKSet, jwtVerify } from "jose";
import { npm, output } from "../package/npm.mjs";
import { freePort } from "../free_port.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "edge-sts-start-"));
const clone = join(place, "clone");
const home = join(place, "home");
const running = new Set();

after(async () => {
  for (const service of running) await service.stop("SIGKILL");
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
});

before(() => {
  // What is built is taken along, so that this does not compile Rust again; what a user's machine holds is not.
  const left = new Set([".git", ".dev.vars", ".wrangler", "node_modules", "resources.json", "target", "tests"]);
  cpSync(ROOT, clone, {
    recursive: true,
    filter: (source) => !left.has(relative(ROOT, source)) && !basename(source).endsWith(".tgz"),
  });
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"), "junction");
  mkdirSync(home);
});

function environment(port) {
  const { CARGO_HOME = join(homedir(), ".cargo"), RUSTUP_HOME = join(homedir(), ".rustup") } = process.env;
  return {
    ...process.env,
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: home,
    CARGO_HOME,
    RUSTUP_HOME,
    PORT: String(port),
  };
}

/** `npm start`; ready when it has printed its curl line. */
async function start(port) {
  const windows = process.platform === "win32";
  // a group of its own: Ctrl-C reaches every process of it
  const child = spawn("npm", ["start", "--", "--no-docs"], {
    cwd: clone,
    env: environment(port),
    detached: !windows,
    shell: windows,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  // "close": every process that could still print is gone
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  const service = {
    printed: () => printed,
    ended,
    async stop(signal = "SIGINT") {
      running.delete(service);
      try {
        process.kill(windows ? child.pid : -child.pid, signal);
      } catch {
        // it has ended by itself
      }
      return ended;
    },
  };
  running.add(service);
  const line = await new Promise((resolve, reject) => {
    const seconds = 90;
    const late = setTimeout(() => reject(new Error(`no curl line within ${seconds} s:\n${printed}`)), seconds * 1000);
    const look = (text) => {
      printed += text;
      const found = /^\s*(curl .*)$/m.exec(printed.slice(0, printed.lastIndexOf("\n") + 1))?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", look);
    child.stderr.setEncoding("utf8").on("data", look);
    ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`npm start ended (${code}):\n${printed}`));
    });
  });
  return { ...service, line };
}

const paste = async (line) =>
  JSON.parse(
    await output(process.platform === "win32" ? "cmd" : "sh", [process.platform === "win32" ? "/c" : "-c", line], {
      cwd: place,
    }),
  );

function administratorsToken() {
  return /^STS_ADMIN_TOKEN="?([^"\n]+)"?$/m.exec(readFileSync(join(clone, ".dev.vars"), "utf8"))[1];
}

async function administer(port, method, path, body) {
  const headers = { authorization: `Bearer ${administratorsToken()}`, "content-type": "application/json" };
  return fetch(`http://localhost:${port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function client() {
  const resources = JSON.parse(readFileSync(join(clone, "resources.json"), "utf8"));
  return resources.find(({ resourceType }) => resourceType === "Client");
}

async function refresh(port, refresh_token) {
  const { id, secret } = client();
  const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
  return fetch(`http://localhost:${port}/auth/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token }),
  });
}

describe("npm start", () => {
  test("serves, prints a curl line that works, stops at Ctrl-C, and keeps resources and grants", async () => {
    const port = await freePort();
    const first = await start(port);
    assert.ok(first.line.includes(`http://localhost:${port}/auth/token`), first.line);
    const answer = await paste(first.line);
    for (const name of ["access_token", "issued_token_type", "token_type", "expires_in", "refresh_token"]) {
      assert.ok(name in answer, `${name} in ${JSON.stringify(Object.keys(answer))}`);
    }
    assert.equal(answer.token_type, "Bearer");
    // anybody can verify it with what is published
    const issuer = `http://localhost:${port}`;
    const jwks = await (await fetch(`${issuer}/.well-known/jwks.json`)).json();
    const { payload } = await jwtVerify(answer.access_token, createLocalJWKSet(jwks), { issuer, typ: "at+jwt" });
    assert.equal(payload.client_id, "tokenexchange");

    const variables = readFileSync(join(clone, ".dev.vars"), "utf8");
    for (const name of ["STS_ADMIN_TOKEN", "STS_SIGNING_KEYS"]) assert.ok(variables.includes(name), name);
    if (process.platform !== "win32") {
      assert.equal(statSync(join(clone, ".dev.vars")).mode & 0o077, 0, "only its owner reads .dev.vars");
    }
    const seeds = JSON.parse(readFileSync(join(clone, "resources.json"), "utf8"));
    assert.deepEqual(seeds.map(({ resourceType }) => resourceType).sort(), ["Client", "TokenIntrospector", "User"]);
    assert.deepEqual(
      seeds
        .filter(({ resourceType }) => resourceType !== "User")
        .map(({ id }) => id)
        .sort(),
      ["external-auth-server", "tokenexchange"],
    );
    for (const secret of [administratorsToken(), answer.refresh_token, answer.access_token]) {
      assert.ok(!first.printed().includes(secret), "a secret on the console");
    }

    assert.equal((await fetch(`http://localhost:${port}/`)).status, 200, "the demo page");
    assert.equal((await administer(port, "PUT", "/User/made-before-the-restart", { displayName: "kept" })).status, 201);
    const rotated = await (await refresh(port, answer.refresh_token)).json();

    // The same port again, while it is taken: said in a sentence, not in a stack.
    await assert.rejects(start(port), (error) => {
      assert.match(error.message, new RegExp(`${port}`));
      assert.match(error.message, /PORT=/);
      assert.ok(!/\n\s+at /.test(error.message), error.message);
      return true;
    });

    await first.stop();
    assert.ok(!/\n\s+at /.test(first.printed()), "Ctrl-C prints no stack");
    await assert.rejects(fetch(`http://localhost:${port}/health`), "nothing listens any more");

    const second = await start(port);
    assert.equal(readFileSync(join(clone, ".dev.vars"), "utf8"), variables, ".dev.vars is used as it is");
    const kept = await administer(port, "GET", "/User/made-before-the-restart");
    assert.equal((await kept.json()).displayName, "kept");
    const next = await refresh(port, rotated.refresh_token);
    assert.equal(next.status, 200, "the refresh token of before");
    assert.equal((await refresh(port, answer.refresh_token)).status, 400, "the one that was used before");
    assert.equal((await refresh(port, (await next.json()).refresh_token)).status, 400, "its family");
    assert.ok("access_token" in (await paste(second.line)));
    await second.stop();
  });

  test("npm run token prints a token that the running service takes", async () => {
    const port = await freePort();
    const service = await start(port);
    const token = (await npm(["run", "--silent", "token"], clone)).trim();
    assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
    const body = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: token,
    });
    const { id, secret } = client();
    assert.ok(secret.length >= 43, "a random secret, not that of the how-to");
    const headers = { authorization: `Basic ${btoa(`${id}:${secret}`)}` };
    const response = await fetch(`http://localhost:${port}/auth/token`, { method: "POST", headers, body });
    assert.equal(response.status, 200, await response.text());
    await service.stop();
  });

  test("a wrong PORT is told in a sentence", async () => {
    for (const port of ["0", "x", "70000"]) {
      await assert.rejects(start(port), (error) => {
        assert.match(error.message, /PORT/);
        assert.ok(!/\n\s+at /.test(error.message), error.message);
        return true;
      });
    }
  });
});
