// Proof of a key (DPoP, RFC 9449): a small JWT for one request, signed with the key that its header shows. A token that is
// bound to a key names it by its thumbprint (`cnf.jkt`).
import { base64url, newPair, randomId, sign } from "./tokens.js";

/** @import { Signer } from "./tokens.js" */

/** @typedef {"app" | "thief" | "nobody"} Prover  who proves that he has the key, and with which one */

/** @type {Map<Prover, ReturnType<typeof newKey>>} made when asked for, once for each visit */
const keys = new Map();

/**
 * The thumbprint of somebody's key.
 * @param {Prover} prover
 */
export async function thumbprintOf(prover) {
  return (await keyOf(prover)).jkt;
}

/**
 * The proof for a POST to this URL; undefined where nobody proves anything.
 * @param {Prover | undefined} prover
 * @param {string} url
 */
export async function proofFor(prover, url) {
  if (prover === undefined || prover === "nobody") return undefined;
  const { signer } = await keyOf(prover);
  return sign({ jti: randomId(), htm: "POST", htu: url, iat: Math.floor(Date.now() / 1000) }, signer);
}

/** @param {Prover} prover */
function keyOf(prover) {
  const known = keys.get(prover) ?? newKey();
  keys.set(prover, known);
  return known;
}

async function newKey() {
  const { publicKey, privateKey } = await newPair();
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  // RFC 7638 section 3.2: the required members alone, in the order of their names, without white space.
  const members = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
  const jkt = base64url(await crypto.subtle.digest("SHA-256", members));
  const signer = /** @type {Signer} */ ({ alg: "ES256", typ: "dpop+jwt", jwk: { kty, crv, x, y }, key: privateKey });
  return { jkt, signer };
}
