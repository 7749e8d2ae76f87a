// `edge-sts serve` beside oidc-provider with a registered token-exchange grant (that of tests/conformance/peers), and beside the
// same exchange written by hand in Go (servers/exchange.go): each in a process of its own, over loopback. A client with a secret, a subject JWT with HS256, an access token signed with ES256. Ours
// looks up a User and writes an event for each exchange, which goes nowhere here; oidc-provider stores each token, in memory.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmPackages } from "../src/tasks/conformance_peers.mjs";
import { ROOT } from "../src/tasks/setup.mjs";
import {
  AUDIENCES,
  CLIENTS,
  EXCHANGE,
  ISSUER,
  SCOPES,
  SECRET,
  TYPE,
} from "../tests/conformance/peers/configuration.mjs";
import { Client } from "./measure/client.mjs";
import { machine } from "./measure/machine.mjs";
import { processorTime } from "./measure/processor.mjs";
import { inTurns, median, minimum } from "./measure/slices.mjs";
import { tokenRequest } from "./scenario/over_http.mjs";
import { goServer } from "./servers/go.mjs";

const CONNECTIONS = 16;
const ROUNDS = 40;
const USERS = Array.from({ length: 16 }, (_, index) => `user-${index}`);

const packages = join(ROOT, await npmPackages());
const folder = mkdtempSync(join(tmpdir(), "edge-sts-servers-"));
const servers = [];
try {
  const go = await goServer();
  servers.push(await ours(), await oidcProvider());
  if (go !== undefined) servers.push(await byHandInGo(go));
  const contenders = [];
  for (const { name, child, endpoint, issuer } of servers) {
    const client = await Client.connected(endpoint, CONNECTIONS);
    const requests = USERS.map((sub) => exchangeAt(endpoint, issuer, sub));
    const { status, body } = await client.one(requests[0]);
    assert.equal(status, 200, `${name}: ${body}`);
    const [header] = JSON.parse(body).access_token.split(".");
    assert.equal(JSON.parse(Buffer.from(header, "base64url")).alg, "ES256", name);
    const forged = exchangeAt(endpoint, issuer, USERS[0], `not ${SECRET}`);
    assert.equal((await client.one(forged)).status, 400, `${name}: a signature of somebody else`);
    const contender = { name, processor: [], close: () => client.close() };
    contender.run = async (count) => {
      const before = processorTime(child.pid);
      await client.send(requests, count);
      contender.processor.push(((processorTime(child.pid) - before) * 1000) / count);
    };
    contenders.push(contender);
  }
  const results = await inTurns(contenders, { rounds: ROUNDS, slice: 150, warmUp: 3000 });
  for (const { close } of contenders) close();
  const rates = results.map(({ nanoseconds }) => nanoseconds.map((each) => 1e9 / each));
  console.log(`${machine()}; ${CONNECTIONS} connections`);
  console.log("| exchanges per second | minimum | median | ours, times it | processor, us for each |");
  console.log("|---|--:|--:|--:|--:|");
  for (const [index, { name }] of results.entries()) {
    const middle = median(rates[index]);
    const processor = median(contenders[index].processor.slice(-ROUNDS)); // without the warm-up
    const figures = [minimum(rates[index]).toFixed(0), middle.toFixed(0), (median(rates[0]) / middle).toFixed(2)];
    console.log(`| ${[name, ...figures, processor.toFixed(0)].join(" | ")} |`);
  }
} finally {
  for (const { child } of servers) child.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function ours() {
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const resources = [
    {
      resourceType: "Client",
      id: "caller",
      secret: CLIENTS.caller,
      grant_types: [EXCHANGE],
      allowedIssuers: [ISSUER],
      scope: SCOPES,
      auth: { token_exchange: { token_format: "jwt", audience: AUDIENCES } },
    },
    { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss: ISSUER, secret: SECRET } },
    ...USERS.map((id) => ({ resourceType: "User", id })),
  ];
  writeFileSync(join(folder, "resources.json"), JSON.stringify(resources));
  const issuer = "https://sts.example";
  const command = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const parameters = [
    "serve",
    "--issuer",
    issuer,
    "--port",
    "0",
    "--host",
    "127.0.0.1",
    "--grants",
    "memory",
    "--resources",
    "resources.json",
  ];
  const env = { STS_SIGNING_KEYS: JSON.stringify({ keys: [{ ...key, alg: "ES256", kid: "1" }] }) };
  const { child, found } = await started([command, ...parameters], env, /listens on (http:\S+),/);
  return { name: "edge-sts serve", child, endpoint: new URL("/auth/token", found), issuer };
}

async function oidcProvider() {
  const file = fileURLToPath(new URL("servers/oidc_provider.mjs", import.meta.url));
  const { child, found } = await started([file, packages], {}, /token endpoint: (\S+)/);
  const endpoint = new URL(found);
  return { name: "oidc-provider", child, endpoint, issuer: endpoint.origin };
}

async function byHandInGo(program) {
  const trust = { ClientID: "caller", ClientSecret: CLIENTS.caller, Issuer: ISSUER, Secret: SECRET };
  const env = { TRUST: JSON.stringify({ ...trust, Audiences: AUDIENCES, Scopes: SCOPES }) };
  const issuer = "https://sts.example";
  const { child, found } = await startedProgram(program, [issuer, USERS.join(",")], env, /token endpoint: (\S+)/);
  return { name: "by hand, in Go", child, endpoint: new URL(found), issuer };
}

function started(parameters, env, says) {
  return startedProgram(process.execPath, ["--no-warnings", ...parameters], env, says);
}

// A server; ready when it has said where it listens. What goes to its stdout goes nowhere.
async function startedProgram(program, parameters, env, says) {
  const { PATH, HOME, SystemRoot } = process.env;
  const options = { cwd: folder, env: { PATH, HOME, SystemRoot, ...env }, stdio: ["ignore", "ignore", "pipe"] };
  const child = spawn(program, parameters, options);
  let printed = "";
  const found = await new Promise((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text) => {
      printed += text;
      const [, url] = says.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.on("exit", (code) => reject(new Error(`${parameters[0]} ended: ${code}\n${printed}`)));
  });
  return { child, found };
}

function exchangeAt(endpoint, aud, sub, secret = SECRET) {
  const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, sub, aud, iat: now, exp: now + 3600, jti: randomUUID() };
  const input = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
  const subject_token = `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  const form = { grant_type: EXCHANGE, subject_token, subject_token_type: TYPE.jwt, scope: SCOPES.join(" ") };
  const credentials = { client_id: "caller", client_secret: CLIENTS.caller };
  return tokenRequest(endpoint, { ...credentials, ...form, audience: AUDIENCES[0] }, endpoint.pathname);
}
