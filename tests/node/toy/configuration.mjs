// What the toy is configured with, and the target's file that says so.
import { generateKeyPairSync } from "node:crypto";

export const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
export const TYPE = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
  idJag: "urn:ietf:params:oauth:token-type:id-jag",
};

export const ISSUER = "https://issuer.example";
export const SECRET = "the secret of the toy's issuer, of which the suite is told";
export const RESOURCE_SERVER = "https://resource.example/";

export const CLIENTS = { toy: "toy secret %+", other: "other secret", idle: "idle secret" };
export const AUDIENCES = ["orders", "stock", "https://api.example/", "https://more.example/"];
export const SCOPES = ["read", "write"];

const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });

/** What signs the toy's own tokens. */
export const SIGNATURE = { ...newKey(), kid: "toy-1" };

export const ASSERTION_CLIENT = { client_id: "asserting", method: "private_key_jwt", jwk: newKey() };

/** An OAuth error. */
export class Refusal extends Error {
  constructor(error, status = 400, headers = {}) {
    super(error);
    Object.assign(this, { error, status, headers });
  }
}

export function targetOf(url) {
  const client = (id) => ({ client_id: id, client_secret: CLIENTS[id], method: "client_secret_basic" });
  const source = (sub) => ({ token_type: TYPE.jwt, mint: { iss: ISSUER, secret: SECRET, claims: { sub } } });
  return {
    name: "toy",
    issuer: url,
    token_endpoint: `${url}/token`,
    introspection_endpoint: `${url}/introspect`,
    revocation_endpoint: `${url}/revoke`,
    metadata: `${url}/metadata`,
    jwks_uri: `${url}/jwks`,
    client: client("toy"),
    other_client: client("other"),
    unauthorized_client: client("idle"),
    assertion_client: ASSERTION_CLIENT,
    subject: source("alice"),
    actor: source("hugo"),
    audience: ["orders", "stock"],
    resource: ["https://api.example/", "https://more.example/"],
    forbidden_audience: "payroll",
    forbidden_resource: "https://payroll.example/",
    scope: SCOPES,
    forbidden_scope: "admin",
    features: {
      rfc9068: true,
      delegation: true,
      may_act: true,
      refresh: true,
      introspection: true,
      revocation: true,
      dpop: true,
    },
    id_jag: {
      audience: RESOURCE_SERVER,
      assertion: { iss: ISSUER, secret: SECRET, claims: { sub: "alice" } },
    },
  };
}
