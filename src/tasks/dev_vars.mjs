import { existsSync, writeFileSync } from "node:fs";

export const DEV_VARS = ".dev.vars";

/** Writes .dev.vars with an administrator's token and a signing key of their own, unless it is there. After `build`. */
export async function makeDevVars() {
  if (existsSync(DEV_VARS)) return false;
  const { devVars } = await import("../../dist/cli/worker_project.js");
  writeFileSync(DEV_VARS, devVars(), { mode: 0o600 });
  return true;
}
