// JWTs as the suite sends them, good and bad, and as it reads those that a server issued.
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  createHash,
  randomUUID,
  sign,
  verify,
} from "node:crypto";

/** Seconds. */
export function now() {
  return Math.floor(Date.now() / 1000);
}

export function base64url(bytes) {
  return Buffer.from(bytes).toString("base64url");
}

/** A key to sign with, of `{ secret }` or `{ jwk }`: { alg, kid, key }. */
export function signingKey({ secret, jwk, alg, kid }) {
  if (secret !== undefined) return { alg: alg ?? "HS256", kid, key: createSecretKey(Buffer.from(secret)) };
  if (jwk.kty === "oct") {
    return {
      alg: alg ?? jwk.alg ?? "HS256",
      kid: kid ?? jwk.kid,
      key: createSecretKey(Buffer.from(jwk.k, "base64url")),
    };
  }
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return { alg: alg ?? jwk.alg ?? usual(jwk), kid: kid ?? jwk.kid, key };
}

function usual({ kty, crv }) {
  if (kty === "EC") return { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" }[crv];
  return { RSA: "RS256", OKP: "EdDSA" }[kty];
}

// RFC 7518 section 3.1, RFC 8037
function details(alg) {
  const [, family, bits] = /^(HS|RS|PS|ES)(256|384|512)$/.exec(alg) ?? [undefined, "EdDSA"];
  const options = {
    ES: { dsaEncoding: "ieee-p1363" },
    PS: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  }[family];
  return { family, hash: bits === undefined ? null : `sha${bits}`, options };
}

/** The signature of `input` by a key of `signingKey`. */
export function signature({ alg, key }, input) {
  const { family, hash, options } = details(alg);
  if (family === "HS") return createHmac(hash, key).update(input).digest();
  return sign(hash, Buffer.from(input), { key, ...options });
}

/** A JWT. `payload` may be a text that is no JSON; members of `undefined` are left out. */
export function jwt(header, payload, by) {
  const full = { alg: by.alg, ...(by.kid === undefined ? {} : { kid: by.kid }), ...header };
  const input = `${base64url(JSON.stringify(full))}.${base64url(typeof payload === "string" ? payload : JSON.stringify(payload))}`;
  return `${input}.${base64url(signature(by, input))}`;
}

/** Header and claims of a JWS in compact form; undefined for anything else. Nothing is verified. */
export function decoded(token) {
  const parts = typeof token === "string" ? token.split(".") : [];
  if (parts.length !== 3) return undefined;
  try {
    const [header, claims] = parts
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
    if (typeof header !== "object" || header === null || typeof claims !== "object" || claims === null)
      return undefined;
    return { header, claims };
  } catch {
    return undefined;
  }
}

const PUBLIC = /^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/;

/** Whether one of the public keys verifies the token. */
export function verified(token, keys) {
  const { header } = decoded(token);
  const cut = token.lastIndexOf(".");
  if (!PUBLIC.test(header.alg)) return false;
  const { hash, options } = details(header.alg);
  const fits = keys.filter(({ kid }) => header.kid === undefined || kid === undefined || kid === header.kid);
  return fits.some((jwk) => {
    try {
      const key = { key: createPublicKey({ key: jwk, format: "jwk" }), ...options };
      return verify(hash, Buffer.from(token.slice(0, cut)), key, Buffer.from(token.slice(cut + 1), "base64url"));
    } catch {
      return false;
    }
  });
}

/** A new key for ES256: { alg, key, jwk } with the public JWK. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { alg: "ES256", key: privateKey, jwk: publicKey.export({ format: "jwk" }) };
}

/** RFC 7638 */
export function thumbprint({ crv, kty, x, y }) {
  return createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
}

/** A proof of RFC 9449 section 4.2; `change` has header and claims that replace the good ones. */
export function proof(by, url, { header = {}, claims = {} } = {}) {
  const good = { jti: randomUUID(), htm: "POST", htu: url, iat: now() };
  return jwt({ typ: "dpop+jwt", jwk: by.jwk, ...header }, { ...good, ...claims }, by);
}
