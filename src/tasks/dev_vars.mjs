import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";

export const DEV_VARS = ".dev.vars";

/** Writes .dev.vars with an administrator's token and a signing key of their own, unless it is there. */
export function makeDevVars() {
  if (existsSync(DEV_VARS)) return false;
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = {
    ...privateKey.export({ format: "jwk" }),
    alg: "ES256",
    use: "sig",
    kid: randomBytes(8).toString("hex"),
  };
  const lines = [
    `STS_ADMIN_TOKEN=${randomBytes(32).toString("base64url")}`,
    `STS_SIGNING_KEYS='${JSON.stringify({ keys: [key] })}'`,
  ];
  writeFileSync(DEV_VARS, `${lines.join("\n")}\n`, { mode: 0o600 });
  return true;
}
