// What Node has in place of WebCrypto and `fetch`. Entry points for Node import this file first. What it needs is loaded when
// it is first needed: an exchange with HMAC keys and no request to another server needs neither, and `node:http` alone takes
// longer to load than all of this package.
import { readFileSync } from "node:fs";
import { type Platform, providePlatform } from "./platform.js";

type NodeCrypto = typeof import("./node_crypto.js");

// Once it is here no promise stands in the way.
let crypto: NodeCrypto | undefined;

function withCrypto<T>(work: (crypto: NodeCrypto) => T): T | Promise<T> {
  if (crypto !== undefined) return work(crypto);
  return import("./node_crypto.js").then((loaded) => work((crypto = loaded)));
}

/** Signatures by `node:crypto`, requests by `node:http` and `node:https`. */
const nodePlatform: Platform = {
  sign: (alg, key, data) => withCrypto((crypto) => crypto.sign(alg, key, data)),
  verify: (alg, key, data, signature) => withCrypto((crypto) => crypto.verify(alg, key, data, signature)),
  canVerify: (alg, key) => withCrypto((crypto) => crypto.canVerify(alg, key)),
  send: async (request, privateHosts) => (await import("./node_outgoing.js")).send(request, privateHosts),
  readFile: readFileSync,
};

// Others that come in by this door have WebCrypto and fetch whole, and the modules of Node only in parts.
if (!("Deno" in globalThis) && !("Bun" in globalThis)) providePlatform(nodePlatform);
