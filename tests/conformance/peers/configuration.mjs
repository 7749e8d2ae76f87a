// What every peer is told to trust and to allow.
export const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

export const TYPE = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
};

export const ISSUER = "https://issuer.example";
export const SECRET = "the secret of the issuer that all peers of the suite trust";
export const CLIENTS = { caller: "callers-secret", other: "others-secret", idle: "idles-secret" };
export const AUDIENCES = ["orders", "stock"];
export const RESOURCES = ["https://orders.example/", "https://stock.example/"];
export const SCOPES = ["read", "write"];

/** The part of the target's file that is the same for all. Tokens of the issuer name the peer in `aud`. */
export function target(name, aud) {
  const client = (id) => ({ client_id: id, client_secret: CLIENTS[id], method: "client_secret_basic" });
  const source = (sub) => ({ token_type: TYPE.jwt, mint: { iss: ISSUER, secret: SECRET, claims: { sub, aud } } });
  return {
    name,
    client: client("caller"),
    other_client: client("other"),
    unauthorized_client: client("idle"),
    subject: source("alice"),
    actor: source("hugo"),
    audience: AUDIENCES,
    resource: RESOURCES,
    forbidden_audience: "payroll",
    forbidden_resource: "https://payroll.example/",
    scope: SCOPES,
    forbidden_scope: "admin",
    features: {},
  };
}
