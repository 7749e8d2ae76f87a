// Clients that others wrote, unmodified, against the running Worker: everything that they know comes from its metadata.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { AUDIENCE, CLIENT_KEY, CLIENT_SECRET, exchangeParameters, startClientWorker } from "./client_worker.mjs";

let issuer;
let worker;

before(async () => {
  worker = await startClientWorker();
  ({ issuer } = worker);
});

after(() => worker?.stop());

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
    private_key_jwt: [{ client_id: "with-key" }, oauth.PrivateKeyJwt({ key: CLIENT_KEY, kid: "c1" })],
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
    private_key_jwt: ["with-key", () => openid.PrivateKeyJwt({ key: CLIENT_KEY, kid: "c1" })],
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
