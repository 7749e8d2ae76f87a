// @cloudflare/workers-oauth-provider in the Workers runtime. It exchanges access tokens of its own, and gives them an
// audience that the operator configured.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TYPE } from "./configuration.mjs";

/** Starts it with the packages of `folder`. Gives { targets, stop }. */
export async function start(folder) {
  const place = join(folder, "worker");
  mkdirSync(place, { recursive: true });
  copyFileSync(fileURLToPath(new URL("cloudflare_worker.mjs", import.meta.url)), join(place, "main.mjs"));
  const config = join(place, "wrangler.toml");
  writeFileSync(config, CONFIGURATION);
  Object.assign(process.env, QUIET);
  const { unstable_startWorker } = await import("wrangler");
  const server = { hostname: "127.0.0.1", port: 0 };
  const worker = await unstable_startWorker({
    config,
    dev: { server, remote: false, watch: false, inspector: false, logLevel: "error", persist: false },
  });
  await worker.ready;
  const { origin } = await worker.url;
  const { client, codes, redirect, resource } = await (
    await fetch(`${origin}/setup`, { signal: AbortSignal.timeout(20_000) })
  ).json();
  const tokens = [];
  for (const code of codes) {
    const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirect });
    const authorization = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64")}`;
    const answer = await fetch(`${origin}/token`, { method: "POST", body, headers: { authorization } });
    const json = await answer.json();
    if (json.access_token === undefined) throw new Error(`No access token: ${JSON.stringify(json)}`);
    tokens.push(json.access_token);
  }
  const target = {
    name: "@cloudflare/workers-oauth-provider",
    issuer: origin,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/token`,
    metadata: `${origin}/.well-known/oauth-authorization-server`,
    client: { client_id: client.clientId, client_secret: client.clientSecret, method: "client_secret_basic" },
    subject: { token_type: TYPE.accessToken, tokens: tokens.slice(0, 1) },
    resource: [resource],
    forbidden_resource: "https://payroll.example/",
    scope: ["read", "write"],
    forbidden_scope: "admin",
    features: { revocation: true },
  };
  return { targets: [target], stop: () => worker.dispose() };
}

const CONFIGURATION = `name = "conformance-peer"
main = "main.mjs"
compatibility_date = "2026-08-22"
compatibility_flags = ["global_fetch_strictly_public"]

[[kv_namespaces]]
binding = "OAUTH_KV"
id = "oauth"
`;

// wrangler asks, reports and looks up nothing.
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG: "error",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};
