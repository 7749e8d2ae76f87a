import type { Key } from "./key_cache.js";
import { type Answer, type Outgoing, send } from "./outgoing.js";
import * as webCrypto from "./web_crypto.js";

/** What platforms do in different ways. `data` is ASCII; signatures are in the form that JOSE uses, base64url. */
export interface Platform {
  /** The signature of `data`. */
  sign(alg: string, key: Key, data: string): string | Promise<string>;
  /** Whether `signature` over `data` was made with the key. Nothing was, with a key that is none. */
  verify(alg: string, key: Key, data: string, signature: string): boolean | Promise<boolean>;
  /** Whether the JWK is a key: a point that is not on its curve is none. */
  canVerify(alg: string, key: Key): boolean | Promise<boolean>;
  /** Sends a request to another server. `privateHosts`: those that may have private addresses, where it looks at them. */
  send(request: Outgoing, privateHosts?: readonly string[]): Promise<Answer>;
  /** The bytes of a file, where `fetch` does not get them. */
  readFile?(url: URL): Uint8Array<ArrayBuffer>;
}

let provided: Platform = { ...webCrypto, send };

/** Called once by an entry point that has something better than what the web has. */
export function providePlatform(given: Platform): void {
  provided = given;
}

/** How this platform does it. */
export function platform(): Platform {
  return provided;
}
