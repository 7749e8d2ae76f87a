import { createHash } from "node:crypto";

// Secrets that are printed in the how-to and in this package's own documentation: everybody knows them.
const KNOWN = ["test", "CHANGE-ME"];

const DIGESTS = KNOWN.map((secret) => `__sha256:${createHash("sha256").update(secret).digest("hex")}`);

/** Whether a secret, in plain text or as a digest, is one that everybody knows. */
export function isKnownSecret(secret: string): boolean {
  return KNOWN.includes(secret) || DIGESTS.includes(secret.toLowerCase());
}
