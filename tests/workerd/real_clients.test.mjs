// Clients that others wrote, unmodified, against the running Worker: everything that they know comes from its metadata.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { ADMIN_TOKEN, EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { folder, startWorker } from "./worker.mjs";
import { freePort } from "../free_port.mjs";

const place = folder();
const ISS = "https://issuer.example";
const SECRET = "what the issuer and this service know, long enough";
const AUDIENCE = "https://api.example/";
// Each letter of it is one that somebody encodes wrongly.
const CLIENT_SECRET = "p@ss:w+rd %1&=é";

let sts;
let issuer;
const key = await generateKeyPair("ES256", { extractable: true });
const signing = await generateKeyPair("ES256", { extractable: true });

before(async () => {
  const port = await freePort();
  issuer = new URL(`http://127.0.0.1:${port}`);
  const jwk = { ...(await exportJWK(signing.privateKey)), alg: "ES256", kid: "s1" };
  const bindings = {
    STS_ISSUER: issuer.origin,
    STS_SIGNING_KEYS: JSON.stringify({ keys: [jwk] }),
    STS_ADMIN_TOKEN: ADMIN_TOKEN,
  };
  sts = await startWorker({ path: place.path, port, bindings });
  const client = {
    resourceType: "Client",
    grant_types: [EXCHANGE, "refresh_token"],
    allowedIssuers: [ISS],
    scope: ["openid", "read"],
    auth: { token_exchange: { token_format: "jwt", refresh_token: true, audience: [AUDIENCE] } },
  };
  const jwks = [{ ...(await exportJWK(key.publicKey)), alg: "ES256", kid: "c1" }];
  for (const resource of [
    { ...client, id: "with-secret", secret: CLIENT_SECRET },
    { ...client, id: "with-key", jwks },
    { resourceType: "TokenIntrospector", id: "issuer", type: "jwt", jwt: { iss: ISS, secret: SECRET } },
    { resourceType: "User", id: "alice", email: "alice@mail.example" },
  ]) {
    const response = await sts.fetch(`/${resource.resourceType}/${resource.id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(resource),
    });
    assert.equal(response.status, 201, await response.text());
  }
});

after(async () => {
  await sts?.stop();
  place.remove();
});

function subjectToken() {
  const claims = new SignJWT({}).setIssuer(ISS).setSubject("alice").setExpirationTime("5m");
  return claims.setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(SECRET));
}

async function exchangeParameters() {
  return {
    subject_token: await subjectToken(),
    subject_token_type: TYPE.jwt,
    audience: AUDIENCE,
    scope: "openid read",
  };
}

function isGood(answer) {
  assert.deepEqual(
    [answer.token_type, answer.expires_in, answer.scope, answer.issued_token_type ?? TYPE.accessToken],
    ["bearer", 300, "openid read", TYPE.accessToken],
  );
  assert.equal(typeof answer.refresh_token, "string");
}

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true }; // http, on loopback

  const clients = {
    client_secret_basic: [{ client_id: "with-secret" }, oauth.ClientSecretBasic(CLIENT_SECRET)],
    client_secret_post: [{ client_id: "with-secret" }, oauth.ClientSecretPost(CLIENT_SECRET)],
    private_key_jwt: [{ client_id: "with-key" }, oauth.PrivateKeyJwt({ key: key.privateKey, kid: "c1" })],
  };

  async function discover(algorithm) {
    const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm });
    return oauth.processDiscoveryResponse(issuer, response);
  }

  test("both documents of the metadata", async () => {
    assert.deepEqual(await discover("oauth2"), await discover("oidc"));
  });

  for (const [method, [client, authenticate]] of Object.entries(clients)) {
    test(`${method}: exchange, userinfo, introspection, refresh, revocation`, async () => {
      const as = await discover("oauth2");
      assert.ok(as.token_endpoint_auth_methods_supported.includes(method));
      const parameters = await exchangeParameters();
      const answer = await oauth.processGenericTokenEndpointResponse(
        as,
        client,
        await oauth.genericTokenEndpointRequest(as, client, authenticate, EXCHANGE, parameters, insecure),
      );
      isGood(answer);

      const request = new Request(AUDIENCE, { headers: { authorization: `Bearer ${answer.access_token}` } });
      const claims = await oauth.validateJwtAccessToken(as, request, AUDIENCE, insecure);
      assert.deepEqual([claims.sub, claims.client_id, claims.scope], ["alice", client.client_id, "openid read"]);

      const user = await oauth.processUserInfoResponse(
        as,
        client,
        "alice",
        await oauth.userInfoRequest(as, client, answer.access_token, insecure),
      );
      assert.equal(user.email, "alice@mail.example");

      const introspect = async (token) =>
        oauth.processIntrospectionResponse(
          as,
          client,
          await oauth.introspectionRequest(as, client, authenticate, token, insecure),
        );
      assert.deepEqual([(await introspect(answer.access_token)).active, claims.iss], [true, issuer.origin]);

      const next = await oauth.processRefreshTokenResponse(
        as,
        client,
        await oauth.refreshTokenGrantRequest(as, client, authenticate, answer.refresh_token, insecure),
      );
      isGood(next);
      assert.notEqual(next.refresh_token, answer.refresh_token);

      await oauth.processRevocationResponse(
        await oauth.revocationRequest(as, client, authenticate, next.refresh_token, insecure),
      );
      assert.deepEqual(await introspect(next.access_token), { active: false });
    });
  }

  test("a refusal arrives as one", async () => {
    const as = await discover("oauth2");
    const [client, authenticate] = clients.client_secret_basic;
    const ask = async (changes, how = authenticate) =>
      oauth.processGenericTokenEndpointResponse(
        as,
        client,
        await oauth.genericTokenEndpointRequest(
          as,
          client,
          how,
          EXCHANGE,
          { ...(await exchangeParameters()), ...changes },
          insecure,
        ),
      );
    await assert.rejects(ask({ audience: "https://other.example/" }), (error) => {
      assert.ok(error instanceof oauth.ResponseBodyError);
      return error.status === 400 && error.error === "invalid_target";
    });
    // with a challenge, which the client reads first
    await assert.rejects(ask({}, oauth.ClientSecretBasic("wrong")), (error) => {
      assert.ok(error instanceof oauth.WWWAuthenticateChallengeError);
      return error.status === 401 && error.cause[0].scheme === "basic";
    });
  });
});

describe("openid-client", () => {
  const clients = {
    client_secret_basic: ["with-secret", () => openid.ClientSecretBasic(CLIENT_SECRET)],
    client_secret_post: ["with-secret", () => openid.ClientSecretPost(CLIENT_SECRET)],
    private_key_jwt: ["with-key", () => openid.PrivateKeyJwt({ key: key.privateKey, kid: "c1" })],
  };

  for (const [method, [id, authenticate]] of Object.entries(clients)) {
    for (const algorithm of ["oauth2", "oidc"]) {
      test(`${method}, discovered by ${algorithm}: exchange, userinfo, introspection, refresh, revocation`, async () => {
        const options = { algorithm, execute: [openid.allowInsecureRequests] };
        const config = await openid.discovery(issuer, id, undefined, authenticate(), options);
        const answer = await openid.genericGrantRequest(config, EXCHANGE, await exchangeParameters());
        isGood(answer);
        assert.equal((await openid.fetchUserInfo(config, answer.access_token, "alice")).sub, "alice");
        assert.equal((await openid.tokenIntrospection(config, answer.access_token)).sub, "alice");
        const next = await openid.refreshTokenGrant(config, answer.refresh_token);
        isGood(next);
        await openid.tokenRevocation(config, next.refresh_token);
        assert.deepEqual(await openid.tokenIntrospection(config, next.access_token), { active: false });
        await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), (error) => {
          assert.ok(error instanceof openid.ResponseBodyError);
          return error.error === "invalid_grant";
        });
      });
    }
  }
});
