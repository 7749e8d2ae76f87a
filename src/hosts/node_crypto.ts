import {
  constants,
  createPrivateKey,
  createPublicKey,
  sign as signNow,
  verify as verifyNow,
  type JsonWebKeyInput,
  type KeyObject,
} from "node:crypto";
import { type Key, KeyCache } from "./key_cache.js";

// What WebCrypto does, without its way through the pool of threads, which takes longer than one signature.

/** The signature of `data`, which is ASCII, in JOSE's form, base64url. */
export function sign(alg: string, key: Key, data: string): string {
  const name = `sign ${alg} ${key.id}`;
  const secret = keys.get(name) ?? keys.set(name, withOptions(alg, createPrivateKey(inNodesWords(key))));
  return signNow(algorithm(alg).hash, Buffer.from(data), secret).toString("base64url");
}

/** Whether `signature` (base64url) over `data`, which is ASCII, was made with the key. Nothing was, with a key that is none. */
export function verify(alg: string, key: Key, data: string, signature: string): boolean {
  const { hash } = algorithm(alg);
  const usable = imported(alg, key);
  if (usable === undefined) return false;
  return verifyNow(hash, Buffer.from(data), usable, Buffer.from(signature, "base64url"));
}

/** Whether the JWK is a key: a point that is not on its curve is none. */
export function canVerify(alg: string, key: Key): boolean {
  return imported(alg, key) !== undefined;
}

const keys = new KeyCache<KeyObject>();

function imported(alg: string, { id, jwk }: Key): KeyObject | undefined {
  const name = `verify ${alg} ${id}`;
  const known = id === "" ? undefined : keys.get(name);
  if (known !== undefined) return known;
  try {
    const usable = withOptions(alg, createPublicKey(inNodesWords({ id, jwk })));
    // Node takes any curve for any of them; WebCrypto does not.
    if (usable.asymmetricKeyDetails?.namedCurve !== algorithm(alg).curve) return undefined;
    return id === "" ? usable : keys.set(name, usable);
  } catch {
    return undefined; // the core made the JWK: what is wrong with it is its point or its number
  }
}

// Node reads the options of `sign` and `verify` from the key that it is given. In `{ key, ...options }`, which it takes as well,
// it looks for the key by two exceptions: some 25 us more for each signature (Node 24).
function withOptions(alg: string, key: KeyObject): KeyObject {
  return Object.assign(key, algorithm(alg).options);
}

// Node has a type of its own for the same object.
function inNodesWords({ jwk }: Key): JsonWebKeyInput {
  return { key: jwk as JsonWebKeyInput["key"], format: "jwk" };
}

interface Algorithm {
  readonly hash: string | null;
  /** As OpenSSL calls it. */
  readonly curve?: string;
  readonly options: {
    readonly dsaEncoding?: "ieee-p1363";
    readonly padding?: number;
    readonly saltLength?: number;
  };
}

// RFC 7518 section 3.1, RFC 8037, RFC 9864
const ALGORITHMS = new Map<string, Algorithm>([
  ["ES256", { hash: "sha256", curve: "prime256v1", options: { dsaEncoding: "ieee-p1363" } }],
  ["ES384", { hash: "sha384", curve: "secp384r1", options: { dsaEncoding: "ieee-p1363" } }],
  ["ES512", { hash: "sha512", curve: "secp521r1", options: { dsaEncoding: "ieee-p1363" } }],
  ["EdDSA", { hash: null, options: {} }],
  ["Ed25519", { hash: null, options: {} }],
  ["RS256", { hash: "sha256", options: { padding: constants.RSA_PKCS1_PADDING } }],
  ["RS384", { hash: "sha384", options: { padding: constants.RSA_PKCS1_PADDING } }],
  ["RS512", { hash: "sha512", options: { padding: constants.RSA_PKCS1_PADDING } }],
  ["PS256", { hash: "sha256", options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } }],
  ["PS384", { hash: "sha384", options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 } }],
  ["PS512", { hash: "sha512", options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 } }],
]);

function algorithm(alg: string): Algorithm {
  const found = ALGORITHMS.get(alg);
  if (found === undefined) throw new TypeError("the core asked for a signature of an unknown kind");
  return found;
}
