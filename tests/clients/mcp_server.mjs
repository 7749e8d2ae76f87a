// A real MCP server, of the SDK: it publishes the metadata of a protected resource, lets in whoever has a token that its
// authorization server issued for it, and has one tool.
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createRemoteJWKSet, jwtVerify } from "jose";

/**
 * Starts it with the SDK's package, `@modelcontextprotocol/server`. Its address, `url`, is known before its authorization
 * server, whose issuer `serve` takes.
 */
export async function mcpServer(sdk) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${server.address().port}/mcp`);
  return {
    url: url.href,
    async serve(issuer) {
      const oauthMetadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
      const published = { oauthMetadata, resourceServerUrl: url, scopesSupported: ["tools"] };
      const gate = sdk.requireBearerAuth({
        verifier: verifier(sdk, { oauthMetadata, audience: url.href }),
        requiredScopes: ["tools"],
        resourceMetadataUrl: sdk.getOAuthProtectedResourceMetadataUrl(url),
      });
      const handler = sdk.createMcpHandler(({ authInfo }) => greeter(sdk, authInfo));
      const answer = async (request) => {
        const metadata = sdk.oauthMetadataResponse(request, published);
        if (metadata !== undefined) return metadata;
        const authInfo = await gate(request);
        return authInfo instanceof Response ? authInfo : handler.fetch(request, { authInfo });
      };
      server.on("request", getRequestListener(answer, { overrideGlobalObjects: false }));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function verifier({ OAuthError, OAuthErrorCode }, { oauthMetadata: { issuer, jwks_uri }, audience }) {
  const keys = createRemoteJWKSet(new URL(jwks_uri));
  return {
    async verifyAccessToken(token) {
      try {
        const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt" });
        const { client_id: clientId, scope, exp: expiresAt, sub } = payload;
        return { token, clientId, scopes: scope.split(" "), expiresAt, extra: { sub } };
      } catch {
        throw new OAuthError(OAuthErrorCode.InvalidToken, "jose does not accept it");
      }
    },
  };
}

function greeter({ McpServer }, authInfo) {
  const server = new McpServer({ name: "greeter", version: "1.0.0" });
  server.registerTool("greet", { description: "Greets whoever calls." }, () => ({
    content: [{ type: "text", text: `Hello ${authInfo.extra.sub}, by ${authInfo.clientId}` }],
  }));
  return server;
}
