// DPoP (RFC 9449) with nonces, and with each proof remembered: the Worker with its Durable Objects, and clients that others
// wrote, unmodified.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { EXCHANGE } from "../suites/fixture.mjs";
import { AUDIENCE, CLIENT_KEY, CLIENT_SECRET, exchangeParameters, startClientWorker } from "./client_worker.mjs";

let sts;
let issuer;
let worker;

before(async () => {
  worker = await startClientWorker({
    bindings: { STS_DPOP_NONCE: "on", STS_DPOP_REPLAY: "store" },
    client: { dpop: "required" },
  });
  ({ sts, issuer } = worker);
});

after(() => worker?.stop());

describe("proofs that are remembered", () => {
  async function send(dpop) {
    const parameters = { grant_type: EXCHANGE, client_id: "with-secret", client_secret: CLIENT_SECRET };
    const response = await sts.fetch("/auth/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", dpop },
      body: new URLSearchParams({ ...parameters, ...(await exchangeParameters()) }).toString(),
    });
    return { status: response.status, nonce: response.headers.get("dpop-nonce"), ...(await response.json()) };
  }

  async function proof({ privateKey, publicKey }, jti, nonce) {
    const claims = new SignJWT({ jti, htm: "POST", htu: `${issuer.origin}/auth/token`, nonce }).setIssuedAt();
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: await exportJWK(publicKey) };
    return claims.setProtectedHeader(header).sign(privateKey);
  }

  test("row 20: of fifty requests at once with one proof, one is served", async () => {
    const [one, other] = [await generateKeyPair("ES256"), await generateKeyPair("ES256")];
    const { error, nonce } = await send(await proof(one, "1"));
    assert.deepEqual([error, nonce.length], ["use_dpop_nonce", 32]);
    const same = await proof(one, "the same", nonce);
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(same)));
    const served = answers.filter(({ status }) => status === 200);
    assert.deepEqual([served.length, served[0].token_type], [1, "DPoP"]);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      assert.deepEqual([answer.status, answer.error], [400, "invalid_dpop_proof"]);
    }
    // Another key may choose the same jti.
    assert.equal((await send(await proof(other, "the same", nonce))).status, 200);
    assert.equal((await send(await proof(one, "another", nonce))).status, 200);
  });
});

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true }; // http, on loopback
  const clients = {
    client_secret_basic: [{ client_id: "with-secret" }, oauth.ClientSecretBasic(CLIENT_SECRET)],
    private_key_jwt: [{ client_id: "with-key" }, oauth.PrivateKeyJwt({ key: CLIENT_KEY, kid: "c1" })],
  };

  for (const [method, [client, authenticate]] of Object.entries(clients)) {
    test(`${method}: exchange, validation by a resource server, userinfo, refresh`, async () => {
      const as = await oauth.processDiscoveryResponse(
        issuer,
        await oauth.discoveryRequest(issuer, { ...insecure, algorithm: "oauth2" }),
      );
      assert.ok(as.dpop_signing_alg_values_supported.includes("ES256"));
      const keyPair = await oauth.generateKeyPair("ES256");
      const DPoP = oauth.DPoP(client, keyPair);
      const options = { ...insecure, DPoP };
      // It knows the nonce after the first refusal.
      const retried = async (work) => {
        try {
          return await work();
        } catch (error) {
          if (!oauth.isDPoPNonceError(error)) throw error;
          return work();
        }
      };
      let asked = 0;
      const parameters = await exchangeParameters();
      const answer = await retried(async () => {
        asked += 1;
        const response = await oauth.genericTokenEndpointRequest(
          as,
          client,
          authenticate,
          EXCHANGE,
          parameters,
          options,
        );
        return oauth.processGenericTokenEndpointResponse(as, client, response);
      });
      assert.deepEqual([asked, answer.token_type], [2, "dpop"]);

      // A resource server verifies the binding by the token alone.
      const jwk = await exportJWK(keyPair.publicKey);
      const ath = Buffer.from(
        await crypto.subtle.digest("SHA-256", new TextEncoder().encode(answer.access_token)),
      ).toString("base64url");
      const claims = new SignJWT({ jti: "1", htm: "GET", htu: AUDIENCE, ath }).setIssuedAt();
      const proof = await claims.setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk }).sign(keyPair.privateKey);
      const request = new Request(AUDIENCE, {
        headers: { authorization: `DPoP ${answer.access_token}`, dpop: proof },
      });
      const validated = await oauth.validateJwtAccessToken(as, request, AUDIENCE, { ...insecure, requireDPoP: true });
      assert.deepEqual(validated.cnf, { jkt: await DPoP.calculateThumbprint() });

      const user = await retried(async () => {
        const response = await oauth.userInfoRequest(as, client, answer.access_token, options);
        return oauth.processUserInfoResponse(as, client, "alice", response);
      });
      assert.equal(user.email, "alice@mail.example");

      const next = await retried(async () => {
        const response = await oauth.refreshTokenGrantRequest(as, client, authenticate, answer.refresh_token, options);
        return oauth.processRefreshTokenResponse(as, client, response);
      });
      assert.equal(next.token_type, "dpop");
      // A bound token as a bearer token.
      await assert.rejects(
        async () =>
          oauth.processUserInfoResponse(
            as,
            client,
            "alice",
            await oauth.userInfoRequest(as, client, next.access_token, insecure),
          ),
        (error) => error instanceof oauth.WWWAuthenticateChallengeError && error.status === 401,
      );
    });
  }
});

describe("openid-client", () => {
  for (const [id, authenticate] of [
    ["with-secret", () => openid.ClientSecretPost(CLIENT_SECRET)],
    ["with-key", () => openid.PrivateKeyJwt({ key: CLIENT_KEY, kid: "c1" })],
  ]) {
    test(`row 23, ${id}: it asks again with the nonce by itself`, async () => {
      const options = { algorithm: "oauth2", execute: [openid.allowInsecureRequests] };
      const config = await openid.discovery(issuer, id, undefined, authenticate(), options);
      const keyPair = await openid.randomDPoPKeyPair();
      const DPoP = openid.getDPoPHandle(config, keyPair);
      const answer = await openid.genericGrantRequest(config, EXCHANGE, await exchangeParameters(), { DPoP });
      assert.equal(answer.token_type, "dpop");
      const user = await openid.fetchUserInfo(config, answer.access_token, "alice", { DPoP });
      assert.equal(user.sub, "alice");
      const { cnf, token_type } = await openid.tokenIntrospection(config, answer.access_token);
      assert.deepEqual([cnf, token_type], [{ jkt: await DPoP.calculateThumbprint() }, "DPoP"]);
      const next = await openid.refreshTokenGrant(config, answer.refresh_token, undefined, { DPoP });
      assert.equal(next.token_type, "dpop");
      await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), (error) => {
        assert.ok(error instanceof openid.ResponseBodyError);
        return error.error === "invalid_dpop_proof";
      });
    });
  }
});
