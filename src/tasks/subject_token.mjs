import { randomUUID } from "node:crypto";

/**
 * A subject token for trying: a JWT with `iss`, `sub`, `exp` and whatever else is asked for.
 * `key`: { secret } (text) or { jwk } (private). `expiresIn`: seconds.
 */
export async function mintSubjectToken({ iss, sub, key, claims = {}, expiresIn = 3600 }) {
  const { importJWK, SignJWT } = await import("jose");
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss, sub, iat: now, exp: now + expiresIn, jti: randomUUID(), ...claims };
  const secret = key.secret === undefined ? undefined : new TextEncoder().encode(key.secret);
  const alg = secret === undefined ? algorithmOf(key.jwk) : "HS256";
  const header = { alg, typ: "JWT", ...(key.jwk?.kid === undefined ? {} : { kid: key.jwk.kid }) };
  return new SignJWT(payload).setProtectedHeader(header).sign(secret ?? (await importJWK(key.jwk, alg)));
}

function algorithmOf({ alg, kty, crv }) {
  if (alg !== undefined) return alg;
  const usual = {
    oct: "HS256",
    RSA: "RS256",
    OKP: "EdDSA",
    EC: { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" }[crv],
  };
  return usual[kty];
}
