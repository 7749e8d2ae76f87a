// One example for each operation: what is sent, and what comes back. Tokens are shortened. tests/node/openapi.test.mjs holds
// each against its schema, and stores those that can be stored.

/** What is sent with an operation, and what it answers where all is well. */
export interface Example {
  request?: unknown;
  /** Where there are several kinds of requests: one of each, by name. */
  requests?: Readonly<Record<string, unknown>>;
  answer: unknown;
}

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ISSUER = "https://issuer.example";
// Of RFC 7517 appendix A.1.
const point = {
  kty: "EC",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};
const ACCESS_TOKEN = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL3N0cy5leGFtcGxlIn0.c2lnbmF0dXJl";
const REFRESH_TOKEN = "sts_rt_Zr8Qk2mW5tYx1VbNc4Hd7Lf0Pg3Js6Ka9";
const SUBJECT_TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.c2lnbmF0dXJl";

// A document of each type, as an administrator writes it.
const written: Record<string, Record<string, unknown>> = {
  Client: {
    resourceType: "Client",
    id: "orders",
    secret: "K9dWn2vT4hQeXr7yLm0zPb3sFc6uGj8a",
    grant_types: [EXCHANGE, "refresh_token"],
    allowedIssuers: [ISSUER],
    scope: ["openid", "read"],
    auth: { token_exchange: { token_format: "jwt", refresh_token: true, audience: ["https://api.example"] } },
  },
  TokenIntrospector: {
    resourceType: "TokenIntrospector",
    id: "issuer",
    type: "jwt",
    jwt: { iss: ISSUER, keys: [{ format: "jwk", kid: "1", alg: "ES256", jwk: point }] },
    audience: ["https://sts.example"],
  },
  User: {
    resourceType: "User",
    id: "alice",
    userName: "alice",
    email: "alice@example.org",
    identifier: [{ system: ISSUER, value: "248289761001" }],
  },
};

const LAST_UPDATED = "2026-11-26T12:00:00Z";
const meta = { lastUpdated: LAST_UPDATED, instance: "YATPlCfpLqU58veg", versionId: "1" };

/** The examples of the operations on resources of one type. */
function ofType(type: string): Record<string, Example> {
  const resource = written[type];
  const stored = { ...resource, ...(type === "Client" ? { secret: "***" } : {}), meta };
  const url = `${type}/${String(resource?.["id"])}`;
  const page = (path: string) => ({
    total: 1,
    link: [{ relation: "self", url: `https://sts.example/${path}?_count=100&_page=1` }],
  });
  return {
    [`list${type}`]: {
      answer: { resourceType: "Bundle", type: "searchset", ...page(type), entry: [{ resource: stored }] },
    },
    [`create${type}`]: { request: resource, answer: stored },
    [`read${type}`]: { answer: stored },
    [`put${type}`]: { request: resource, answer: stored },
    [`delete${type}`]: { answer: stored },
    [`history${type}`]: {
      answer: {
        resourceType: "Bundle",
        type: "history",
        ...page(`${url}/_history`),
        entry: [
          {
            resource: stored,
            request: { method: "PUT", url },
            response: { etag: 'W/"1"', lastModified: LAST_UPDATED },
            administrator: "administrator",
          },
        ],
      },
    },
  };
}

const userEntry = { resource: written["User"], request: { method: "PUT", url: "User/alice" } };
const changed = {
  resourceType: "Bundle",
  type: "transaction-response",
  entry: [{ response: { status: "201", location: "User/alice", etag: 'W/"1"' } }],
};

const metadata = {
  issuer: "https://sts.example",
  authorization_endpoint: "https://sts.example/auth/authorize",
  token_endpoint: "https://sts.example/auth/token",
  introspection_endpoint: "https://sts.example/auth/introspect",
  revocation_endpoint: "https://sts.example/auth/revoke",
  userinfo_endpoint: "https://sts.example/auth/userinfo",
  jwks_uri: "https://sts.example/.well-known/jwks.json",
  grant_types_supported: [EXCHANGE, "refresh_token"],
  response_types_supported: [],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["ES256", "RS256"],
};

const credentials = { client_id: "orders", client_secret: "K9dWn2vT4hQeXr7yLm0zPb3sFc6uGj8a" };
const userinfo = { sub: "alice", id: "alice", userName: "alice", email: "alice@example.org" };

/** By `operationId`. */
export const examples: Readonly<Record<string, Example>> = {
  token: {
    requests: {
      exchange: {
        grant_type: EXCHANGE,
        ...credentials,
        subject_token: SUBJECT_TOKEN,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        audience: "https://api.example",
        scope: "read",
      },
      refresh: { grant_type: "refresh_token", ...credentials, refresh_token: REFRESH_TOKEN },
      assertion: {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ...credentials,
        assertion: SUBJECT_TOKEN,
      },
    },
    answer: {
      access_token: ACCESS_TOKEN,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 300,
      scope: "read",
    },
  },
  introspect: {
    request: { ...credentials, token: ACCESS_TOKEN },
    answer: {
      active: true,
      iss: "https://sts.example",
      sub: "alice",
      aud: "https://api.example",
      client_id: "orders",
      exp: 1_800_000_300,
      iat: 1_800_000_000,
      jti: "Zr8Qk2mW5tYx1VbN",
      scope: "read",
      token_type: "Bearer",
    },
  },
  revoke: { request: { ...credentials, token: ACCESS_TOKEN }, answer: {} },
  userinfo: { answer: userinfo },
  userinfoByPost: { request: { access_token: ACCESS_TOKEN }, answer: userinfo },
  authorize: { answer: "<!doctype html><title>Nobody logs in here</title>" },
  metadata: { answer: metadata },
  openidConfiguration: { answer: metadata },
  jwks: { answer: { keys: [{ ...point, kid: "1", use: "sig", alg: "ES256" }] } },
  openapi: { answer: { openapi: "3.1.1", info: { title: "edge-sts", version: "0.1.0" }, paths: {} } },
  health: { answer: { status: "ok" } },
  page: { answer: "<!doctype html><title>edge-sts</title>" },
  change: { request: { resourceType: "Bundle", type: "transaction", entry: [userEntry] }, answer: changed },
  import: { request: { resourceType: "Bundle", type: "transaction", entry: [userEntry] }, answer: changed },
  export: {
    answer: {
      resourceType: "Bundle",
      type: "transaction",
      total: 1,
      link: [{ relation: "self", url: "https://sts.example/$export?_count=100&_page=1" }],
      entry: [{ ...userEntry, resource: { ...written["User"], meta } }],
    },
  },
  ...Object.assign({}, ...Object.keys(written).map(ofType)),
};
