// `edge-sts serve`: the service behind Node's own server, with grants in a file.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Agent, IncomingMessage, request } from "node:http";
import { connect, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readBody } from "../../dist/cli/incoming_body.js";
import { active, inactive, issuedBy, refusedBy } from "../suites/answers.mjs";
import client_authentication from "../suites/client_authentication.mjs";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import form from "../suites/form.mjs";
import http_framing from "../suites/http_framing.mjs";
import { send } from "../suites/over_http.mjs";
import parameters from "../suites/parameters.mjs";
import { goodExchange, goodExchangeOf, refreshRequest } from "../suites/token_request.mjs";
import { edgeSts, serving } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-serve-"));
const running = new Set();
after(async () => {
  for (const { stop } of running) await stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

writeFileSync(join(folder, "resources.json"), JSON.stringify(RESOURCES));
const env = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS), STS_ADMIN_TOKEN: ADMIN_TOKEN };

async function served(...more) {
  const service = await serving(more, { cwd: folder, env });
  running.add(service);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    ...service,
    now: () => Math.floor(Date.now() / 1000),
    advance: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    fetch: (path, init) => send(service.url, agent, path, init),
    async stop(signal) {
      running.delete(service);
      agent.destroy();
      return service.stop(signal);
    },
  };
}

const sts = await served("--grants", "memory");

// Those that a server between the client and the service could spoil, and that write no resources.
for (const [suite, cases] of Object.entries({ http_framing, form, client_authentication, parameters })) {
  describe(suite, () => {
    for (const { name, run } of cases) test(name, () => run(sts));
  });
}

const FORM = "content-type: application/x-www-form-urlencoded\r\n";

/** What a server answers to bytes, until it closes the connection. */
function raw(text) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(sts.url.port), sts.url.hostname, () => socket.write(text));
    let answer = "";
    socket.setEncoding("latin1").on("data", (part) => (answer += part));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

describe("what only a server can do wrong", () => {
  test("a body without an end: answered, and no more read of it than needed", async () => {
    let answer = "";
    let sent = 0;
    await new Promise((resolve) => {
      const socket = connect(Number(sts.url.port), sts.url.hostname);
      const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
      const more = () => {
        do sent += chunk.length;
        while (answer === "" && !socket.destroyed && socket.write(chunk));
      };
      socket.write(`POST /auth/token HTTP/1.1\r\nhost: x\r\n${FORM}transfer-encoding: chunked\r\n\r\n`);
      socket.setEncoding("latin1").on("data", (part) => {
        answer += part;
        if (answer.endsWith("}")) socket.destroy(); // as clients do
      });
      socket.on("drain", more);
      socket.on("error", () => undefined);
      socket.on("close", resolve);
      more();
    });
    assert.match(answer, /^HTTP\/1\.1 413 [^]*\r\nconnection: close\r\n[^]*"error":"invalid_request"/);
    assert.ok(sent < 33_554_432, `${sent} bytes were taken`);
  });

  test("a body that is announced as too long is not asked for", async () => {
    const length = "content-length: 65537\r\nexpect: 100-continue\r\n\r\n";
    assert.match(await raw(`POST /auth/token HTTP/1.1\r\nhost: x\r\n${FORM}${length}`), /^HTTP\/1\.1 413 /);
  });

  test("one that fits is", async () => {
    const body = "grant_type=x";
    const head = `POST /auth/token HTTP/1.1\r\nhost: x\r\n${FORM}`;
    const more = `content-length: ${body.length}\r\nconnection: close\r\nexpect: 100-continue\r\n\r\n${body}`;
    assert.match(await raw(head + more), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 401 /);
  });

  test("two Authorization headers are not one", async () => {
    const good = await goodExchange(sts);
    const { authorization } = good.headers;
    await refusedBy(await good.header("authorization", [authorization, authorization]).send(sts), {
      status: 401,
      error: "invalid_client",
    });
  });

  test("a body that comes in parts is one body", async () => {
    const good = await goodExchange(sts);
    await issuedBy(await good.send({ ...sts, fetch: (path, init) => sts.fetch(path, { ...init, streamed: true }) }));
    const body = `grant_type=x&padding=${"x".repeat(20_000)}`;
    const parts = body.match(/[^]{1,1000}/g).map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
    const head = `POST /auth/token HTTP/1.1\r\nhost: x\r\n${FORM}transfer-encoding: chunked\r\nconnection: close\r\n\r\n`;
    assert.match(await raw(`${head}${parts.join("")}0\r\n\r\n`), /^HTTP\/1\.1 401 [^]*"error":"invalid_client"/);
  });

  test("a client that goes away within its body is no news", async () => {
    const before = sts.printed.stderr;
    const head = `POST /auth/token HTTP/1.1\r\nhost: x\r\n${FORM}content-length: 1000\r\n\r\n`;
    await new Promise((resolve) => {
      const socket = connect(Number(sts.url.port), sts.url.hostname, () => socket.write(`${head}grant_type=x`));
      socket.on("close", resolve);
      setTimeout(() => socket.resetAndDestroy(), 100);
    });
    await issuedBy(await (await goodExchange(sts)).send(sts));
    assert.equal(sts.printed.stderr, before);
  });

  test("methods and targets that no Request can have", async () => {
    const close = "HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for (const line of ["TRACE /auth/token", "GET http://evil.example/health", "OPTIONS *"]) {
      assert.match(await raw(`${line} ${close}`), /^HTTP\/1\.1 400 /, line);
    }
    assert.match(await raw(`GET /health ${close}`), /^HTTP\/1\.1 200 /);
  });

  test("a path that would be another one when it is read", async () => {
    const rest = `HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\nconnection: close\r\n\r\n`;
    const disguised = [
      "/auth/../Client/c1",
      "/auth/%2e%2e/Client/c1",
      "/x\\..\\Client\\c1",
      "/./Client/c1",
      "/x/.%2E/health",
    ];
    for (const path of disguised) assert.match(await raw(`GET ${path} ${rest}`), /^HTTP\/1\.1 400 /, path);
    assert.match(await raw(`GET /Client/c1 ${rest}`), /^HTTP\/1\.1 200 /);
    assert.match(await raw(`GET /Client/c1?a=%2e%2e/b ${rest}`), /^HTTP\/1\.1 200 /);
  });

  test("HEAD has no length that is not that of GET", async () => {
    const answer = await raw("HEAD /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.doesNotMatch(answer, /content-length/i);
  });

  test("a browser at the address is told what this is; a program gets the answer of the service", async () => {
    const told = await sts.fetch("/", { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
    assert.deepEqual([told.status, told.headers.get("content-type")], [200, "text/plain; charset=utf-8"]);
    const lines = (await told.text()).trim().split("\n");
    assert.equal(lines.length, 2);
    assert.match(lines[1], /\/health.*\/openapi\.json/);
    assert.equal((await sts.fetch("/")).status, 404);
    assert.equal((await sts.fetch("/x", { headers: { accept: "text/html" } })).status, 404);
  });

  test("the administrator's interface shows and does not change", async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const list = await (await sts.fetch("/User", { headers })).json();
    assert.equal(list.total, RESOURCES.filter(({ resourceType }) => resourceType === "User").length);
    const put = await sts.fetch("/User/eve", { method: "PUT", headers, body: "{}" });
    assert.equal(put.status, 405);
  });

  test("a line of JSON on stdout for each decision, and nothing else", async () => {
    const lines = sts.printed.stdout.trimEnd().split("\n");
    assert.ok(lines.length > 50);
    for (const line of lines) assert.equal(typeof JSON.parse(line).event, "string");
  });
});

test("the body of a client that went away before it is read is not waited for", async () => {
  const incoming = new IncomingMessage(new Socket());
  const closed = new Promise((resolve) => incoming.once("close", resolve));
  incoming.destroy();
  await closed;
  await assert.rejects(readBody(incoming, 10), /the client is gone/);
});

describe("the end", () => {
  test("SIGTERM: what runs is finished, nothing new is taken, then it ends with 0", async () => {
    const sts = await served("--grants", "memory");
    const { body, headers } = formOf(await goodExchange(sts));
    const options = { host: sts.url.hostname, port: sts.url.port, path: "/auth/token", method: "POST" };
    const half = request({ ...options, headers: { ...headers, "content-length": body.length } });
    const answer = new Promise((resolve, reject) => half.on("response", resolve).on("error", reject));
    await new Promise((resolve) => half.write(body.slice(0, 10), resolve));
    await (await sts.fetch("/health")).text(); // the half request has arrived: it was sent before
    const ended = sts.stop("SIGTERM");
    await assert.rejects(async () => {
      for (;;) await health(sts);
    });
    half.end(body.slice(10));
    const response = await answer;
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers.connection, "close");
    response.resume();
    assert.equal((await ended).code, 0);
  });

  test("stopped, killed, started again: grants are there", async () => {
    const args = ["--grants", "kept.sqlite"];
    const first = await served(...args);
    const kept = (await issuedBy(await (await goodExchange(first)).send(first))).answer;
    const reused = (await issuedBy(await (await goodExchange(first)).send(first))).answer;
    const successor = (await issuedBy(await refreshRequest("c1", reused.refresh_token).send(first))).answer;
    await issuedBy(await refreshRequest("c1", successor.refresh_token).send(first));
    const opaque = (await issuedBy(await (await goodExchangeOf(first, "co", "read")).send(first))).answer;
    assert.equal((await first.stop("SIGTERM")).code, 0);
    if (process.platform !== "win32") assert.equal(statSync(join(folder, "kept.sqlite")).mode & 0o077, 0);

    const second = await served(...args);
    await active(second, "co", opaque.access_token);
    const next = (await issuedBy(await refreshRequest("c1", kept.refresh_token).send(second))).answer;
    await second.stop("SIGKILL");

    const third = await served(...args);
    await issuedBy(await refreshRequest("c1", next.refresh_token).send(third));
    await refusedBy(await refreshRequest("c1", reused.refresh_token).send(third), { error: "invalid_grant" });
    await inactive(third, "c1", reused.access_token, "reuse ended its grant");
    assert.equal((await third.stop("SIGINT")).code, 0);
  });
});

function formOf({ headers, parameters }) {
  return { headers, body: new URLSearchParams(parameters).toString() };
}

async function health({ url }) {
  const response = await fetch(new URL("/health", url), { headers: { connection: "close" } });
  await response.text();
}

describe("it does not start", () => {
  const fails = async (says, parameters, more = {}) => {
    const environment = { ...env, ...more };
    const { code, stdout, stderr } = await edgeSts(["serve", "--port", "0", "--grants", "memory", ...parameters], {
      cwd: folder,
      env: environment,
    });
    assert.match(stderr, says);
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /planted|    at /);
    return code;
  };

  test("without a key, or with one that is none", async () => {
    assert.equal(await fails(/no signing key/, [], { STS_SIGNING_KEYS: "" }), 1);
    assert.equal(await fails(/not a JWK Set/, [], { STS_SIGNING_KEYS: "planted" }), 1);
  });

  test("with an issuer that is none", async () => {
    assert.equal(await fails(/issuer/, ["--issuer", "http://planted.example"]), 1);
  });

  test("with resources that have faults", async () => {
    writeFileSync(join(folder, "bad.json"), JSON.stringify([{ resourceType: "User", id: "a", planted: 1 }]));
    const service = await edgeSts(["serve", "--port", "0", "--resources", "bad.json"], { cwd: folder, env });
    assert.equal(service.code, 1);
    assert.match(service.stderr, /bad\.json \[0\]\.User\.planted: /);
    assert.equal(await fails(/cannot be read/, ["--resources", "nowhere.json"]), 1);
  });

  test("on a port that is taken", async () => {
    assert.equal(await fails(/is taken/, ["--host", "127.0.0.1", "--port", sts.url.port]), 1);
  });

  test("with numbers that are none", async () => {
    assert.equal(await fails(/The port must be/, ["--port", "65536"]), 2);
    assert.equal(await fails(/STS_CACHE_TTL must be/, [], { STS_CACHE_TTL: "1.5" }), 2);
  });
});

describe("what goes on around it", () => {
  test("it ends in good order when nobody takes its audit events", async () => {
    const service = await served("--grants", "memory");
    assert.equal((await service.fetch("/health")).status, 200);
    service.child.stdout.destroy();
    // The first ones may still fit into a pipe that is gone.
    for (let n = 0; n < 20 && service.child.exitCode === null; n += 1) {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
      await service.fetch("/auth/token", init).catch(() => undefined);
    }
    const { code, stderr } = await service.ended;
    assert.deepEqual([code, /Audit events cannot be written/.test(stderr)], [1, true], stderr);
    running.delete(service);
  });

  test("what check warns of is said when it starts", async () => {
    const client = RESOURCES.find(({ resourceType }) => resourceType === "Client");
    const doubtful = { ...client, id: "doubtful", secret: "CHANGE-ME", first_party: true };
    const condition = "claims.sub.contains('@example.com')";
    writeFileSync(join(folder, "doubtful.json"), JSON.stringify([{ ...doubtful, condition }]));
    const checked = await edgeSts(["check", "doubtful.json", "--json"], { cwd: folder });
    const { warnings } = JSON.parse(checked.stdout);
    assert.ok(warnings.length >= 3, checked.stdout);
    const service = await served("--grants", "memory", "--resources", "doubtful.json");
    for (const { path, message, line } of warnings) {
      const said = `warning ${path}: ${message} (line ${line})\n`;
      assert.ok(service.printed.stderr.includes(said), service.printed.stderr);
    }
    await service.stop();
  });

  test("it says when others may read its keys", { skip: process.platform === "win32" }, async () => {
    for (const [mode, says] of [
      [0o644, true],
      [0o600, false],
    ]) {
      const keys = join(folder, `keys-${mode}.json`);
      writeFileSync(keys, JSON.stringify(SIGNING_KEYS), { mode });
      const service = await served("--grants", "memory", "--keys", keys);
      assert.equal(service.printed.stderr.includes("others may read"), says);
      await service.stop();
    }
  });
});

describe("SIGHUP", { skip: process.platform === "win32" }, () => {
  const write = (resources) => writeFileSync(join(folder, "changing.json"), resources);
  const withSecret = (secret) =>
    JSON.stringify(
      RESOURCES.map((one) => (one.resourceType === "Client" && one.id === "c1" ? { ...one, secret } : one)),
    );
  const [{ secret: first }] = RESOURCES.filter(({ resourceType, id }) => resourceType === "Client" && id === "c1");
  const second = "another-secret-0f1e2d3c4b5a69788796a5b4";

  /** Sends the signal and waits until it says this. */
  async function hangup(service, says) {
    const before = service.printed.stderr.length;
    service.child.kill("SIGHUP");
    for (let n = 0; n < 600; n += 1) {
      const said = service.printed.stderr.slice(before);
      if (says.test(said)) return said;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`it never said ${says}: ${service.printed.stderr.slice(before)}`);
  }

  async function statusOf(service, secret) {
    const { parameters } = await goodExchange(service);
    const headers = { authorization: `Basic ${Buffer.from(`c1:${secret}`).toString("base64")}` };
    const body = new URLSearchParams(parameters).toString();
    headers["content-type"] = "application/x-www-form-urlencoded";
    return (await service.fetch("/auth/token", { method: "POST", headers, body })).status;
  }

  test("resources are read again at once, and those with a fault are not", async () => {
    write(JSON.stringify(RESOURCES));
    const service = await served("--grants", "memory", "--resources", "changing.json");
    assert.deepEqual([await statusOf(service, first), await statusOf(service, second)], [200, 401]);
    const { answer } = await issuedBy(await (await goodExchange(service)).send(service));

    write(withSecret(second));
    // Requests go on meanwhile, and none of them is lost.
    let going = true;
    const meanwhile = (async () => {
      const statuses = new Set();
      while (going) statuses.add((await service.fetch("/health")).status);
      return [...statuses];
    })();
    await hangup(service, new RegExp(`${RESOURCES.length} resources and the signing keys are read again`));
    going = false;
    assert.deepEqual(await meanwhile, [200]);
    assert.deepEqual([await statusOf(service, first), await statusOf(service, second)], [401, 200]);

    for (const [bad, says] of [
      ['[{"id": "planted",}]', /line 1, column \d+: This is not JSON[^]*Nothing is changed/],
      [JSON.stringify([{ resourceType: "User", id: "a", planted: 1 }]), /\[0\]\.User\.planted: [^]*Nothing is changed/],
    ]) {
      write(bad);
      const said = await hangup(service, says);
      assert.doesNotMatch(said, /"planted"/);
      assert.equal(await statusOf(service, second), 200);
    }

    write(JSON.stringify(RESOURCES));
    await hangup(service, /are read again/);
    assert.deepEqual([await statusOf(service, first), await statusOf(service, second)], [200, 401]);
    // A grant from before it is good all the while.
    await issuedBy(await refreshRequest("c1", answer.refresh_token).send(service));
    assert.equal((await service.stop("SIGTERM")).code, 0);
  });

  test("signing keys are read again, too", async () => {
    const keys = join(folder, "changing_keys.json");
    writeFileSync(keys, JSON.stringify(SIGNING_KEYS), { mode: 0o600 });
    const service = await served("--grants", "memory", "--keys", keys);
    const kids = async () => (await (await service.fetch("/.well-known/jwks.json")).json()).keys.map(({ kid }) => kid);
    assert.deepEqual(await kids(), []);
    const { stderr } = await edgeSts(["keys", keys, "--add", "--out", keys]);
    const [, kid] = /^verifies: (\w+) ES256/m.exec(stderr);
    await hangup(service, /are read again/);
    assert.deepEqual(await kids(), [kid]);
    writeFileSync(keys, "planted");
    assert.doesNotMatch(await hangup(service, /Nothing is changed/), /planted/);
    assert.deepEqual(await kids(), [kid]);
    await service.stop();
  });
});
