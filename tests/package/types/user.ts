// Contract 6, in a strict TypeScript project.
import module from "edge-sts/wasm";
import {
  createSts,
  exchange,
  memoryGrants,
  OAuthError,
  type AuditEvent,
  type ExchangeAnswer,
  type Reason,
  type Resource,
  type SubjectTokenType,
  type GrantStore,
  type Sts,
  type StsOptions,
} from "edge-sts";
import { sqliteDirectory, type Directory } from "edge-sts";
import { postgresDirectory, postgresGrants, type PostgresPool } from "edge-sts/postgres";

declare const pool: PostgresPool;
const directories: Directory[] = [sqliteDirectory(":memory:"), postgresDirectory(pool, { schema: "sts" })];
const stores: GrantStore[] = [postgresGrants(pool)];
void [directories, stores];
const compiled: WebAssembly.Module = module;
void compiled;
const grants: GrantStore = memoryGrants();

// `event` and `outcome` tell the kinds apart.
function noted(event: AuditEvent): void {
  if (event.outcome === "refused") {
    const why: string = event.reason;
    void why;
  } else if (event.event === "token.exchange") {
    const issued: [string, readonly string[], string] = [event.client_id, event.aud, event.issued_token_type];
    void issued;
  } else if (event.event === "admin.put") {
    const who: [string, number | undefined] = [event.administrator, event.version];
    void who;
  }
}

const listed: readonly Resource[] = [
  {
    resourceType: "Client",
    id: "tokenexchange",
    secret: "test",
    grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
    allowedIssuers: ["https://issuer.example"],
    auth: { token_exchange: { token_format: "jwt", audience: ["https://api.example"] } },
  },
  {
    resourceType: "TokenIntrospector",
    id: "issuer",
    type: "jwt",
    jwt: { iss: "https://issuer.example", keys: [{ format: "jwk", jwk: { kty: "EC", crv: "P-256", x: "x", y: "y" } }] },
    claims: { repository: ["acme/shop", "acme/web"], protected: true },
  },
];
const type: SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt";
const options: StsOptions = {
  issuer: "https://sts.example",
  signingKeys: { keys: [] },
  resources: [...listed, { resourceType: "User", id: "x" }],
  grants,
  now: () => 0,
  onEvent: noted,
};
const sts: Sts = await createSts(options);
const response: Response = await sts.fetch(new Request("https://sts.example/health"));
try {
  const answer: ExchangeAnswer = await exchange(
    { subject_token: "x", subject_token_type: type, audience: ["a", "b"] },
    options,
  );
  const seconds: number = answer.expires_in;
  const refresh: string | undefined = answer.refresh_token;
  void [seconds, refresh, response.status];
} catch (error) {
  if (!(error instanceof OAuthError)) throw error;
  const told: [string, string, number, Reason] = [error.error, error.error_description, error.status, error.reason];
  void told;
}
