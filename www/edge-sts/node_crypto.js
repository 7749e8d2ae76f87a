import { constants, createPrivateKey, createPublicKey, sign as signNow, verify as verifyNow } from "node:crypto";
import { KeyCache } from "./key_cache.js";
// What WebCrypto does, without its way through the pool of threads, which takes longer than one signature.
/** The signature of `data`, which is ASCII, in JOSE's form, base64url. */
export function sign(alg, key, data) {
  const name = `sign ${alg} ${key.id}`;
  const secret = keys.get(name) ?? keys.set(name, createPrivateKey(inNodesWords(key)));
  const { hash, ...options } = algorithm(alg);
  return signNow(hash, Buffer.from(data), { key: secret, ...options }).toString("base64url");
}
/** Whether `signature` (base64url) over `data`, which is ASCII, was made with the key. Nothing was, with a key that is none. */
export function verify(alg, key, data, signature) {
  const usable = imported(alg, key);
  if (usable === undefined) return false;
  const { hash, ...options } = algorithm(alg);
  return verifyNow(hash, Buffer.from(data), { key: usable, ...options }, Buffer.from(signature, "base64url"));
}
/** Whether the JWK is a key: a point that is not on its curve is none. */
export function canVerify(alg, key) {
  return imported(alg, key) !== undefined;
}
const keys = new KeyCache();
function imported(alg, { id, jwk }) {
  const name = `verify ${alg} ${id}`;
  const known = id === "" ? undefined : keys.get(name);
  if (known !== undefined) return known;
  try {
    const usable = createPublicKey(inNodesWords({ id, jwk }));
    return id === "" ? usable : keys.set(name, usable);
  } catch {
    return undefined; // the core made the JWK: what is wrong with it is its point or its number
  }
}
// Node has a type of its own for the same object.
function inNodesWords({ jwk }) {
  return { key: jwk, format: "jwk" };
}
// RFC 7518 section 3.1, RFC 8037, RFC 9864
const ALGORITHMS = new Map([
  ["ES256", { hash: "sha256", dsaEncoding: "ieee-p1363" }],
  ["ES384", { hash: "sha384", dsaEncoding: "ieee-p1363" }],
  ["ES512", { hash: "sha512", dsaEncoding: "ieee-p1363" }],
  ["EdDSA", { hash: null }],
  ["Ed25519", { hash: null }],
  ["RS256", { hash: "sha256", padding: constants.RSA_PKCS1_PADDING }],
  ["RS384", { hash: "sha384", padding: constants.RSA_PKCS1_PADDING }],
  ["RS512", { hash: "sha512", padding: constants.RSA_PKCS1_PADDING }],
  ["PS256", { hash: "sha256", padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ["PS384", { hash: "sha384", padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 }],
  ["PS512", { hash: "sha512", padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }],
]);
function algorithm(alg) {
  const found = ALGORITHMS.get(alg);
  if (found === undefined) throw new TypeError("the core asked for a signature of an unknown kind");
  return found;
}
