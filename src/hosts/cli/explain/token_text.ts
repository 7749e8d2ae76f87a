import { newSigningKey, type PrivateJwk } from "../signing_key.js";
import { signature } from "../subject_token.js";

/** What a token says, for people and for trials. Nothing of it is believed. */
export interface Decoded {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claims as they were sent, base64url: read again and written, large numbers would be others. */
  readonly payload: string;
}

/** Takes a JWT apart; undefined where it is none. */
export function decoded(token: string): Decoded | undefined {
  const [first = "", payload = "", last, ...more] = token.trim().split(".");
  if (last === undefined || more.length > 0) return undefined;
  const header = objectOf(first);
  const claims = objectOf(payload);
  return header === undefined || claims === undefined ? undefined : { header, claims, payload };
}

function objectOf(part: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** A key that is made for one explanation and forgotten, and its public part as a TokenIntrospector names it. */
export interface TrialKey {
  readonly jwk: PrivateJwk;
  readonly listed: object;
}

export function trialKey(): TrialKey {
  const jwk = newSigningKey("ES256");
  const { kty, crv, x, y } = jwk as PrivateJwk & { crv?: unknown; x?: unknown; y?: unknown };
  return { jwk, listed: { kty, alg: "ES256", format: "jwk", jwk: { kty, crv, x, y } } };
}

// What of a header names the key that signed.
const OF_THE_KEY = new Set(["alg", "kid", "jwk", "jku", "x5c", "x5t", "x5t#S256", "x5u"]);

/** The same token, signed with the trial key: the rest of a header, and the claims to the letter. */
export function signedAgain({ header, payload }: Decoded, { jwk }: TrialKey): string {
  const kept = Object.entries(header).filter(([name]) => !OF_THE_KEY.has(name));
  const input = `${base64url(JSON.stringify({ ...Object.fromEntries(kept), alg: "ES256" }))}.${payload}`;
  return `${input}.${signature("ES256", jwk, input).toString("base64url")}`;
}

/** The same token without a claim, or without a member of its header. */
export function without(token: Decoded, { claim, member }: { claim?: string; member?: string }): Decoded {
  const left = (object: object, name?: string) =>
    Object.fromEntries(Object.entries(object).filter(([own]) => own !== name));
  const claims = left(token.claims, claim);
  return {
    header: left(token.header, member),
    claims,
    payload: claim === undefined ? token.payload : base64url(JSON.stringify(claims)),
  };
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
