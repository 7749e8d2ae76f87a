// Who asks in the sessions: clients with a secret, with a token of another issuer in its place, and with a proof of a key
// beside either. Every attempt of a request has a proof of its own, as those of real clients have: a proof serves once.
import { ISSUER, SECRETS, subjectToken, TRUSTED } from "../suites/fixture.mjs";
import { base64url, bytesOf, mintSigned, publicJwk } from "../suites/jwt.mjs";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** With its secret, as the requests of the suites are. */
export function bySecret(id) {
  if (SECRETS[id] === undefined) throw new Error(`${id} has no secret`);
  return { id, sent: async (request) => request };
}

/** With a token of a workload of another issuer, which serves until it ends. */
export function byWorkload(id) {
  let token;
  return {
    id,
    async sent(request, { now }) {
      const claims = { sub: "workload-1", aud: ISSUER, exp: now() + 3600 };
      token ??= await subjectToken({ now }, claims, TRUSTED.federation);
      request.header("authorization", undefined).set("client_id", id);
      return request.set("client_assertion_type", ASSERTION_TYPE).set("client_assertion", token);
    },
  };
}

/** A key of a client. `jkt`: its thumbprint (RFC 7638); `proving(request)`: the request with a proof of it. */
export async function newKey() {
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const jwk = await crypto.subtle.exportKey("jwk", privateKey);
  const { crv, kty, x, y } = publicJwk(jwk);
  const digest = await crypto.subtle.digest("SHA-256", bytesOf(JSON.stringify({ crv, kty, x, y })));
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { crv, kty, x, y } };
  const proof = (now) => {
    const claims = { jti: crypto.randomUUID(), htm: "POST", htu: `${ISSUER}/auth/token`, iat: now() };
    return mintSigned(claims, jwk, header);
  };
  return { jkt: base64url(new Uint8Array(digest)), proving: (request) => new Proving(request, proof) };
}

/** A request that has another proof each time that it is sent. */
class Proving {
  /** The proof of the last attempt: the one that was answered, when it was. */
  last;
  #request;
  #proof;

  constructor(request, proof) {
    this.#request = request;
    this.#proof = proof;
  }

  async send(sts) {
    this.last = await this.#proof(sts.now);
    return this.#request.header("dpop", this.last).send(sts);
  }
}
