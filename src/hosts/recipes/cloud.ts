// Workloads and machines of clouds: their tokens are a program's, too.
import type { Recipe } from "./recipe.js";

export const CLOUD: Readonly<Record<string, Recipe>> = {
  kubernetes: {
    title: "Kubernetes service account",
    resources: [
      {
        resourceType: "Client",
        id: "kubernetes",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"],
        scope: ["orders"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://orders.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "kubernetes",
        type: "jwt",
        jwt: { iss: "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE" },
        discovery: true,
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: { "kubernetes.io.namespace": "shop", "kubernetes.io.serviceaccount.name": ["checkout", "billing"] },
        copy_claims: ["kubernetes.io"],
      },
    ],
    fits: (_iss, claims) => "kubernetes.io" in claims,
    offered: ["kubernetes.io.serviceaccount.uid"],
    needs: [
      {
        anyOf: ["kubernetes.io.namespace"],
        risk: "No condition names the namespace: names of service accounts repeat in every namespace.",
      },
      {
        anyOf: ["kubernetes.io.serviceaccount.name", "kubernetes.io.serviceaccount.uid"],
        risk: "No condition names the service account: every pod of the namespace gets in.",
      },
    ],
    doubts: ({ aud }) =>
      [aud].flat().some((one) => /^https:\/\/kubernetes\.default\.svc/.test(String(one)))
        ? [
            "aud names the cluster’s own API: whoever gets this token can use it there. Mount a projected token with the address of your service as its audience.",
          ]
        : [],
  },
  aws: {
    title: "AWS",
    resources: [
      {
        resourceType: "Client",
        id: "aws",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.tokens.sts.global.api.aws"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "aws",
        type: "jwt",
        jwt: { iss: "https://0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.tokens.sts.global.api.aws" },
        discovery: true,
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: { sub: "arn:aws:iam::123456789012:role/deploy" },
        condition: "claims['https://sts.amazonaws.com/'].org_id == 'o-a1b2c3d4e5'",
        copy_claims: ["https://sts.amazonaws.com/"],
      },
    ],
    fits: (iss) => /^https:\/\/[^/]+\.tokens\.sts\.global\.api\.aws$/.test(iss),
    needs: [{ anyOf: ["sub"], risk: "No condition names the role: every role of the account gets in." }],
  },
  "google-service-account": {
    title: "Google service account",
    resources: [
      {
        resourceType: "Client",
        id: "google-account",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://accounts.google.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "google-account",
        type: "jwt",
        jwt: { iss: "https://accounts.google.com" },
        jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: { sub: "113475438248934895348", email_verified: true },
        copy_claims: ["email"],
      },
    ],
    fits: (iss, { email }) => iss === "https://accounts.google.com" && String(email).endsWith("gserviceaccount.com"),
    needs: [
      { anyOf: ["sub"], risk: "No condition names the account: everybody at Google can have a token with this aud." },
    ],
  },
};
