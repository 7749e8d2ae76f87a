// Tokens taken apart to be looked at, and signed as their issuers do elsewhere. Nothing is verified here: that is the
// service's work. Every key is made in this page and stays in it.

/** @typedef {{ alg: string, typ: string, kid?: string, jwk?: Record<string, unknown>, key: CryptoKey }} Signer */
/** @typedef {{ header: Record<string, unknown>, claims: Record<string, unknown> }} Decoded */

const HASH = /** @type {Record<string, string>} */ ({ HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" });
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * The header and the claims of a JWT; undefined for anything else, such as an opaque token.
 * @param {string} token
 * @returns {Decoded | undefined}
 */
export function decode(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return { header: objectIn(parts[0]), claims: objectIn(parts[1]) };
  } catch {
    return undefined;
  }
}

/**
 * A JWT of these claims.
 * @param {unknown} claims
 * @param {Signer} signer
 */
export async function sign(claims, { alg, typ, kid, jwk, key }) {
  const input = `${json({ alg, typ, kid, jwk })}.${json(claims)}`;
  const algorithm = key.algorithm.name === "HMAC" ? "HMAC" : ES256;
  return `${input}.${base64url(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(input)))}`;
}

/** @type {Map<string, CryptoKey>} the private keys of issuers, by the `x` of the public ones */
const privateKeys = new Map();

/**
 * A new ES256 key of an issuer: what a TokenIntrospector has of it in `jwt.keys`. The private half stays here.
 * @param {string} kid
 */
export async function issuerKey(kid) {
  const { publicKey, privateKey } = await newPair();
  const { kty, crv, x = "", y } = await crypto.subtle.exportKey("jwk", publicKey);
  privateKeys.set(x, privateKey);
  return { kid, kty: "EC", alg: "ES256", format: "jwk", jwk: { kty, crv, x, y } };
}

/** A new key pair of a service: its private JWK, and the same as a signer. */
export async function serviceKey(kid = "this-page") {
  const { privateKey } = await newPair(true);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey("jwk", privateKey);
  const jwk = { kty, crv, x, y, d, alg: "ES256", use: "sig", kid };
  return { jwk, signer: /** @type {Signer} */ ({ alg: "ES256", typ: "at+jwt", kid, key: privateKey }) };
}

/**
 * What the issuer behind a TokenIntrospector signs with. Undefined if its private key is not in this page.
 * @param {unknown} introspector
 * @returns {Promise<Signer | undefined>}
 */
export async function signerOf(introspector) {
  const jwt = /** @type {{ jwt?: { secret?: unknown, keys?: any[] } } | null} */ (introspector)?.jwt;
  const first = Array.isArray(jwt?.keys) ? jwt.keys[0] : undefined;
  const described = { ...first, ...first?.jwk };
  const { kid } = described;
  const own = privateKeys.get(described.x);
  if (own !== undefined) return { alg: "ES256", typ: "JWT", kid, key: own };
  const bytes = secretBytes(jwt?.secret ?? first?.k, first?.jwk?.k);
  if (bytes === undefined || bytes.length === 0) return undefined;
  const alg = Object.hasOwn(HASH, described.alg) ? described.alg : "HS256";
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: HASH[alg] }, false, ["sign"]);
  return { alg, typ: "JWT", kid, key };
}

/**
 * Somebody who writes the same header and has not the key.
 * @param {Signer} signer
 * @returns {Promise<Signer>}
 */
export async function forger(signer) {
  const hash = HASH[signer.alg];
  const key =
    hash === undefined
      ? (await newPair()).privateKey
      : await crypto.subtle.generateKey({ name: "HMAC", hash }, false, ["sign"]);
  return { ...signer, key };
}

/** 128 random bits in base64url, as a `jti` of this service begins. */
export function randomId() {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/** A new ES256 key pair; only the public half can be exported, unless both may. */
export function newPair(extractable = false) {
  return crypto.subtle.generateKey(ES256, extractable, ["sign", "verify"]);
}

/** @returns {Record<string, unknown>} */
function objectIn(part = "") {
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(part)));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
  return value;
}

/**
 * @param {unknown} text
 * @param {unknown} encoded
 */
function secretBytes(text, encoded) {
  if (typeof text === "string") return new TextEncoder().encode(text);
  if (typeof encoded !== "string") return undefined;
  try {
    return bytesOf(encoded);
  } catch {
    return undefined;
  }
}

/** @param {string} text base64url */
function bytesOf(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer | Uint8Array} bytes */
export function base64url(bytes) {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {unknown} value */
function json(value) {
  return base64url(new TextEncoder().encode(JSON.stringify(value)));
}
