// Tokens as a foreign issuer makes them, and as a reader of issued tokens takes them apart: by hand, so that they can
// be wrong in one place.

const utf8 = new TextEncoder();

/** Every token minted here, so that a test can look for them where they must not be. */
export const minted = [];

export function bytesOf(text) {
  return utf8.encode(text);
}

export function base64url(value) {
  return base64(value).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function base64(value) {
  const bytes = typeof value === "string" ? bytesOf(value) : value;
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function bytesOfBase64url(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

/** A JWT with an HMAC. `secret`: text or bytes. */
export async function mint(claims, secret, header = { alg: "HS256" }) {
  return mintText(JSON.stringify(header), JSON.stringify(claims), secret, header?.alg);
}

/** The same from the header's and the payload's own bytes or text, whatever they say. */
export async function mintText(header, payload, secret, alg = "HS256") {
  return seal(`${base64url(header)}.${base64url(payload)}`, secret, alg);
}

/** `input`, a dot and its HMAC. */
export async function seal(input, secret, alg = "HS256") {
  const token = `${input}.${base64url(await hmac(input, secret, alg))}`;
  minted.push(token);
  return token;
}

export async function hmac(input, secret, alg = "HS256") {
  const hash = { HS384: "SHA-384", HS512: "SHA-512" }[alg] ?? "SHA-256";
  return new Uint8Array(await crypto.subtle.sign("HMAC", await imported(secret, hash), bytesOf(input)));
}

/** A JWT signed with a private JWK: ES256, EdDSA, RS256 and their kin (RFC 7518 section 3.1). */
export async function mintSigned(claims, privateJwk, header) {
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  const { key, use } = SIGNATURES[header.alg];
  const { alg: _alg, use: _use, kid: _kid, key_ops: _operations, ...material } = privateJwk;
  const imported = await crypto.subtle.importKey("jwk", material, key, false, ["sign"]);
  const token = `${input}.${base64url(new Uint8Array(await crypto.subtle.sign(use, imported, bytesOf(input))))}`;
  minted.push(token);
  return token;
}

const ecdsa = (namedCurve, hash) => ({ key: { name: "ECDSA", namedCurve }, use: { name: "ECDSA", hash } });
const rsa = (name, hash, saltLength) => ({ key: { name, hash }, use: { name, saltLength } });
const ED25519 = { key: { name: "Ed25519" }, use: { name: "Ed25519" } };
const SIGNATURES = {
  ES256: ecdsa("P-256", "SHA-256"),
  ES384: ecdsa("P-384", "SHA-384"),
  ES512: ecdsa("P-521", "SHA-512"),
  EdDSA: ED25519,
  Ed25519: ED25519,
  RS256: rsa("RSASSA-PKCS1-v1_5", "SHA-256"),
  RS384: rsa("RSASSA-PKCS1-v1_5", "SHA-384"),
  RS512: rsa("RSASSA-PKCS1-v1_5", "SHA-512"),
  PS256: rsa("RSA-PSS", "SHA-256", 32),
  PS384: rsa("RSA-PSS", "SHA-384", 48),
  PS512: rsa("RSA-PSS", "SHA-512", 64),
};

/** The names of these algorithms. */
export const SIGNATURE_ALGORITHMS = Object.keys(SIGNATURES);

/** A new key pair for one of them, whose halves can be exported. */
export function newKeyPair(alg) {
  const { key } = SIGNATURES[alg];
  const size = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  return crypto.subtle.generateKey(key.name.startsWith("RSA") ? { ...key, ...size } : key, true, ["sign", "verify"]);
}

/** The public members of a private JWK. */
export function publicJwk({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...jwk }) {
  return jwk;
}

const keys = new Map();

async function imported(secret, hash) {
  const name = `${hash}${secret}`;
  if (!keys.has(name)) {
    const bytes = typeof secret === "string" ? bytesOf(secret) : secret;
    keys.set(name, await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign"]));
  }
  return keys.get(name);
}

export function decoded(token) {
  const [header, payload] = token.split(".").map((part) => part && bytesOfBase64url(part));
  const json = (bytes) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  return { header: json(header), claims: json(payload) };
}

export async function sha256Hex(text) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
