// @cloudflare/workers-oauth-provider (npm) with its own token exchange. /setup does what a login would do: it makes the
// clients and gives codes for them.
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";

const RESOURCE = "https://orders.example/api";
const REDIRECT = "https://client.example/callback";

const api = { fetch: () => new Response("ok") };

const pages = {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname !== "/setup") return new Response("not found", { status: 404 });
    const client = await env.OAUTH_PROVIDER.createClient({
      redirectUris: [REDIRECT],
      tokenEndpointAuthMethod: "client_secret_basic",
      grantTypes: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"],
    });
    const codes = [];
    for (const userId of ["alice", "hugo"]) {
      const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
        request: {
          responseType: "code",
          clientId: client.clientId,
          redirectUri: REDIRECT,
          scope: ["read", "write"],
          state: "x",
          resource: RESOURCE,
        },
        userId,
        metadata: {},
        scope: ["read", "write"],
        props: { userId },
      });
      codes.push(new URL(redirectTo).searchParams.get("code"));
    }
    return Response.json({ client, codes, redirect: REDIRECT, resource: RESOURCE });
  },
};

export default new OAuthProvider({
  apiRoute: "/api",
  apiHandler: api,
  defaultHandler: pages,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  resourceMetadata: { resource: RESOURCE },
  scopesSupported: ["read", "write"],
  allowTokenExchangeGrant: true,
});
