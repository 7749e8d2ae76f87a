// The exchange with public-key signatures: issuers whose subject tokens have them, and keys that sign what is issued.
import { CLIENT, request, RESOURCES, TRUSTED } from "./exchange.mjs";

const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
const KINDS = {
  RS256: { key: { name: "RSASSA-PKCS1-v1_5", ...rsa }, use: { name: "RSASSA-PKCS1-v1_5" } },
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
  EdDSA: { key: { name: "Ed25519" }, use: { name: "Ed25519" } },
};

export const ALGORITHMS = Object.keys(KINDS);

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/**
 * An issuer: `resource`, a `request` with a token of it; `bareVerify` and `bareSign`, one call of WebCrypto each with keys that
 * are imported; `signingKey`, a private JWK for the service itself.
 */
async function issuer(alg) {
  const { key, use } = KINDS[alg];
  const { privateKey, publicKey } = await crypto.subtle.generateKey(key, true, ["sign", "verify"]);
  const iss = `https://${alg.toLowerCase()}.mycompany.com`;
  const now = Math.floor(Date.now() / 1000);
  const input = `${encoded({ alg, typ: "JWT" })}.${encoded({ iss, sub: "user-0", iat: now, exp: now + 3600 })}`;
  const data = Buffer.from(input);
  const signature = new Uint8Array(await crypto.subtle.sign(use, privateKey, data));
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const jwk = JSON.parse(JSON.stringify({ kty, n, e, crv, x, y }));
  const { key_ops, ext, ...secret } = await crypto.subtle.exportKey("jwk", privateKey);
  return {
    alg,
    iss,
    resource: {
      resourceType: "TokenIntrospector",
      id: alg,
      type: "jwt",
      jwt: { iss, keys: [{ format: "jwk", alg, jwk }] },
    },
    request: request({ subject_token: `${input}.${Buffer.from(signature).toString("base64url")}` }),
    bareVerify: () => crypto.subtle.verify(use, publicKey, signature, data),
    bareSign: () => crypto.subtle.sign(use, privateKey, data),
    signingKey: { ...secret, alg, kid: alg },
  };
}

export const ISSUERS = await Promise.all(ALGORITHMS.map(issuer));

/** The resources of the exchange, with these issuers. */
export const WITH_ISSUERS = RESOURCES.map((resource) =>
  resource.id === CLIENT.id
    ? { ...resource, allowedIssuers: [TRUSTED.iss, ...ISSUERS.map(({ iss }) => iss)] }
    : resource,
).concat(ISSUERS.map(({ resource }) => resource));
