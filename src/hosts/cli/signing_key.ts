import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";

/** A private JWK for signing. */
export type PrivateJwk = Record<string, unknown> & { kty: string; kid?: string };

export interface PrivateJwkSet {
  keys: PrivateJwk[];
}

const GENERATE = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  EdDSA: () => generateKeyPairSync("ed25519").privateKey,
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey,
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 3072 }).privateKey,
  HS256: () => createSecretKey(randomBytes(32)),
};

export type SigningAlgorithm = keyof typeof GENERATE;

/** The algorithms that this service can sign with. */
export const SIGNING_ALGORITHMS = Object.keys(GENERATE) as SigningAlgorithm[];

/** A new key with an identifier of its own. */
export function newSigningKey(alg: SigningAlgorithm = "ES256"): PrivateJwk {
  const jwk = GENERATE[alg]().export({ format: "jwk" }) as PrivateJwk;
  return { ...jwk, alg, use: "sig", kid: randomBytes(8).toString("hex") };
}

/** A new set with one key. */
export function newKeySet(alg?: SigningAlgorithm): PrivateJwkSet {
  return { keys: [newSigningKey(alg)] };
}
