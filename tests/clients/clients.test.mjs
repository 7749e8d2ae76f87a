// Clients that others wrote, unmodified. Others are in tests/workerd/real_clients.test.mjs, and beside this file.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { decoded } from "../suites/jwt.mjs";
import { ACCENTED_SECRET, AUDIENCE, CLIENT_SECRET, OTHER_AUDIENCE, startService, subjectToken } from "./service.mjs";

const load = await npmClients();
const skip = load === undefined && "not installed, see above";
const client = { client_id: "with-secret", client_secret: CLIENT_SECRET };

let service;
before(async () => (service = await startService()));
after(() => service?.stop());

const audienceOf = (token) => decoded(token).claims.aud;

async function active(token) {
  const response = await fetch(`${service.issuer}/auth/introspect`, {
    method: "POST",
    body: new URLSearchParams({ ...client, token }),
  });
  return (await response.json()).active;
}

describe("@modelcontextprotocol/sdk", { skip }, () => {
  let sdk;
  before(async () => (sdk = await load("@modelcontextprotocol/sdk/client/auth.js")));

  test("discovers the service by both documents", async () => {
    const metadata = await sdk.discoverAuthorizationServerMetadata(service.issuer);
    assert.equal(metadata.token_endpoint, `${service.issuer}/auth/token`);
    // Where RFC 8414's document is not found, that of OpenID Connect is read, and by a stricter schema.
    const asked = [];
    const fetchFn = async (url, init) => {
      asked.push(new URL(url).pathname);
      return asked.length === 1 ? new Response(null, { status: 404 }) : fetch(url, init);
    };
    const openid = await sdk.discoverAuthorizationServerMetadata(service.issuer, { fetchFn });
    assert.deepEqual(asked, ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]);
    assert.equal(openid.jwks_uri, `${service.issuer}/.well-known/jwks.json`);
  });

  test("exchanges by fetchToken, for a URL as its parser writes it", async () => {
    const metadata = await sdk.discoverAuthorizationServerMetadata(service.issuer);
    const subject_token = await subjectToken();
    const provider = {
      clientMetadata: {},
      clientInformation: () => client,
      prepareTokenRequest: () =>
        new URLSearchParams({ grant_type: EXCHANGE, subject_token, subject_token_type: TYPE.jwt, scope: "read" }),
    };
    const resource = new URL(OTHER_AUDIENCE);
    assert.equal(resource.href, `${OTHER_AUDIENCE}/`);
    const answer = await sdk.fetchToken(provider, service.issuer, { metadata, resource });
    assert.deepEqual([answer.token_type, audienceOf(answer.access_token)], ["Bearer", OTHER_AUDIENCE]);
  });

  for (const token_endpoint_auth_method of ["client_secret_basic", "client_secret_post"]) {
    test(`refreshes with ${token_endpoint_auth_method}`, async () => {
      const metadata = await sdk.discoverAuthorizationServerMetadata(service.issuer);
      const { refresh_token } = await service.exchange({ audience: [AUDIENCE, OTHER_AUDIENCE] });
      const clientInformation = { ...client, token_endpoint_auth_method };
      const options = { metadata, clientInformation, refreshToken: refresh_token, resource: new URL(AUDIENCE) };
      const answer = await sdk.refreshAuthorization(service.issuer, options);
      assert.equal(audienceOf(answer.access_token), AUDIENCE);
      assert.notEqual(answer.refresh_token, refresh_token);
    });
  }

  test("refreshes with Basic and a secret outside of ASCII, which it sends in ISO 8859-1", async () => {
    const clientInformation = { client_id: "with-accent", client_secret: ACCENTED_SECRET };
    const { refresh_token } = await service.exchange(clientInformation);
    const metadata = await sdk.discoverAuthorizationServerMetadata(service.issuer);
    const answer = await sdk.refreshAuthorization(service.issuer, {
      metadata,
      clientInformation,
      refreshToken: refresh_token,
    });
    assert.notEqual(answer.refresh_token, refresh_token);
  });

  test("auth() finds the service from the resource server's metadata and refreshes", async () => {
    let own;
    const place = createServer((request, response) => {
      const { port } = place.address();
      const metadata = { resource: `http://127.0.0.1:${port}/`, authorization_servers: [own.issuer] };
      response.statusCode = request.url.startsWith("/.well-known/oauth-protected-resource") ? 200 : 404;
      response.end(response.statusCode === 200 ? JSON.stringify(metadata) : "");
    });
    await new Promise((resolve) => place.listen(0, "127.0.0.1", resolve));
    const serverUrl = `http://127.0.0.1:${place.address().port}`;
    own = await startService({ audiences: [serverUrl] });
    const saved = [];
    const { refresh_token, access_token } = await own.exchange({ audience: serverUrl });
    const provider = {
      redirectUrl: "http://127.0.0.1/callback",
      clientMetadata: { redirect_uris: [] },
      clientInformation: () => ({ ...client, issuer: own.issuer }),
      tokens: () => ({ access_token, refresh_token, token_type: "Bearer", issuer: own.issuer }),
      saveTokens: (tokens) => void saved.push(tokens),
    };
    try {
      assert.equal(await sdk.auth(provider, { serverUrl }), "AUTHORIZED");
      assert.equal(saved.length, 1);
      assert.equal(audienceOf(saved[0].access_token), serverUrl, "the configured spelling");
      assert.notEqual(saved[0].refresh_token, refresh_token);
    } finally {
      place.close();
      await own.stop();
    }
  });
});

describe("simple-oauth2", { skip }, () => {
  test("refreshes and revokes, and reads each answer as strict JSON", async () => {
    const { AuthorizationCode } = await load("simple-oauth2");
    const flow = new AuthorizationCode({
      client: { id: client.client_id, secret: client.client_secret },
      auth: { tokenHost: service.issuer, tokenPath: "/auth/token", revokePath: "/auth/revoke" },
    });
    const first = flow.createToken(await service.exchange({}));
    const second = await first.refresh({ scope: "read" });
    assert.equal(second.token.scope, "read");
    assert.notEqual(second.token.refresh_token, first.token.refresh_token);
    assert.equal(await active(second.token.access_token), true);
    assert.deepEqual(await second.revoke("access_token"), {});
    await second.revokeAll();
    assert.equal(await active(second.token.access_token), false);
    await assert.rejects(second.refresh(), (error) => {
      assert.deepEqual([error.output.statusCode, error.data.payload.error], [400, "invalid_grant"]);
      return true;
    });
  });
});
