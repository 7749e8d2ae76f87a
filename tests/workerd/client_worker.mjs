// The Worker with what clients of others need: a client with a secret, one with a key, an issuer, a user.
import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { freePort } from "../free_port.mjs";
import { ADMIN_TOKEN, EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { folder, startWorker } from "./worker.mjs";

const ISS = "https://issuer.example";
const SECRET = "what the issuer and this service know, long enough";

export const AUDIENCE = "https://api.example/";
/** Of the client `with-secret`: each letter of it is one that somebody encodes wrongly. */
export const CLIENT_SECRET = "p@ss:w+rd %1&=é";

const own = await generateKeyPair("ES256", { extractable: true });
/** The private key of the client `with-key`; its `kid` is c1. */
export const CLIENT_KEY = own.privateKey;

/** Starts it. `bindings`: more of them; `client`: more members of both clients. */
export async function startClientWorker({ bindings = {}, client = {} } = {}) {
  const [place, port] = [folder(), await freePort()];
  const signing = await generateKeyPair("ES256", { extractable: true });
  const issuer = new URL(`http://127.0.0.1:${port}`);
  const sts = await startWorker({
    path: place.path,
    port,
    bindings: {
      STS_ISSUER: issuer.origin,
      STS_SIGNING_KEYS: JSON.stringify({
        keys: [{ ...(await exportJWK(signing.privateKey)), alg: "ES256", kid: "s1" }],
      }),
      STS_ADMIN_TOKEN: ADMIN_TOKEN,
      ...bindings,
    },
  });
  const common = {
    resourceType: "Client",
    grant_types: [EXCHANGE, "refresh_token"],
    allowedIssuers: [ISS],
    scope: ["openid", "read"],
    auth: { token_exchange: { token_format: "jwt", refresh_token: true, audience: [AUDIENCE] } },
    ...client,
  };
  const jwks = [{ ...(await exportJWK(own.publicKey)), alg: "ES256", kid: "c1" }];
  for (const resource of [
    { ...common, id: "with-secret", secret: CLIENT_SECRET },
    { ...common, id: "with-key", jwks },
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
  return {
    sts,
    issuer,
    async stop() {
      await sts.stop();
      place.remove();
    },
  };
}

/** The parameters of a good exchange, but for the client. */
export async function exchangeParameters() {
  // Longer than a token of ours lives: the second that may pass until it is exchanged must not shorten that.
  const claims = new SignJWT({}).setIssuer(ISS).setSubject("alice").setExpirationTime("10m");
  const subject_token = await claims.setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(SECRET));
  return { subject_token, subject_token_type: TYPE.jwt, audience: AUDIENCE, scope: "openid read" };
}
