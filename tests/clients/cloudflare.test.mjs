// @cloudflare/workers-oauth-provider, unmodified and in the Workers runtime, redeems identity assertions (ID-JAG) that this
// service issued. It fetches keys by https only, so each service stands behind TLS on loopback.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { freePort } from "../free_port.mjs";
import { EXCHANGE, JWT_BEARER, TYPE } from "../suites/fixture.mjs";
import { decoded } from "../suites/jwt.mjs";
import { startProvider } from "./cloudflare_provider.mjs";
import { ID_JAG, IDP, idToken, listener, SECRET } from "./two_services.mjs";

const TLS = JSON.parse(readFileSync(new URL("../data/tls_localhost.json", import.meta.url), "utf8"));
const PROVIDER = "@cloudflare/workers-oauth-provider";

const load = await npmClients();

// A key for each algorithm that the service signs with.
const KEYS = {
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: generateKeyPairSync("ed25519"),
  PS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
};

describe(PROVIDER, { skip: load === undefined && "not installed, see above" }, () => {
  const services = {}; // by the algorithm of its key
  let place;
  let worker;
  let provider; // its issuer
  let resource;

  before(async () => {
    place = mkdtempSync(join(tmpdir(), "edge-sts-cloudflare-"));
    const certificate = join(place, "localhost.pem");
    writeFileSync(certificate, TLS.cert);
    tls.setDefaultCACertificates([...tls.getCACertificates("bundled"), TLS.cert]);
    for (const [alg, { privateKey }] of Object.entries(KEYS)) {
      const key = { ...privateKey.export({ format: "jwk" }), kid: alg, alg };
      services[alg] = await listener({ key, tls: TLS });
    }
    const port = await freePort();
    provider = `http://127.0.0.1:${port}`;
    resource = `${provider}/api`;
    const issuers = Object.values(services).map(({ issuer }) => [issuer, `${issuer}/.well-known/jwks.json`]);
    const module = fileURLToPath(load.resolve(PROVIDER));
    worker = await startProvider({
      place,
      port,
      module,
      certificate,
      resource,
      issuers: Object.fromEntries(issuers),
    });
    const client_id = worker.client.clientId;
    const target = { audience: provider, client_id, resource: [resource], scope: ["tools"] };
    for (const service of Object.values(services)) await service.serve(resourcesFor(target));
  });
  after(async () => {
    await worker?.stop();
    for (const service of Object.values(services)) await service.stop();
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  });

  /** An assertion for the provider, of the service whose key is of this algorithm. */
  const issued = async (alg) => {
    const body = new URLSearchParams({
      grant_type: EXCHANGE,
      client_id: "app",
      client_secret: SECRET,
      requested_token_type: ID_JAG,
      subject_token: await idToken(),
      subject_token_type: TYPE.idToken,
      audience: provider,
      resource,
      scope: "tools",
    });
    const response = await fetch(`${services[alg].issuer}/auth/token`, { method: "POST", body });
    const { access_token: assertion } = await response.json();
    assert.equal(decoded(assertion).header.alg, alg);
    return assertion;
  };
  /** Redeems it at the provider. */
  const redeem = async (assertion) => {
    const body = new URLSearchParams({ grant_type: JWT_BEARER, assertion });
    const { clientId, clientSecret } = worker.client;
    const authorization = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
    const response = await fetch(`${provider}/token`, { method: "POST", body, headers: { authorization } });
    return { status: response.status, ...(await response.json()) };
  };
  const open = async (token) => {
    const response = await fetch(resource, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, ...(await response.json()) };
  };
  const isGood = async (answer) => {
    assert.deepEqual(
      [answer.status, answer.token_type, answer.scope, answer.resource],
      [200, "bearer", "tools", resource],
    );
    const { issuer: iss } = services.ES256;
    assert.deepEqual(await open(answer.access_token), { status: 200, iss, sub: "alice", scope: ["tools"] });
  };
  const refused = (reason) => ({
    status: 400,
    error: "invalid_grant",
    error_description: "Invalid assertion",
    reason,
  });

  test("an assertion signed with ES256 is redeemed, once, and what comes of it opens the API", async () => {
    const assertion = await issued("ES256");
    await isGood(await redeem(assertion));
    assert.deepEqual(await redeem(assertion), refused("replayed"));
    assert.equal((await open("alice:nothing:nothing")).status, 401);
    await isGood(await redeem(await issued("ES256")));
  });

  for (const alg of ["EdDSA", "PS256"]) {
    test(`one signed with ${alg} is refused: the provider verifies RS256 and ES256 only`, async () => {
      assert.deepEqual(await redeem(await issued(alg)), refused("invalid_alg"));
      await isGood(await redeem(await issued("ES256")));
    });
  }
});

function resourcesFor(target) {
  const client = { resourceType: "Client", id: "app", secret: SECRET, grant_types: [EXCHANGE] };
  const auth = { id_jag: { subject_audience: ["app-at-idp"], targets: [target] } };
  return [
    { ...client, allowedIssuers: [IDP.iss], auth },
    { resourceType: "TokenIntrospector", id: "idp", type: "jwt", user: "none", jwt: IDP },
  ];
}
