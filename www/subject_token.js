// What the login service does elsewhere: signs claims as a JWT.
import { base64url, base64urlJson, bytesOf } from "./jwt.js";

/**
 * @typedef {{ alg: keyof typeof HASH, kid?: string, bytes: Uint8Array<ArrayBuffer> }} SharedKey
 */

const HASH = /** @type {const} */ ({ HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" });

/**
 * Signs claims with HMAC, in WebCrypto.
 * @param {unknown} claims
 * @param {SharedKey} key
 * @returns {Promise<string>} a JWT
 */
export async function mint(claims, { alg, kid, bytes }) {
  const header = { alg, typ: "JWT", ...(kid === undefined ? {} : { kid }) };
  const input = `${base64urlJson(header)}.${base64urlJson(claims)}`;
  const algorithm = { name: "HMAC", hash: HASH[alg] };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(input));
  return `${input}.${base64url(signature)}`;
}

/**
 * The key that a TokenIntrospector shares with the login service. `secret` takes its place if it is not empty.
 * Undefined if it has none that can sign here.
 * @param {unknown} introspector
 * @param {string} secret
 * @returns {SharedKey | undefined}
 */
export function sharedKey(introspector, secret) {
  const jwt = /** @type {{ jwt?: { secret?: unknown, keys?: unknown } } | null} */ (introspector)?.jwt;
  const first = Array.isArray(jwt?.keys) ? jwt.keys[0] : undefined;
  const described = { ...first, ...first?.jwk };
  const alg = described.alg in HASH ? described.alg : "HS256";
  const kid = typeof described.kid === "string" ? described.kid : undefined;
  const bytes = secret === "" ? bytesIn(jwt?.secret ?? first?.k, first?.jwk?.k) : bytesIn(secret, undefined);
  if (bytes === undefined || bytes.length === 0) return undefined;
  return kid === undefined ? { alg, bytes } : { alg, kid, bytes };
}

/**
 * @param {unknown} text
 * @param {unknown} encoded
 */
function bytesIn(text, encoded) {
  if (typeof text === "string") return new TextEncoder().encode(text);
  if (typeof encoded !== "string") return undefined;
  try {
    return bytesOf(encoded);
  } catch {
    return undefined;
  }
}
