// `edge-sts serve` beside an issuer in the same network, such as a Keycloak in the same cluster.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { newKey } from "../issuer/server.mjs";
import { EXCHANGE, ISSUER, SIGNING_KEYS, TYPE } from "../suites/fixture.mjs";
import { mintSigned, publicJwk } from "../suites/jwt.mjs";
import { edgeSts, serving } from "./command.mjs";

const TLS = JSON.parse(readFileSync(new URL("../data/tls.json", import.meta.url), "utf8"));
const NAME = "keycloak.default.svc.cluster.local";
const folder = mkdtempSync(join(tmpdir(), "edge-sts-private-hosts-"));
const env = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS) };
let keycloak;
let request;

before(async () => {
  const key = await newKey("ES256", "k1");
  keycloak = createServer(TLS, (_request, response) => response.end(JSON.stringify({ keys: [publicJwk(key)] })));
  await new Promise((resolve) => keycloak.listen(0, "127.0.0.1", resolve));
  const iss = `https://${NAME}:${keycloak.address().port}`;
  const audience = ["orders"];
  const resources = [
    {
      resourceType: "Client",
      id: "c",
      secret: "a secret of this test",
      grant_types: [EXCHANGE],
      allowedIssuers: [iss],
      auth: { token_exchange: { token_format: "jwt", audience } },
    },
    { resourceType: "TokenIntrospector", id: "i", type: "jwt", jwt: { iss }, jwks_uri: `${iss}/keys`, user: "none" },
  ];
  writeFileSync(join(folder, "resources.json"), JSON.stringify(resources));
  writeFileSync(join(folder, "ca.pem"), TLS.cert);
  // What the cluster's resolver does.
  const resolver = `
    import dns from "node:dns";
    import { syncBuiltinESMExports } from "node:module";
    const { lookup } = dns;
    dns.lookup = (name, ...rest) => lookup(name === "${NAME}" ? "127.0.0.1" : name, ...rest);
    syncBuiltinESMExports();
  `;
  writeFileSync(join(folder, "resolver.mjs"), resolver);
  const now = Math.floor(Date.now() / 1000);
  request = new URLSearchParams({
    grant_type: EXCHANGE,
    client_id: "c",
    client_secret: "a secret of this test",
    subject_token_type: TYPE.jwt,
    subject_token: await mintSigned({ iss, sub: "job", exp: now + 600 }, key, { alg: "ES256", kid: "k1" }),
  });
});
after(() => {
  keycloak.close().closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function exchange(variables) {
  const preload = `--import ${pathToFileURL(join(folder, "resolver.mjs")).href}`;
  const environment = { ...env, NODE_OPTIONS: preload, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"), ...variables };
  const service = await serving(["--grants", "memory"], { cwd: folder, env: environment });
  const response = await fetch(new URL("/auth/token", service.url), { method: "POST", body: request });
  await response.text();
  const { stdout } = await service.stop();
  const events = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const fetched = events.find(({ event }) => event === "issuer.fetch");
  return { status: response.status, outcome: fetched.outcome, reason: fetched.reason };
}

test("STS_PRIVATE_HOSTS: without it the event says what to do, with it the issuer is asked", async () => {
  assert.deepEqual(await exchange({}), { status: 400, outcome: "refused", reason: "address_refused" });
  const others = { STS_PRIVATE_HOSTS: "other.example,.example" };
  assert.deepEqual(await exchange(others), { status: 400, outcome: "refused", reason: "address_refused" });
  const good = { status: 200, outcome: "success", reason: undefined };
  assert.deepEqual(await exchange({ STS_PRIVATE_HOSTS: `other.example, ${NAME}` }), good);
  assert.deepEqual(await exchange({ STS_PRIVATE_HOSTS: ".svc.cluster.local" }), good);
  const untrusted = { STS_PRIVATE_HOSTS: NAME, NODE_EXTRA_CA_CERTS: "" };
  assert.deepEqual(await exchange(untrusted), { status: 400, outcome: "refused", reason: "tls_failed" });
});

test("what cannot be a name is a fault at the start", async () => {
  for (const value of ["https://planted.example", "10.0.0.1", "*.planted.example", ".internal", "planted:443"]) {
    const { code, stderr } = await edgeSts(["serve", "--port", "0"], {
      cwd: folder,
      env: { ...env, STS_PRIVATE_HOSTS: value },
    });
    assert.equal(code, 1);
    assert.match(stderr, /STS_PRIVATE_HOSTS: it holds host names/);
    assert.doesNotMatch(stderr, /planted|    at /);
  }
});
