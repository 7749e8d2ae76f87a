/**
 * What Node has in place of WebCrypto and `fetch`. The files, and the modules of Node behind them, are loaded when they are
 * first needed: an exchange with HMAC keys and no request to another server needs neither, and `node:http` alone takes
 * longer to load than all of this package.
 */
import type { Platform } from "./platform.js";

type NodeCrypto = typeof import("./node_crypto.js");

// Once it is here no promise stands in the way.
let crypto: NodeCrypto | undefined;

function withCrypto<T>(work: (crypto: NodeCrypto) => T): T | Promise<T> {
  if (crypto !== undefined) return work(crypto);
  return import("./node_crypto.js").then((loaded) => work((crypto = loaded)));
}

/** Signatures by `node:crypto`, requests by `node:http` and `node:https`. */
export const nodePlatform: Platform = {
  sign: (alg, key, data) => withCrypto((crypto) => crypto.sign(alg, key, data)),
  verify: (alg, key, data, signature) => withCrypto((crypto) => crypto.verify(alg, key, data, signature)),
  canVerify: (alg, key) => withCrypto((crypto) => crypto.canVerify(alg, key)),
  send: async (request, privateHosts) => (await import("./node_outgoing.js")).send(request, privateHosts),
};
