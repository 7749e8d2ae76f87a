// The resources of the documentation's recipes, letter for letter: tests/node/init.test.mjs compares them.
import type { Resource } from "./resource.js";

/** A recipe: the issuer's name as the documentation has it, and its resources. */
export interface Recipe {
  readonly title: string;
  readonly resources: readonly Resource[];
}

export const RECIPES: Readonly<Record<string, Recipe>> = {
  "github-actions": {
    title: "GitHub Actions",
    resources: [
      {
        resourceType: "Client",
        id: "github-actions",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://token.actions.githubusercontent.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "github-actions",
        type: "jwt",
        jwt: { iss: "https://token.actions.githubusercontent.com" },
        discovery: true,
        user: "none",
        max_lifetime: 900,
        audience: ["https://sts.example"],
        claims: { repository: "acme/shop", repository_id: "74", ref: "refs/heads/main", environment: "production" },
        copy_claims: ["repository", "ref", "sha", "run_id", "job_workflow_ref"],
      },
    ],
  },
  "gitlab-ci": {
    title: "GitLab CI",
    resources: [
      {
        resourceType: "Client",
        id: "gitlab-ci",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://gitlab.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "gitlab-ci",
        type: "jwt",
        jwt: { iss: "https://gitlab.com" },
        discovery: true,
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: { project_path: "acme/shop", project_id: "20", ref_path: "refs/heads/main", ref_protected: "true" },
        copy_claims: ["project_path", "ref_path", "sha", "pipeline_id", "job_id"],
      },
    ],
  },
  circleci: {
    title: "CircleCI",
    resources: [
      {
        resourceType: "Client",
        id: "circleci",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://oidc.circleci.com/org/2f7a1c5e-3b4d-4e6f-8a9b-0c1d2e3f4a5b"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "circleci",
        type: "jwt",
        jwt: { iss: "https://oidc.circleci.com/org/2f7a1c5e-3b4d-4e6f-8a9b-0c1d2e3f4a5b" },
        discovery: true,
        user: "none",
        max_lifetime: 3600,
        audience: ["https://sts.example"],
        claims: {
          "oidc.circleci.com/project-id": "6a1b2c3d-4e5f-6789-abcd-ef0123456789",
          "oidc.circleci.com/context-ids": "9b8a7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d",
        },
        copy_claims: ["oidc.circleci.com/project-id", "oidc.circleci.com/vcs-ref", "oidc.circleci.com/job-id"],
      },
    ],
  },
  buildkite: {
    title: "Buildkite",
    resources: [
      {
        resourceType: "Client",
        id: "buildkite",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://agent.buildkite.com"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "buildkite",
        type: "jwt",
        jwt: { iss: "https://agent.buildkite.com" },
        discovery: true,
        user: "none",
        max_lifetime: 900,
        audience: ["https://sts.example"],
        claims: {
          organization_id: "0184990a-477b-4fa8-9968-496074483cee",
          pipeline_id: "0184990a-4782-42b5-afc1-16715b10b8ff",
          build_branch: "main",
        },
        copy_claims: ["pipeline_slug", "build_number", "build_commit", "job_id"],
      },
    ],
  },
  "terraform-cloud": {
    title: "Terraform Cloud",
    resources: [
      {
        resourceType: "Client",
        id: "terraform",
        public: true,
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://app.terraform.io"],
        scope: ["deploy"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://deploy.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "terraform",
        type: "jwt",
        jwt: { iss: "https://app.terraform.io" },
        discovery: true,
        user: "none",
        max_lifetime: 7200,
        audience: ["https://sts.example"],
        claims: {
          terraform_organization_id: "org-GRNbCjYNpBB6NEBH",
          terraform_workspace_id: "ws-mbsd5E3Ktt5Rg2Xm",
          terraform_run_phase: "apply",
        },
        copy_claims: ["terraform_workspace_name", "terraform_run_id"],
      },
    ],
  },
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
  },
  auth0: {
    title: "Auth0",
    resources: [
      {
        resourceType: "Client",
        id: "auth0",
        secret: "CHANGE-ME",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://acme.eu.auth0.com/"],
        scope: ["read:orders"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://orders.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "auth0",
        type: "jwt",
        jwt: { iss: "https://acme.eu.auth0.com/" },
        discovery: true,
        user: "identifier",
        audience: ["https://sts.example"],
        claims: { azp: "K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja", permissions: "exchange:orders" },
        copy_claims: ["org_id", "https://acme.example/tenant"],
      },
      {
        resourceType: "User",
        id: "erin",
        identifier: [{ system: "https://acme.eu.auth0.com/", value: "auth0|6553da60a54af58e29493993" }],
      },
    ],
  },
  okta: {
    title: "Okta",
    resources: [
      {
        resourceType: "Client",
        id: "okta",
        secret: "CHANGE-ME",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://acme.okta.com/oauth2/default"],
        scope: ["orders"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://orders.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "okta",
        type: "jwt",
        jwt: { iss: "https://acme.okta.com/oauth2/default" },
        discovery: true,
        user: "identifier",
        audience: ["api://sts"],
        claims: { cid: "0oa1hm4POxgJM6CPu0g4", scp: "orders.exchange" },
        copy_claims: ["uid"],
      },
      {
        resourceType: "User",
        id: "erin",
        identifier: [{ system: "https://acme.okta.com/oauth2/default", value: "erin@acme.example" }],
      },
    ],
  },
  "entra-id": {
    title: "Entra ID",
    resources: [
      {
        resourceType: "Client",
        id: "entra",
        secret: "CHANGE-ME",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0"],
        scope: ["orders"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://orders.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "entra",
        type: "jwt",
        jwt: { iss: "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0" },
        discovery: true,
        user: "identifier",
        audience: ["00001111-aaaa-2222-bbbb-3333cccc4444"],
        claims: {
          tid: "aaaabbbb-0000-cccc-1111-dddd2222eeee",
          azp: "11112222-bbbb-3333-cccc-4444dddd5555",
          groups: ["3f5a0c1e-6d1b-4c43-9a43-0d5f7c2b8e11", "a1d6f0b2-52c7-4f0e-8e43-7c9b1f2d3e44"],
        },
        copy_claims: ["tid", "oid"],
      },
      {
        resourceType: "User",
        id: "erin",
        identifier: [
          {
            system: "https://login.microsoftonline.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0",
            value: "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
          },
        ],
      },
    ],
  },
  "google-id-token": {
    title: "Google ID token",
    resources: [
      {
        resourceType: "Client",
        id: "google",
        secret: "CHANGE-ME",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://accounts.google.com"],
        scope: ["orders"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://orders.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "google",
        type: "jwt",
        jwt: { iss: "https://accounts.google.com" },
        jwks_uri: "https://www.googleapis.com/oauth2/v3/certs",
        user: "identifier",
        max_lifetime: 3600,
        audience: ["1234987819200.apps.googleusercontent.com"],
        claims: { hd: "acme.example", email_verified: true },
        copy_claims: ["email", "hd"],
      },
      {
        resourceType: "User",
        id: "erin",
        identifier: [{ system: "https://accounts.google.com", value: "10769150350006150715113082367" }],
      },
    ],
  },
  keycloak: {
    title: "Keycloak",
    resources: [
      {
        resourceType: "Client",
        id: "keycloak",
        secret: "CHANGE-ME",
        grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
        allowedIssuers: ["https://login.acme.example/realms/shop"],
        scope: ["orders"],
        auth: { token_exchange: { token_format: "jwt", audience: ["https://orders.example"] } },
      },
      {
        resourceType: "TokenIntrospector",
        id: "keycloak",
        type: "jwt",
        jwt: { iss: "https://login.acme.example/realms/shop" },
        discovery: true,
        user: "identifier",
        audience: ["https://sts.example"],
        claims: { typ: "Bearer", azp: "shop-web", "realm_access.roles": "order-clerk" },
        copy_claims: ["preferred_username", "email"],
      },
      {
        resourceType: "User",
        id: "erin",
        identifier: [
          { system: "https://login.acme.example/realms/shop", value: "8f2c1d5e-7b1a-4c0e-9d3f-2a6b5c4d3e1f" },
        ],
      },
    ],
  },
};

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
