// @cloudflare/workers-oauth-provider with its own token exchange: it takes access tokens of its own, which it looks up in KV,
// gives opaque ones back, and stores them there. So it does something else than we do; it is what one has there without us.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmPackages } from "../../src/tasks/conformance_peers.mjs";
import { Failure } from "../../src/tasks/setup.mjs";
import { post } from "../measure/client.mjs";
import { bundled } from "./bundled.mjs";

const SOURCE = fileURLToPath(new URL("../../tests/conformance/peers/cloudflare_worker.mjs", import.meta.url));
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

/** The Worker, bundled, with its KV namespace; nothing where its package cannot be installed. */
export async function cloudflareProvider(name) {
  const packages = await npmPackages().catch(skipped);
  if (packages === undefined) return undefined;
  const folder = join(packages, "bench");
  mkdirSync(folder, { recursive: true });
  copyFileSync(SOURCE, join(folder, "cloudflare_worker.mjs"));
  return { name, modules: await bundled(join(folder, "cloudflare_worker.mjs")), kvNamespaces: ["OAUTH_KV"] };
}

function skipped(error) {
  if (!(error instanceof Failure)) throw error;
  console.error(
    "\n*** SKIPPED: @cloudflare/workers-oauth-provider could not be installed from the npm registry. ***\n",
  );
}

/** One exchange, as it goes over the wire: of an access token that a login would have given. */
export async function cloudflareExchange(url) {
  const { client, codes, redirect, resource } = await (await fetch(new URL("/setup", url))).json();
  const authorization = `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}`;
  const body = new URLSearchParams({ grant_type: "authorization_code", code: codes[0], redirect_uri: redirect });
  const answer = await fetch(new URL("/token", url), { method: "POST", body, headers: { authorization } });
  const { access_token } = await answer.json();
  assert.ok(access_token, "a token to exchange");
  const form = { grant_type: EXCHANGE, subject_token: access_token, subject_token_type: ACCESS_TOKEN, resource };
  return post(url, "/token", { Authorization: authorization }, form);
}
