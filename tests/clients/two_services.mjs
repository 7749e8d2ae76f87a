// Two services for identity assertions (ID-JAG), each over HTTP on loopback: the company's, which issues, and that of an MCP
// server, which redeems. Each finds the other's keys by discovery.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { getRequestListener } from "@hono/node-server";
import { createSts } from "edge-sts";
import { importJWK } from "jose";
import { EXCHANGE, JWT_BEARER } from "../suites/fixture.mjs";
import { mint, publicJwk } from "../suites/jwt.mjs";

export const ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";
/** Of the clients `app` at the company's service and `app-at-mcp` at the other. */
export const SECRET = "secret of the app, at both";
/** The identity provider of the company. */
export const IDP = { iss: "https://idp.example", secret: "what the identity provider and the service know" };

/**
 * Starts them. `resource`: what assertions and tokens may be for; `other`: one more issuer of assertions, { iss, key }.
 * `clientKey()`: the private key, { key, kid }, of the clients `app-with-key` and `app-at-mcp-with-key`.
 */
export async function startTwoServices({ resource, other }) {
  const [idp, mcp] = [await listener(), await listener()];
  const key = ecKey("c1");
  const jwks = [publicJwk(key)];
  const target = { audience: mcp.issuer, resource, scope: ["tools"] };
  const asking = { resourceType: "Client", grant_types: [EXCHANGE], allowedIssuers: [IDP.iss] };
  const askingFor = (client_id) => ({
    auth: { id_jag: { subject_audience: ["app-at-idp"], targets: [{ ...target, client_id }] } },
  });
  const redeeming = {
    resourceType: "Client",
    grant_types: [JWT_BEARER],
    allowedIssuers: [idp.issuer, ...(other ? [other.iss] : [])],
    scope: ["tools"],
    auth: { jwt_bearer: { audience: resource, token_format: "jwt" } },
  };
  const issuer = { resourceType: "TokenIntrospector", type: "jwt", user: "none" };
  await idp.serve([
    { ...asking, id: "app", secret: SECRET, ...askingFor("app-at-mcp") },
    { ...asking, id: "app-with-key", jwks, ...askingFor("app-at-mcp-with-key") },
    { ...issuer, id: "idp", jwt: IDP },
  ]);
  await mcp.serve([
    { ...redeeming, id: "app-at-mcp", secret: SECRET },
    { ...redeeming, id: "app-at-mcp-with-key", jwks },
    { ...issuer, id: "company", id_jag: true, jwt: { iss: idp.issuer }, discovery: true },
    ...(other
      ? [
          {
            ...issuer,
            id: "other",
            id_jag: true,
            jwt: { iss: other.iss, keys: [{ format: "jwk", jwk: publicJwk(other.key) }] },
          },
        ]
      : []),
  ]);
  return {
    idp,
    mcp,
    clientKey: async () => ({ key: await importJWK(key), kid: key.kid }),
    async stop() {
      await idp.stop();
      await mcp.stop();
    },
  };
}

/**
 * A server whose address is known before the service that it serves. `key`: what the service signs with; `tls`: a certificate
 * for localhost and its key, for https.
 */
export async function listener({ key = ecKey("s1"), tls } = {}) {
  const server = tls === undefined ? createServer() : createHttpsServer(tls);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const issuer = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return {
    issuer,
    async serve(resources) {
      const sts = await createSts({ issuer, signingKeys: { keys: [key] }, resources, onEvent() {} });
      server.on(
        "request",
        getRequestListener((request) => sts.fetch(request), { overrideGlobalObjects: false }),
      );
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A private key, as a JWK. */
export function ecKey(kid) {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "ES256" };
}

/** The ID token that the identity provider of the company gave to the app. */
export function idToken() {
  const now = Math.floor(Date.now() / 1000);
  return mint({ iss: IDP.iss, sub: "alice", aud: "app-at-idp", iat: now, exp: now + 600 }, IDP.secret);
}
