import { createHmac, createPrivateKey, type JsonWebKey, constants, randomUUID, sign } from "node:crypto";
import { Failure } from "./failure.js";

/** What a subject token is signed with: a shared secret (HS256), or a private JWK. */
export type IssuerKey = { secret: string } | { jwk: JsonWebKey & { alg?: string; kid?: string; kty?: string } };

export interface SubjectToken {
  iss: string;
  sub: string;
  key: IssuerKey;
  /** More claims; they take precedence. */
  claims?: Record<string, unknown>;
  /** Seconds, 3600 when left out. */
  expiresIn?: number;
}

/** A subject token for trying: a JWT as an issuer would sign it. */
export function mintSubjectToken({ iss, sub, key, claims = {}, expiresIn = 3600 }: SubjectToken): string {
  const now = Math.floor(Date.now() / 1000);
  const jwk = "jwk" in key ? key.jwk : { kty: "oct", alg: "HS256", k: base64url(key.secret) };
  const alg = jwk.alg ?? usualAlgorithm(jwk);
  const header = { alg, typ: "JWT", ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) };
  const exp = now + expiresIn;
  // One that has ended was made before that.
  const iat = expiresIn < 0 ? exp - 3600 : now;
  const payload = { iss, sub, iat, exp, jti: randomUUID(), ...claims };
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
  return `${input}.${signature(alg ?? "", jwk, input).toString("base64url")}`;
}

/** The signature of a JWS with a private JWK (RFC 7518 section 3.1, RFC 8037). */
export function signature(alg: string, jwk: JsonWebKey, input: string): Buffer {
  const data = Buffer.from(input);
  const [, family, bits] = /^(HS|RS|PS|ES)(256|384|512)$/.exec(alg) ?? [];
  const hash = bits === undefined ? undefined : `sha${bits}`;
  try {
    if (family === "HS" && hash !== undefined && typeof jwk["k"] === "string") {
      return createHmac(hash, Buffer.from(jwk["k"], "base64url")).update(data).digest();
    }
    const key = createPrivateKey({ key: jwk, format: "jwk" });
    if (alg === "EdDSA" || alg === "Ed25519") return sign(null, data, key);
    if (family === "RS" && hash !== undefined) return sign(hash, data, key);
    if (family === "ES" && hash !== undefined) return sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
    if (family === "PS" && hash !== undefined) {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return sign(hash, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
    }
  } catch {
    // told below, without a word of the key
  }
  throw new Failure("The key must be a private JWK, of a kind that its alg can be used with.");
}

function usualAlgorithm({ kty, crv }: JsonWebKey): string | undefined {
  if (kty === "EC") return { "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" }[crv ?? ""];
  return { oct: "HS256", RSA: "RS256", OKP: "EdDSA" }[kty ?? ""];
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
