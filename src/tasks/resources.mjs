// resources.json: the resources that a local service begins with.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { Failure, ROOT } from "./setup.mjs";

export const RESOURCES = "resources.json";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** Writes resources.json with the how-to's resources, and a secret of its own, unless it is there. After `build`. */
export async function makeResources() {
  if (existsSync(RESOURCES)) return false;
  const { exampleResources } = await import("../../dist/cli/worker_project.js");
  writeFileSync(RESOURCES, `${JSON.stringify(exampleResources(), null, 2)}\n`, { mode: 0o600 });
  return true;
}

/** The text of a file of resources. */
export function textOf(file = RESOURCES) {
  if (!existsSync(file)) throw new Failure(`There is no ${file}. \`npm start\` makes one; or name another file.`);
  return readFileSync(file, "utf8");
}

/** The resources of a file. After `build`: the command says where it is no JSON. */
export async function readResources(file = RESOURCES, text = textOf(file)) {
  const { jsonOf } = await import("../../dist/cli/json_place.js");
  let resources;
  try {
    resources = jsonOf(file, text);
  } catch (error) {
    throw new Failure(error.message);
  }
  // Beside `$schema`, for editors, they are a member.
  if (!Array.isArray(resources)) resources = resources?.resources;
  if (Array.isArray(resources)) return resources;
  throw new Failure(`${file} must be a JSON array of resources, or an object with that array in resources.`);
}

async function module() {
  const core = await import(pathToFileURL(join(ROOT, "dist/wasm/edge_sts.js")));
  core.initSync({ module: readFileSync(join(ROOT, "dist/wasm/edge_sts_bg.wasm")) });
  return core;
}

/** What is doubtful about resources: { path, message } each. */
export async function doubtsOf(resources) {
  return (await module()).findings(JSON.stringify(resources));
}

/** What to store in KV for resources: [key, value] for each entry. */
export async function entriesOf(resources) {
  const core = await module();
  try {
    const entries = core.entries(JSON.stringify(resources), Math.floor(Date.now() / 1000));
    return entries.map(({ key, value }) => [key, value]);
  } catch (error) {
    if (error instanceof TypeError) throw new Failure(error.message);
    throw error;
  }
}

/** The introspector whose secret this machine knows, for an issuer or the first one. */
export function introspectorOf(resources, iss) {
  return resources.find(
    ({ resourceType, jwt }) =>
      resourceType === "TokenIntrospector" && typeof jwt?.secret === "string" && (iss ?? jwt.iss) === jwt.iss,
  );
}

/** A client with a plain secret that may exchange tokens of an issuer. */
export function clientOf(resources, iss) {
  return resources.find(
    ({ resourceType, secret, grant_types, allowedIssuers }) =>
      resourceType === "Client" &&
      typeof secret === "string" &&
      !secret.startsWith("__sha256:") &&
      grant_types?.includes(EXCHANGE) &&
      allowedIssuers?.includes(iss),
  );
}

/** The first user. */
export function userOf(resources) {
  return resources.find(({ resourceType }) => resourceType === "User");
}
