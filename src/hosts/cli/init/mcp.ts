// What `init` writes for identity assertions, letter for letter as the documentation has it.
import type { Resource } from "../../recipes/recipe.js";

/** An app that gets identity assertions for MCP servers, and the identity provider of its users. */
export const MCP: readonly Resource[] = [
  {
    resourceType: "Client",
    id: "desktop-app",
    secret: "CHANGE-ME-secret-of-the-app-0123456789",
    grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
    allowedIssuers: ["https://acme.okta.example"],
    auth: {
      id_jag: {
        subject_audience: ["0oa1desktop"],
        targets: [
          {
            audience: "https://as.mcp.example",
            client_id: "acme-desktop",
            resource: ["https://mcp.example/"],
            scope: ["tools:read"],
          },
        ],
      },
    },
  },
  {
    resourceType: "TokenIntrospector",
    id: "okta",
    type: "jwt",
    jwt: { iss: "https://acme.okta.example" },
    discovery: true,
    user: "none",
  },
];
