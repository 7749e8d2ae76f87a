// @cloudflare/workers-oauth-provider (npm) in a Worker, as the authorization server and the resource server of one API:
// it redeems identity assertions (ID-JAG) of the issuers that the variable ISSUERS lists. /setup makes a client, as its
// operator would.
import { env } from "cloudflare:workers";
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";

const api = {
  fetch: (_request, _env, { props }) => Response.json(props),
};

const pages = {
  async fetch(request, { OAUTH_PROVIDER }) {
    if (new URL(request.url).pathname !== "/setup") return new Response("not found", { status: 404 });
    const client = await OAUTH_PROVIDER.createClient({
      redirectUris: ["https://client.example/callback"],
      responseTypes: [],
      tokenEndpointAuthMethod: "client_secret_basic",
      grantTypes: ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
    });
    return Response.json(client);
  },
};

export default new OAuthProvider({
  apiRoute: "/api",
  apiHandler: api,
  defaultHandler: pages,
  authorizeEndpoint: "/authorize",
  tokenEndpoint: "/token",
  resourceMetadata: { resource: env.RESOURCE },
  scopesSupported: ["tools"],
  enterpriseManagedAuthorization: {
    async trustedIssuers({ iss }) {
      const jwksUri = JSON.parse(env.ISSUERS)[iss];
      return jwksUri === undefined ? null : { issuer: iss, jwksUri, algorithms: ["ES256"] };
    },
    async mapClaims({ claims, requestedScope }) {
      const { iss, sub } = claims;
      return { userId: encodeURIComponent(sub), scope: requestedScope, props: { iss, sub, scope: requestedScope } };
    },
  },
  /** Why it refused, for the test. */
  onError({ code, description, status, headers, internal }) {
    const body = { error: code, error_description: description, reason: internal.reason };
    return Response.json(body, { status, headers });
  },
});
