// The issuers of the recipes on loopback: their metadata and their keys, where the recipes have them fetched.
import { createServer } from "node:http";
import { shownKey } from "../suites/recipes.mjs";

/** Starts them. `place(heading, resources)`: the resources with the issuer's own URLs replaced; `close()` ends them. */
export async function recipeIssuers() {
  const answers = new Map();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url);
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    async place(heading, resources) {
      const { jwt, jwks_uri } = resources.find(({ resourceType }) => resourceType === "TokenIntrospector");
      const path = `/${heading.toLowerCase().replaceAll(" ", "-")}`;
      // Auth0's issuer ends with a slash, which its metadata's URL has once (OpenID Connect Discovery section 4)
      const issuer = `${origin}${path}${jwt.iss.endsWith("/") ? "/" : ""}`;
      const keys = `${origin}${path}/keys`;
      answers.set(`${path}/.well-known/openid-configuration`, metadata(issuer, keys));
      answers.set(`${path}/keys`, { keys: [await shownKey(heading)] });
      let text = JSON.stringify(resources).replaceAll(JSON.stringify(jwt.iss), JSON.stringify(issuer));
      if (jwks_uri !== undefined) text = text.replaceAll(JSON.stringify(jwks_uri), JSON.stringify(keys));
      return JSON.parse(text);
    },
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

function metadata(issuer, jwks_uri) {
  const base = issuer.replace(/\/$/, "");
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    jwks_uri,
    response_types_supported: ["code", "id_token"],
    subject_types_supported: ["public", "pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["sub", "aud", "exp", "iat", "iss", "email"],
  };
}
