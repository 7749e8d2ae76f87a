// The fixture of every suite: one good configuration. A case changes one thing.
import { base64url, mint, publicJwk } from "./jwt.mjs";

export const ISSUER = "https://sts.example";
export const ADMIN_TOKEN = "administrator-0123456789-abcdefghijklmnop";

export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
export const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
export const TYPE = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
  refreshToken: "urn:ietf:params:oauth:token-type:refresh_token",
  idToken: "urn:ietf:params:oauth:token-type:id_token",
  saml1: "urn:ietf:params:oauth:token-type:saml1",
  saml2: "urn:ietf:params:oauth:token-type:saml2",
};

export const SIGNING_SECRET = "the signing key of the fixture: planted-signing-key-0123456789";
export const SIGNING_KEYS = {
  keys: [{ kty: "oct", alg: "HS256", kid: "fixture-1", use: "sig", k: base64url(SIGNING_SECRET) }],
};

/** The private key of the client cj, and one that is nobody's. */
export const CLIENT_KEY = {
  kty: "EC",
  crv: "P-256",
  kid: "cj-1",
  alg: "ES256",
  x: "Cwox3jdHzhnE8LHlbmfebgt1qm3BgS02FOK7fr4RqbM",
  y: "PV-Rzsu2SQv71ujNKe0XPYvyne0kmxcaZfgETWjZesg",
  d: "YKmZTsdcA1HjJK9wljuAq3J7-k4mG9s1UTMZuFzLeNw",
};
export const OTHER_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "vwNJbfWTxP5qv9d3wqJQmoOpDBPQMYXQDdmhRwMnRHw",
  y: "OTv99dAoySrrH_V2prOY5NIlHNXtmgfpaa1y_SFzPFM",
  d: "PhkNu6fmE1uaeJRW6niL7pb0UrNP1v2iWh05DB3-pm4",
};

/** Trusted issuers. Secrets are long enough for HS512 (RFC 7518 section 3.2). */
export const TRUSTED = {
  main: {
    iss: "https://issuer.example",
    secret: "planted secret of issuer.example, which is long enough for HS512, too",
  },
  notAllowed: {
    iss: "https://other.example",
    secret: "planted secret of other.example, which is long enough for HS512, too",
  },
  audience: {
    iss: "https://audience.example",
    secret: "planted secret of audience.example, as long as HS512 asks for it.",
  },
  identifier: {
    iss: "https://identifier.example",
    secret: "planted secret of identifier.example, long enough for HS512 too",
  },
  workload: {
    iss: "https://workload.example",
    secret: "planted secret of workload.example, which is long enough for HS512",
  },
  claims: {
    iss: "https://claims.example",
    secret: "planted secret of claims.example, which is long enough for HS512, too",
  },
  rules: {
    iss: "https://rules.example",
    secret: "planted secret of rules.example, which is long enough for HS512, too.",
  },
  federation: {
    iss: "https://federation.example",
    secret: "planted secret of federation.example, which is long enough for HS512",
  },
  jag: {
    iss: "https://jag.example",
    secret: "planted secret of jag.example, which is long enough for HS512, as all",
  },
  keys: { iss: "https://keys.example", secret: "planted secret of keys.example, which is long enough for HS512, too." },
};

export const SECRETS = {
  c1: "p@ss:w+rd %1",
  c2: "planted-secret-of-c2",
  cx: "planted-secret-of-cx",
  c0: "planted-secret-of-c0",
  cd: "planted-secret-of-cd",
  cb: ">>>???~~~%41+b",
  cu: "planted-pässwörd-ключ",
  cn: "planted-secret-of-cn",
  co: "planted-secret-of-co",
  cr: "planted-secret-of-cr",
  cs: "planted-secret-of-cs",
  ch: "planted-secret-of-ch",
  cl: "planted-secret-of-cl",
  rs: "planted-secret-of-rs",
  crowd: "planted-secret-of-crowd",
  cy: "planted-secret-of-cy",
  cz: "planted-secret-of-cz",
  rx: "planted-secret-of-rx",
  ra: "planted-secret-of-ra",
  rb: "planted-secret-of-rb",
  pr: "planted-secret-of-pr",
  pf: "planted-secret-of-pf",
  pb: "planted-secret-of-pb",
  ja: "planted-secret-of-ja",
  // the how-to's
  tokenexchange: "test",
  "tokenexchange-JWT": "test",
  "tokenexchange-opaque": "test",
};

/** The `provider` of the public client cp, as Google's libraries name one. */
export const PROVIDER = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q";

const allowed = Object.entries(TRUSTED)
  .filter(([name]) => name !== "notAllowed")
  .map(([, { iss }]) => iss);

export const RESOURCES = [
  client("c1", {
    scope: ["read", "write"],
    allowed_origins: ["https://app.example"],
    exchange: { token_format: "jwt", refresh_token: true, audience: ["orders", "https://api.example/"] },
  }),
  client("c2", { scope: ["read", "write"], exchange: { refresh_token: false, audience: ["orders"] } }),
  client("cx", { grant_types: ["client_credentials"] }),
  client("c0", { exchange: { token_format: "jwt" } }),
  client("cd", { active: false }),
  client("cb", { exchange: { token_format: "jwt" } }),
  client("cu", { exchange: { token_format: "jwt" } }),
  // no allowedIssuers: none is allowed
  client("cn", { allowedIssuers: undefined }),
  // opaque tokens with a refresh token
  client("co", { scope: ["read", "write"], exchange: { refresh_token: true, audience: ["orders"] } }),
  // a refresh token is used once, and not again for a retry
  client("cs", {
    scope: ["read", "write"],
    exchange: { token_format: "jwt", refresh_token: true, refresh_token_grace: 0, audience: ["orders"] },
  }),
  // everything of it ends soon
  client("cr", {
    scope: ["read"],
    exchange: { token_format: "jwt", refresh_token: true, access_token_expiration: 2, refresh_token_expiration: 8 },
  }),
  client("ch", { exchange: { access_token_expiration: 2 } }),
  client("cl", { exchange: { token_format: "jwt", outlive_subject: true, access_token_expiration: 360 } }),
  // the resource server behind "orders"
  client("rs", { grant_types: ["none"], resource: ["orders"] }),
  client("crowd", {}),
  client("cy", { scope: ["read"], exchange: { token_format: "jwt", delegation: "any" } }),
  client("cz", { scope: ["read"], exchange: { token_format: "jwt", delegation: "deny" } }),
  // the resource server behind "orders", which calls another one
  client("rx", {
    scope: ["read", "write"],
    resource: ["orders"],
    exchange: { token_format: "jwt", audience: ["https://api.example/"] },
  }),
  // expressions
  client("ra", {
    scope: ["read", "write"],
    condition: "claims.repository == 'acme/shop'",
    scope_rules: [
      { scope: ["read"], when: "true" },
      { scope: ["write"], when: "'b' in claims.groups" },
      { scope: ["write"], when: "claims.missing" },
      { scope: ["write"], when: "true", audience: ["elsewhere"] },
    ],
    exchange: { token_format: "jwt", refresh_token: true, audience: ["orders"] },
  }),
  client("rb", {
    scope: ["read"],
    condition: "claims.repository == 'acme/web'",
    exchange: { token_format: "jwt", audience: ["orders"] },
  }),
  // DPoP: one that must prove a key, one that must not, one that is trusted to have seen the proof of a bound token
  client("pr", { dpop: "required", scope: ["read"], exchange: { token_format: "jwt", audience: ["orders"] } }),
  client("pf", { dpop: "off", scope: ["read"], exchange: { token_format: "jwt", audience: ["orders"] } }),
  client("pb", { scope: ["read"], exchange: { token_format: "jwt", accept_bound: "rebind", audience: ["orders"] } }),
  // identity assertions: redeems those of jag.example, and gets some for others
  client("ja", {
    grant_types: [EXCHANGE, JWT_BEARER],
    scope: ["read", "write"],
    auth: {
      token_exchange: { token_format: "jwt", audience: ["orders"], refresh_token: true },
      jwt_bearer: { audience: ["https://mcp.example/", "https://files.example"] },
      id_jag: {
        targets: [
          {
            audience: "https://as.example",
            client_id: "ja-there",
            resource: ["https://mcp.example/"],
            scope: ["read"],
          },
        ],
      },
    },
  }),
  // private_key_jwt
  client("cj", {
    scope: ["read", "write"],
    jwks: [publicJwk(CLIENT_KEY)],
    exchange: { token_format: "jwt", audience: ["orders"] },
  }),
  // public clients; one has all that it can have, the other nothing
  client("cp", {
    public: true,
    scope: ["openid", "read"],
    allowedIssuers: [TRUSTED.federation.iss],
    allowed_origins: ["https://pages.example"],
    exchange: {
      token_format: "jwt",
      audience: ["orders", "https://api.example/"],
      provider: PROVIDER,
      ignore_scope: ["https://www.googleapis.com/auth/cloud-platform"],
    },
  }),
  client("cq", { public: true, exchange: { token_format: "jwt" } }),
  // a workload of another issuer
  client("cf", {
    federated: [
      { iss: TRUSTED.federation.iss, sub: "workload-1" },
      { iss: TRUSTED.federation.iss, sub: "workload-2", audience: "sts", claims: { ref: ["main", "next"] } },
    ],
    exchange: { token_format: "jwt", audience: ["orders"] },
  }),
  introspector("main"),
  introspector("notAllowed"),
  introspector("audience", { audience: ["for-the-sts", "also-for-the-sts"] }),
  introspector("identifier", { user: "identifier" }),
  introspector("claims", {
    claims: { tenant: ["t1", "t2"], "kubernetes.io.namespace": "shop", email_verified: true },
    copy_claims: ["email", "kubernetes.io", "tags"],
  }),
  introspector("rules", {
    user: "none",
    claims: { tenant: "t1" },
    attributes: { branch: "claims.ref.extract('refs/heads/{branch}')" },
    condition: [
      { expression: "claims.exp - claims.iat < 3600" },
      { expression: "attribute.branch == 'main' || glob(attribute.branch, 'release/*')", message: "planted message" },
    ],
    subject: "claims.repository",
    emit: { branch: "attribute.branch", team: "claims.ok ? 'a' : 'b'", absent: "claims.missing" },
  }),
  introspector("federation", {
    user: "none",
    audience: ["https://ci.sts.example"],
    claims: { repository: "octo/shop" },
  }),
  introspector("jag", { id_jag: true }),
  introspector("workload", { user: "none", max_lifetime: 7200 }),
  {
    resourceType: "TokenIntrospector",
    id: "keys",
    type: "jwt",
    jwt: {
      iss: TRUSTED.keys.iss,
      keys: [
        {
          kid: "first",
          kty: "OCT",
          alg: "HS256",
          format: "plain",
          k: "planted first key of keys.example, not the one that is used",
        },
        { kid: "second", kty: "OCT", alg: "HS256", format: "plain", k: TRUSTED.keys.secret },
      ],
    },
  },
  { resourceType: "User", id: "alice", email: "alice-planted@mail.example", displayName: "Alice" },
  { resourceType: "User", id: "bob", identifier: [{ system: TRUSTED.main.iss, value: "sub-of-bob" }] },
  { resourceType: "User", id: "ivan", inactive: true },
  { resourceType: "User", id: "hugo" },
  { resourceType: "User", id: "nfc", identifier: [{ system: TRUSTED.main.iss, value: "jos\u00e9" }] },
  { resourceType: "User", id: "ida", identifier: [{ system: TRUSTED.identifier.iss, value: "sub-of-ida" }] },
];

function client(id, { exchange, ...members }) {
  return withoutAbsent({
    resourceType: "Client",
    id,
    secret: SECRETS[id],
    grant_types: [EXCHANGE],
    allowedIssuers: allowed,
    auth: exchange && { token_exchange: exchange },
    ...members,
  });
}

function introspector(name, members = {}) {
  const { iss, secret } = TRUSTED[name];
  return { resourceType: "TokenIntrospector", id: name, type: "jwt", jwt: { iss, secret }, ...members };
}

function withoutAbsent(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** The claims of the good subject token: only what the how-to asks for. */
export function goodClaims(sts) {
  return { iss: TRUSTED.main.iss, sub: "alice", exp: sts.now() + 600 };
}

/** The good subject token with other claims, a claim of `undefined` left out. */
export function subjectToken(sts, claims = {}, from = TRUSTED.main, header = { alg: "HS256" }) {
  return mint({ ...goodClaims(sts), iss: from.iss, ...claims }, from.secret, header);
}

/** Every resource of the fixture is put there by the administrator: for stores that begin empty. */
export async function install(sts) {
  for (const resource of RESOURCES) {
    const response = await sts.fetch(`/${resource.resourceType}/${resource.id}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(resource),
    });
    const text = await response.text();
    if (response.status !== 201) throw new Error(`${resource.resourceType}/${resource.id}: ${response.status} ${text}`);
  }
}
