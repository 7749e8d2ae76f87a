// What tests/conformance is told of this service: the clients and issuers of the fixture.
import { generateKeyPairSync } from "node:crypto";
import { CLIENT_KEY, SECRETS, TRUSTED, TYPE } from "./fixture.mjs";

/** Signing keys whose public half is published, so that the suite can verify what is issued. */
export function signingKeys() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "conformance-1", alg: "ES256", use: "sig" }] };
}

/** The target's file for a service that listens on `url`, which is its issuer, too, and has the resources of the fixture. */
export function targetOf(url) {
  const issuer = new URL(url).origin; // what a proof of a key is made for must be where the requests go
  const at = (path) => new URL(path, url).href;
  const client = (client_id) => ({ client_id, client_secret: SECRETS[client_id], method: "client_secret_basic" });
  const { iss, secret } = TRUSTED.main;
  return {
    name: "edge-sts",
    issuer,
    token_endpoint: at("/auth/token"),
    introspection_endpoint: at("/auth/introspect"),
    revocation_endpoint: at("/auth/revoke"),
    jwks_uri: at("/.well-known/jwks.json"),
    metadata: at("/.well-known/oauth-authorization-server"),
    client: client("c1"),
    other_client: client("c2"),
    unauthorized_client: client("cx"),
    assertion_client: { client_id: "cj", method: "private_key_jwt", jwk: CLIENT_KEY, assertion_audience: issuer },
    subject: { token_type: TYPE.jwt, mint: { iss, secret, claims: { sub: "alice" } } },
    actor: { token_type: TYPE.jwt, mint: { iss, secret, claims: { sub: "hugo" } } },
    audience: ["orders", "https://api.example/"],
    resource: ["https://api.example/"],
    forbidden_audience: "payroll",
    forbidden_resource: "https://payroll.example/",
    scope: ["read", "write"],
    forbidden_scope: "admin",
    id_jag: {
      client: client("ja"),
      subject: { token_type: TYPE.idToken, mint: { iss, secret, claims: { sub: "alice", aud: "ja" } } },
      audience: "https://as.example",
      resource: "https://mcp.example/",
      assertion: { ...TRUSTED.jag, claims: { sub: "alice", resource: "https://mcp.example/" } },
    },
    features: {
      rfc9068: true,
      delegation: true,
      may_act: true,
      jwt_requested: true,
      refresh: true,
      introspection: true,
      revocation: true,
      dpop: true,
    },
  };
}
