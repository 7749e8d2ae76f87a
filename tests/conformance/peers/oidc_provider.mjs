// oidc-provider (npm) with a token-exchange grant registered as its documentation says. The grant is ours, as an
// operator would write it: what the suite tests here is the server around it, and what a grant can be made of.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AUDIENCES, CLIENTS, EXCHANGE, ISSUER, RESOURCES, SCOPES, SECRET, target, TYPE } from "./configuration.mjs";

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });

const ASSERTION_KEY = newKey();

/** Starts it with the packages of `folder`. Gives { targets, stop }. */
export async function start(folder) {
  const load = (path) => import(pathToFileURL(join(folder, "node_modules", path)).href);
  const { default: Provider, errors } = await load("oidc-provider/lib/index.js");
  const jose = await load("jose/dist/webapi/index.js");
  const { default: validateDpop } = await load("oidc-provider/lib/helpers/validate_dpop.js");

  let handle;
  const server = createServer((request, response) => handle(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  provider.on("server_error", (_ctx, error) => console.error(error));
  handle = provider.callback();
  const grant = (ctx) => exchanged(ctx, { provider, errors, jose, validateDpop, issuer });
  const parameters = ["audience", "resource", "scope", "requested_token_type"];
  const tokens = ["subject_token", "subject_token_type", "actor_token", "actor_token_type"];
  provider.registerGrantType(EXCHANGE, grant, [...parameters, ...tokens], ["audience", "resource"]);

  const endpoints = {
    issuer,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    metadata: `${issuer}/.well-known/openid-configuration`,
    introspection_endpoint: `${issuer}/token/introspection`,
    revocation_endpoint: `${issuer}/token/revocation`,
  };
  const common = { delegation: true, may_act: true, dpop: true };
  const targetWith = (name, audience, features) => ({
    ...target(name, issuer),
    assertion_client: { client_id: "asserting", method: "private_key_jwt", jwk: ASSERTION_KEY },
    ...endpoints,
    audience: [audience],
    resource: [RESOURCES[AUDIENCES.indexOf(audience)]],
    features: { ...common, ...features },
  });
  return {
    targets: [
      targetWith("oidc-provider, JWT access tokens", AUDIENCES[0], { rfc9068: true }),
      targetWith("oidc-provider, opaque access tokens", AUDIENCES[1], { introspection: true, revocation: true }),
    ],
    stop: () => stopped(server),
  };
}

function stopped(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return closed;
}

function configuration() {
  const client = ([client_id, client_secret]) => ({
    client_id,
    client_secret,
    grant_types: client_id === "idle" ? ["client_credentials"] : [EXCHANGE],
    redirect_uris: [],
    response_types: [],
  });
  const asserting = {
    ...client(["asserting"]),
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [{ ...ASSERTION_KEY, d: undefined }] },
  };
  return {
    clients: [...Object.entries(CLIENTS).map(client), asserting],
    jwks: { keys: [{ ...newKey(), alg: "ES256", use: "sig" }] },
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    scopes: SCOPES,
    extraTokenClaims: (ctx) => (ctx?.act === undefined ? undefined : { act: ctx.act }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      dPoP: { enabled: true },
    },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { AccessToken: 300, Grant: 600 },
  };
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function exchanged(ctx, { provider, errors, jose, validateDpop, issuer }) {
  const { params, client } = ctx.oidc;
  const key = new TextEncoder().encode(SECRET);
  const verified = async (token, type) => {
    if (token === undefined || type === undefined) throw new errors.InvalidRequest("a token and its type are required");
    if (type !== TYPE.jwt) throw new errors.InvalidRequest("unsupported token type");
    try {
      const rules = { issuer: ISSUER, audience: issuer, algorithms: ["HS256"], requiredClaims: ["exp", "sub"] };
      const { payload, protectedHeader } = await jose.jwtVerify(token, key, rules);
      const objects = [payload.act, payload.may_act].every((value) => value === undefined || isObject(value));
      if (typeof payload.sub !== "string" || !objects || !/^jwt$/i.test(protectedHeader.typ ?? "jwt")) {
        throw new TypeError("not a token that this grant takes");
      }
      return payload;
    } catch {
      throw new errors.InvalidRequest("the token is not accepted");
    }
  };
  const subject = await verified(params.subject_token, params.subject_token_type);
  if (params.requested_token_type !== undefined && params.requested_token_type !== TYPE.accessToken) {
    throw new errors.InvalidRequest("unsupported requested_token_type");
  }
  if (params.actor_token === undefined && params.actor_token_type !== undefined) {
    throw new errors.InvalidRequest("actor_token_type without actor_token");
  }
  ctx.act = subject.act;
  if (params.actor_token !== undefined) {
    const actor = await verified(params.actor_token, params.actor_token_type);
    const { iss, sub } = subject.may_act ?? {};
    if (sub !== actor.sub || iss !== actor.iss)
      throw new errors.InvalidRequest("the actor may not act for the subject");
    ctx.act = { iss: actor.iss, sub: actor.sub, ...(subject.act === undefined ? {} : { act: subject.act }) };
  }
  const asked = Object.entries({ audience: AUDIENCES, resource: RESOURCES }).flatMap(([parameter, allowed]) =>
    [params[parameter] ?? []]
      .flat()
      .filter(Boolean)
      .map((name) => ({ name, index: allowed.indexOf(name) })),
  );
  const [{ name, index } = { name: AUDIENCES[0], index: 0 }, ...others] = asked;
  if (index < 0 || others.some((other) => other.name !== name)) throw new errors.InvalidTarget();
  const scopes = params.scope?.split(" ") ?? [];
  if (!scopes.every((scope) => SCOPES.includes(scope))) throw new errors.InvalidScope("not allowed", params.scope);
  const scope = [...new Set(scopes)].join(" ") || undefined;

  const proof = await validateDpop(provider, ctx);
  const grant = new provider.Grant({ accountId: subject.sub, clientId: client.clientId });
  const grantId = await grant.save();
  const token = new provider.AccessToken({ accountId: subject.sub, client, grantId, gty: "token-exchange", scope });
  token.resourceServer = new provider.ResourceServer(name, {
    audience: name,
    scope: SCOPES.join(" "),
    accessTokenFormat: index === 0 ? "jwt" : "opaque",
    jwt: { sign: { alg: "ES256" } },
  });
  if (proof !== undefined) token.setThumbprint("jkt", proof.thumbprint);
  ctx.oidc.entity("AccessToken", token);
  const access_token = await token.save();
  const answer = { access_token, issued_token_type: TYPE.accessToken, token_type: token.tokenType };
  ctx.body = { ...answer, expires_in: token.expiration, scope };
}
