import * as webCrypto from "./web_crypto.js";

/** A key as the core names it: `id` is the same for the same key only. */
export interface Key {
  id: string;
  jwk: JsonWebKey;
}

/** Public-key cryptography. `data` is ASCII; signatures are in the form that JOSE uses, base64url. */
export interface Cryptography {
  /** The signature of `data`. */
  sign(alg: string, key: Key, data: string): string | Promise<string>;
  /** Whether `signature` over `data` was made with the key. Nothing was, with a key that is none. */
  verify(alg: string, key: Key, data: string, signature: string): boolean | Promise<boolean>;
  /** Whether the JWK is a key: a point that is not on its curve is none. */
  canVerify(alg: string, key: Key): boolean | Promise<boolean>;
}

let provided: Cryptography = webCrypto;

/** Called once by an entry point that has something faster than WebCrypto. */
export function provideCryptography(given: Cryptography): void {
  provided = given;
}

/** What this runtime computes with. */
export function cryptography(): Cryptography {
  return provided;
}
