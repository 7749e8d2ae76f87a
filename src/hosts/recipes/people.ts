// Identity providers: their tokens are people's, who are listed as Users.
import type { Recipe } from "./recipe.js";

const GRAPH = ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"];

export const PEOPLE: Readonly<Record<string, Recipe>> = {
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
    fits: (iss) => /^https:\/\/[^/]+\.auth0\.com\/$/.test(iss),
    also: ["client_id"],
    offered: ["permissions", "org_id", "gty"],
    needs: [
      {
        anyOf: ["azp", "client_id", "permissions"],
        risk: "No condition names the application (azp): other applications of the tenant can ask for the same audience.",
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
    fits: (iss) => /^https:\/\/[^/]+\.(okta|oktapreview|okta-emea)\.com(\/|$)/.test(iss),
    offered: ["scp", "groups"],
    needs: [
      {
        anyOf: ["cid", "scp"],
        risk: "No condition names the application (cid): one authorization server serves many of them.",
      },
    ],
    doubts: ({ iss, sub }) => [
      ...(/\/oauth2\//.test(String(iss))
        ? []
        : [
            "This is the organization’s own authorization server, whose access tokens only Okta can verify. Use a custom one, such as /oauth2/default.",
          ]),
      ...(/@/.test(String(sub))
        ? ["sub is the user’s login, which can be given to somebody else later. uid stays."]
        : []),
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
    fits: (iss) =>
      /^https:\/\/(login\.microsoftonline\.(com|us)|sts\.windows\.net|login\.partner\.microsoftonline\.cn)\//.test(iss),
    also: ["appid"],
    offered: ["groups", "roles", "scp"],
    needs: [
      {
        anyOf: ["azp", "appid", "groups", "roles"],
        risk: "No condition names the application that asked: every application of the tenant can get a token for yours, unless you require assignment.",
      },
    ],
    doubts: ({ aud, iss }) => [
      ...(GRAPH.includes(String(aud))
        ? [
            "This token is for Microsoft Graph, and only Graph can verify it. Ask for a token for an application of your own.",
          ]
        : []),
      ...(/sts\.windows\.net/.test(String(iss))
        ? [
            "This is a token of version 1, whose issuer has another name. Set accessTokenAcceptedVersion of the application to 2.",
          ]
        : []),
      ...(/9188040d-6c67-4c5b-b112-36a304b66dad/.test(String(iss))
        ? ["This issuer is Microsoft’s for private accounts: anybody can have one."]
        : []),
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
    fits: (iss) => iss === "https://accounts.google.com",
    needs: [
      {
        anyOf: ["hd"],
        risk: "No condition names the Workspace domain (hd): every Google account of the world passes this check, and only the list of Users is left.",
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
    fits: (iss) => /\/realms\/[^/]+$/.test(iss),
    offered: ["realm_access.roles", "groups"],
    needs: [
      {
        anyOf: ["azp"],
        risk: "No condition names the client (azp): all clients of a realm have the same issuer and keys.",
      },
      { anyOf: ["typ"], risk: "Without typ an ID token counts as an access token: the same key signs both." },
    ],
    doubts: ({ aud }) =>
      aud === "account"
        ? ["aud is account, which every client of a new realm gets. Add an Audience mapper that names your service."]
        : [],
  },
};
