// A real issuer on loopback: its metadata, its key set, its introspection endpoint, and every way to answer badly.
import { createServer } from "node:http";
import { base64url, mintSigned, newKeyPair, publicJwk } from "../suites/jwt.mjs";

/** A private JWK with `alg` and `kid`. */
export async function newKey(alg, kid) {
  const { privateKey } = await newKeyPair(alg);
  const { key_ops: _operations, ext: _ext, ...jwk } = await crypto.subtle.exportKey("jwk", privateKey);
  return { ...jwk, alg, kid, use: "sig" };
}

/** Starts the server, on a free port if none is given. `issuer()` makes issuers, each under a path of its own; `close()` ends them all. */
export async function loopback(port = 0) {
  const paths = new Map();
  const counts = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    const answer = paths.get(pathname);
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  let made = 0;
  return {
    origin,
    /** How often a path was asked for. */
    count: (url) => counts.get(new URL(url, origin).pathname) ?? 0,
    issuer: () => new Issuer(origin, paths, (made += 1)),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

export const json =
  (value, headers = {}) =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));

class Issuer {
  constructor(origin, paths, number) {
    this.iss = `${origin}/issuer-${number}`;
    this.jwksUri = `${this.iss}/keys`;
    this.introspection = `${this.iss}/introspect`;
    this.paths = paths;
    this.serve("/.well-known/openid-configuration", json({ issuer: this.iss, jwks_uri: this.jwksUri }));
  }

  /** What a path under this issuer answers with; `undefined` for nothing. */
  serve(path, answer) {
    const { pathname } = new URL(`${this.iss}${path}`);
    if (answer === undefined) this.paths.delete(pathname);
    else this.paths.set(pathname, answer);
    return this;
  }

  publish(...keys) {
    return this.serve("/keys", json({ keys: keys.map(publicJwk) }));
  }

  /** Publishes a key in a key set that takes some time to answer. */
  publishLate(milliseconds, key) {
    const answer = this.publish(key).paths.get(new URL(this.jwksUri).pathname);
    return this.serve("/keys", (request, response) => setTimeout(() => answer(request, response), milliseconds));
  }

  /** A token; what is not said is good. */
  token(sts, key, { header = {}, ...claims } = {}) {
    const good = { iss: this.iss, sub: "job-1", exp: sts.now() + 600 };
    return mintSigned({ ...good, ...claims }, key, { alg: key.alg, kid: key.kid, ...header });
  }

  /** A token whose signature is nobody's: quick to make. */
  forged(sts, kid, alg = "ES256") {
    const claims = { iss: this.iss, sub: "job-1", exp: sts.now() + 600 };
    const input = [{ alg, kid }, claims].map((part) => base64url(JSON.stringify(part))).join(".");
    return `${input}.${base64url(new Uint8Array(64).fill(7))}`;
  }
}
