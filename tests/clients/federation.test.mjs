// Clients that federate: they exchange the token of a CI job or a pod and have no secret. All of them as they come.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as oauth4webapi from "oauth4webapi";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { EXCHANGE, PROVIDER, TYPE } from "../suites/fixture.mjs";
import { decoded } from "../suites/jwt.mjs";
import { python, skipPython } from "./python.mjs";
import { AUDIENCE, CI_SECRET, ciToken, OTHER_PROVIDER, startService } from "./service.mjs";

const load = await npmClients();
const noNpm = load === undefined && "not installed, see above";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-federation-"));
let service;
let tokens;
before(async () => {
  service = await startService();
  // Where a platform hands out the tokens of its workloads.
  tokens = createServer(async (request, response) => {
    const known = request.headers["x-workload"] === "yes";
    response.writeHead(known ? 200 : 403, { "content-type": "application/json" });
    response.end(JSON.stringify(known ? { value: await ciToken() } : {}));
  });
  await new Promise((resolve) => tokens.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  await service?.stop();
  tokens?.close();
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
function write(text) {
  files += 1;
  const path = join(folder, `${files}`);
  writeFileSync(path, text);
  return path;
}

/** A credential file of Google's libraries; `source` says where the token is. */
async function credentials(source, members = {}) {
  const file = {
    type: "external_account",
    audience: PROVIDER,
    subject_token_type: TYPE.jwt,
    token_url: `${service.issuer}/auth/token`,
    credential_source: source ?? { file: write(await ciToken()) },
    ...members,
  };
  return { path: write(JSON.stringify(file)), file };
}

const url = () => ({
  url: `http://127.0.0.1:${tokens.address().port}/token`,
  headers: { "x-workload": "yes" },
  format: { type: "json", subject_token_field_name: "value" },
});

function issued(token, { client_id = "ci", aud = AUDIENCE, scope } = {}) {
  const { claims } = decoded(token);
  assert.deepEqual([claims.aud, claims.client_id, claims.scope], [aud, client_id, scope]);
}

const refusal = (scope) => (error) => {
  const text = String(error?.message ?? error);
  assert.match(
    text,
    new RegExp(scope ? "invalid_scope.*A scope is not one" : "invalid_request.*conditions for its issuer"),
  );
  return true;
};

describe("google-auth, from PyPI", { skip: skipPython }, () => {
  const run = async (file, scopes) =>
    python("google_auth_client.py", { issuer: service.issuer, file: file.path, scopes });

  test("1, 9: a file without client, audience is the provider", async () => {
    const { token, lives } = await run(await credentials());
    issued(token);
    assert.ok(lives > 280 && lives <= 300, `it lives for ${lives} s`);
  });

  // With scopes it asks Google about a project whose number it finds in the name of the provider.
  test("scopes that it names", async () => {
    const { token } = await run(await credentials(undefined, { audience: OTHER_PROVIDER }), ["read"]);
    issued(token, { client_id: "ci-other", scope: "read" });
  });

  test("5: a token file with a line end", async () =>
    issued((await run(await credentials({ file: write(`${await ciToken()}\n`) }))).token));

  test("6: a token file in JSON", async () => {
    const file = write(JSON.stringify({ id: { token: 1 }, value: await ciToken() }));
    issued((await run(await credentials({ file, format: { type: "json", subject_token_field_name: "value" } }))).token);
  });

  test("7: a token from a URL", async () => issued((await run(await credentials(url()))).token));

  test("as an id_token", async () => {
    const members = { subject_token_type: TYPE.idToken };
    issued((await run(await credentials(undefined, members))).token);
  });

  test("8: client_id and client_secret of a confidential client", async () => {
    const client = { client_id: "ci-confidential", client_secret: CI_SECRET, audience: AUDIENCE };
    const { token } = await run(await credentials(undefined, client));
    issued(token, { client_id: "ci-confidential" });
  });

  test("10: a refusal has our error and its description", async () => {
    const { error } = await run(await credentials({ file: write(await ciToken({ repository: "octo/other" })) }));
    refusal()(error);
  });

  test("14: an unknown provider", async () => {
    const { error } = await run(await credentials(undefined, { audience: "//sts.example/unknown" }));
    assert.match(error, /invalid_client.*There are no client credentials/);
  });
});

describe("google-auth-library, from npm", { skip: noNpm }, () => {
  async function token(file, scopes) {
    const { ExternalAccountClient } = await load("google-auth-library");
    const client = ExternalAccountClient.fromJSON(file);
    if (scopes !== undefined) client.scopes = scopes;
    const { token } = await client.getAccessToken();
    return { token, client };
  }

  test("2: scopes named", async () => {
    const { file } = await credentials();
    issued((await token(file, ["read"])).token, { scope: "read" });
  });

  test("3, 9: no scopes, and its default one is struck out", async () => {
    const { file } = await credentials();
    const { token: text, client } = await token(file);
    issued(text);
    const lives = (client.credentials.expiry_date - Date.now()) / 1000;
    assert.ok(lives > 280 && lives <= 300, `it lives for ${lives} s`);
  });

  test("4: no ignore_scope", async () => {
    const { file } = await credentials(undefined, { audience: OTHER_PROVIDER });
    await assert.rejects(token(file), refusal("scope"));
    issued((await token(file, ["read"])).token, { client_id: "ci-other", scope: "read" });
  });

  test("5, 6, 7: a file with a line end, a file in JSON, a URL", async () => {
    const json = { file: write(JSON.stringify({ value: await ciToken() })), format: url().format };
    for (const source of [{ file: write(`${await ciToken()}\r\n`) }, json, url()]) {
      issued((await token((await credentials(source)).file)).token);
    }
  });

  test("10: a refusal has our error and its description", async () => {
    const { file } = await credentials({ file: write(await ciToken({ repository: "octo/other" })) });
    await assert.rejects(token(file), refusal());
  });
});

describe("databricks-sdk, from PyPI", { skip: skipPython }, () => {
  test("11: client_id of a public client", async () => {
    const { token, type } = await python("databricks_client.py", {
      issuer: service.issuer,
      client_id: "ci",
      token: await ciToken(),
    });
    issued(token, { scope: "read" });
    assert.equal(type, "Bearer");
  });

  test("12: without client_id", async () => {
    const { error } = await python("databricks_client.py", { issuer: service.issuer, token: await ciToken() });
    assert.match(error, /invalid_client/);
  });
});

describe("oauth4webapi", () => {
  const insecure = { [oauth4webapi.allowInsecureRequests]: true };

  async function exchange(parameters) {
    const issuer = new URL(service.issuer);
    const found = await oauth4webapi.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
    const as = await oauth4webapi.processDiscoveryResponse(issuer, found);
    assert.ok(as.token_endpoint_auth_methods_supported.includes("none"));
    const client = { client_id: "ci" };
    const asked = { subject_token: await ciToken(), subject_token_type: TYPE.jwt, ...parameters };
    const authentication = oauth4webapi.None();
    const response = await oauth4webapi.genericTokenEndpointRequest(
      as,
      client,
      authentication,
      EXCHANGE,
      asked,
      insecure,
    );
    return oauth4webapi.processGenericTokenEndpointResponse(as, client, response);
  }

  test("13: None()", async () => issued((await exchange({ scope: "read" })).access_token, { scope: "read" }));

  test("10: a refusal", async () => {
    const parameters = { subject_token: await ciToken({ repository: "octo/other" }) };
    await assert.rejects(exchange(parameters), ({ error, status, error_description }) => {
      assert.deepEqual([error, status], ["invalid_request", 400]);
      assert.match(error_description, /conditions for its issuer/);
      return true;
    });
  });
});
