// Clients that prove a key (RFC 9449) and that others wrote, unmodified. openid-client and oauth4webapi:
// tests/workerd/dpop.test.mjs.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { npmClients } from "../../src/tasks/npm_clients.mjs";
import { EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { decoded } from "../suites/jwt.mjs";
import { python, skipPython } from "./python.mjs";
import { AUDIENCE, CLIENT_SECRET, startService, subjectToken } from "./service.mjs";

const load = await npmClients();

let service;
before(async () => (service = await startService({ dpopNonce: "on", dpopReplay: "store" })));
after(() => service?.stop());

describe("dpop", { skip: load === undefined && "not installed, see above" }, () => {
  for (const alg of ["ES256", "Ed25519", "RS256", "PS256"]) {
    test(`exchange and userinfo with proofs by ${alg}`, async () => {
      const dpop = await load("dpop");
      const keyPair = await dpop.generateKeyPair(alg);
      const endpoint = `${service.issuer}/auth/token`;
      const ask = async (nonce) =>
        fetch(endpoint, {
          method: "POST",
          headers: { dpop: await dpop.generateProof(keyPair, endpoint, "POST", nonce) },
          body: new URLSearchParams({
            grant_type: EXCHANGE,
            client_id: "with-secret",
            client_secret: CLIENT_SECRET,
            subject_token: await subjectToken(),
            subject_token_type: TYPE.jwt,
            audience: AUDIENCE,
            scope: "openid",
          }),
        });
      const refused = await ask();
      const nonce = refused.headers.get("dpop-nonce");
      assert.equal((await refused.json()).error, "use_dpop_nonce");
      const response = await ask(nonce);
      const { access_token, token_type } = await response.json();
      assert.deepEqual([response.status, token_type], [200, "DPoP"]);
      const jkt = await dpop.calculateThumbprint(keyPair.publicKey);
      assert.deepEqual(decoded(access_token).claims.cnf, { jkt });

      const userinfo = `${service.issuer}/auth/userinfo`;
      const proof = await dpop.generateProof(keyPair, userinfo, "GET", nonce, access_token);
      const headers = { authorization: `DPoP ${access_token}`, dpop: proof };
      assert.equal((await (await fetch(userinfo, { headers })).json()).sub, "alice");
      assert.equal((await (await fetch(userinfo, { headers })).json()).error, "invalid_dpop_proof", "twice");
    });
  }
});

test("requests-oauth2client: exchange and refresh with proofs and a nonce", { skip: skipPython }, async () => {
  const client = { client_id: "with-secret", client_secret: CLIENT_SECRET };
  const exchange = { subject_token: await subjectToken(), subject_token_type: TYPE.jwt, audience: AUDIENCE };
  const given = { issuer: service.issuer, ...client, exchange: { ...exchange, scope: "openid" } };
  const { jkt, token_types, cnf, user } = await python("requests_oauth2client_dpop.py", given);
  assert.deepEqual([token_types, cnf, user], [["DPoP", "DPoP"], [{ jkt }, { jkt }], "alice"]);
});
