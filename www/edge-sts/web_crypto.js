import { decode, encode } from "./base64url.js";
import { KeyCache } from "./key_cache.js";
/** Signs `data`, which is ASCII; resolves with the JOSE form of the signature, base64url. */
export async function sign(alg, key, data) {
  const { use } = algorithm(alg);
  const signature = await crypto.subtle.sign(use, await imported(alg, key, "sign"), utf8.encode(data));
  return encode(new Uint8Array(signature));
}
/** Whether `signature` (base64url) over `data`, which is ASCII, was made with the key. Nothing was, with a key that is none. */
export async function verify(alg, key, data, signature) {
  const { use } = algorithm(alg);
  const usable = await importedToVerify(alg, key);
  return usable !== undefined && crypto.subtle.verify(use, usable, decode(signature), utf8.encode(data));
}
/** Whether the JWK is a key: a point that is not on its curve is none. */
export async function canVerify(alg, key) {
  return (await importedToVerify(alg, key)) !== undefined;
}
const NO_KEY = new Set(["DataError", "OperationError"]);
async function importedToVerify(alg, key) {
  try {
    return await imported(alg, key, "verify");
  } catch (error) {
    // What WebCrypto says of such a key; workerd says OperationError. Whatever else is thrown is the runtime's fault.
    if (error instanceof DOMException && NO_KEY.has(error.name)) return undefined;
    throw error;
  }
}
const utf8 = new TextEncoder();
const keys = new KeyCache();
async function imported(alg, { id, jwk }, usage) {
  const name = `${usage} ${alg} ${id}`;
  const known = id === "" ? undefined : keys.get(name);
  if (known !== undefined) return known;
  // What the key may be used for was the core's to decide; WebCrypto would refuse spellings that differ from its own.
  const { alg: _alg, use: _use, key_ops: _operations, ext: _extractable, ...material } = jwk;
  const usable = await crypto.subtle.importKey("jwk", material, algorithm(alg).key, false, [usage]);
  return id === "" ? usable : keys.set(name, usable);
}
function algorithm(alg) {
  const found = ALGORITHMS.get(alg);
  if (found === undefined) throw new TypeError("the core asked for a signature of an unknown kind");
  return found;
}
// RFC 7518 section 3.1, RFC 8037, RFC 9864
const ED25519 = { key: { name: "Ed25519" }, use: { name: "Ed25519" } };
const ALGORITHMS = new Map([
  ["ES256", ecdsa("P-256", "SHA-256")],
  ["ES384", ecdsa("P-384", "SHA-384")],
  ["ES512", ecdsa("P-521", "SHA-512")],
  ["EdDSA", ED25519],
  ["Ed25519", ED25519],
  ["RS256", pkcs1("SHA-256")],
  ["RS384", pkcs1("SHA-384")],
  ["RS512", pkcs1("SHA-512")],
  ["PS256", pss("SHA-256", 32)],
  ["PS384", pss("SHA-384", 48)],
  ["PS512", pss("SHA-512", 64)],
]);
function ecdsa(namedCurve, hash) {
  return { key: { name: "ECDSA", namedCurve }, use: { name: "ECDSA", hash } };
}
function pkcs1(hash) {
  return { key: { name: "RSASSA-PKCS1-v1_5", hash }, use: { name: "RSASSA-PKCS1-v1_5" } };
}
// The salt is as long as the hash (RFC 7518 section 3.5).
function pss(hash, saltLength) {
  return { key: { name: "RSA-PSS", hash }, use: { name: "RSA-PSS", saltLength } };
}
