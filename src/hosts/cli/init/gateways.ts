// What gateways are told, as the documentation has it, with the secret of this project. The Client is the same for each.
import type { Resource } from "../../recipes/recipe.js";

/** The id of the gateways' Client. */
export const GATEWAY = "gateway";

/** The Client of a gateway: whose users' tokens it may exchange, and for which servers. */
export function gatewayClient(secret: string, issuer: string): Resource {
  return {
    resourceType: "Client",
    id: GATEWAY,
    secret,
    grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
    allowedIssuers: [issuer],
    scope: ["tools"],
    auth: { token_exchange: { token_format: "jwt", audience: ["https://mcp.example"] } },
  };
}

export interface Gateway {
  readonly title: string;
  readonly file: string;
  /** The configuration; `url`: of the service, without a path. */
  text(url: string, secret: string): string;
}

const JWT = "urn:ietf:params:oauth:token-type:jwt";

export const GATEWAYS: Readonly<Record<string, Gateway>> = {
  agentgateway: {
    title: "agentgateway",
    file: "agentgateway.yaml",
    text: (url, secret) => `backendAuth:
  oauthTokenExchange:
    host: ${hostOf(url)}
    path: /auth/token
    subjectToken: { tokenType: ${JWT} }
    clientAuth: { method: clientSecretBasic, clientId: ${GATEWAY}, clientSecret: ${secret} }
    audiences: [https://mcp.example]
    scopes: [tools]
${url.startsWith("https:") ? "    policies: { backendTLS: {} }\n" : ""}`,
  },
  "envoy-ai-gateway": {
    title: "Envoy AI Gateway",
    file: "envoy-ai-gateway.json",
    text: (url, secret) => `${JSON.stringify(
      {
        cluster: "sts",
        token_exchange_url: `${url}/auth/token`,
        client_id: GATEWAY,
        client_secret: secret,
        subject_token_type: JWT,
        audience: "https://mcp.example",
        scope: "tools",
      },
      null,
      2,
    )}
`,
  },
  "kubernetes-mcp-server": {
    title: "kubernetes-mcp-server",
    file: "kubernetes-mcp-server.toml",
    text: (url, secret) => `[token_exchange]
strategy = "rfc8693"
token_url = "${url}/auth/token"
subject_token_type = "${JWT}"
audience = "https://mcp.example"
client_id = "${GATEWAY}"
client_secret = "${secret}"
auth_style = "header"
`,
  },
};

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
}
