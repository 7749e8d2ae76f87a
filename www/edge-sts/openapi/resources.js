// The rules that a schema can say. Some it cannot, such as that a point lies on its curve: those answer 422 as well.
/** The types of resources. */
export const RESOURCE_TYPES = ["Client", "TokenIntrospector", "User"];
const text = { type: "string", pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]+$" };
const texts = { type: "array", items: text };
const flag = { type: "boolean" };
const list = { type: "array" };
const url = {
  type: "string",
  format: "uri",
  maxLength: 2048,
  description: "https with a public host, or http on loopback.",
};
const seconds = (maximum, byDefault) => ({
  type: "integer",
  minimum: 1,
  maximum,
  default: byDefault,
});
const withoutEffect = (names) =>
  Object.fromEntries(names.map((name) => [name, { description: "Known to Aidbox; kept, without effect." }]));
const YEAR = 31_536_000;
const DAY = 86_400;
const jwk = {
  type: "object",
  description: "A public JWK (RFC 7517).",
  required: ["kty"],
  properties: { kty: { enum: ["RSA", "EC", "OKP", "oct"] }, kid: { type: "string" }, alg: { type: "string" } },
};
const publicJwk = { ...jwk, properties: { ...jwk.properties, kty: { enum: ["RSA", "EC", "OKP"] } } };
const common = (type) => ({
  id: { $ref: "#/components/schemas/Id" },
  resourceType: { const: type },
  meta: {
    type: "object",
    description:
      "Set by the service; what is written is not looked at, but for `instance` in `/$import` and in files: which of the resources that had this id, one after the other, it is.",
  },
  not_before: {
    oneOf: [
      { type: "string", format: "date-time", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
      { type: "integer", minimum: 0, maximum: 253_402_300_799 },
    ],
    description: "What was issued before this time has ended. In UTC, or in seconds since 1970.",
  },
});
const expression = { type: "string", minLength: 1, maxLength: 4096, description: "An expression of CEL subset 1." };
const ruleCondition = {
  description: "All of it must be true.",
  oneOf: [
    expression,
    {
      type: "array",
      minItems: 1,
      maxItems: 32,
      items: {
        type: "object",
        required: ["expression"],
        properties: { expression, message: { ...text, description: "For the audit event." } },
        additionalProperties: false,
      },
    },
  ],
};
const mappings = { type: "object", maxProperties: 32, additionalProperties: expression };
const tokenExchange = {
  type: "object",
  properties: {
    token_format: { const: "jwt", description: "Without it access tokens are opaque." },
    refresh_token: { ...flag, default: false },
    access_token_expiration: seconds(YEAR, 300),
    refresh_token_expiration: seconds(YEAR, DAY),
    refresh_token_grace: {
      type: "integer",
      minimum: 0,
      maximum: 300,
      default: 30,
      description: "Seconds in which a refresh token that was used gives the same successor again.",
    },
    audience: { ...texts, description: "The targets that may be asked for; the first is the default." },
    provider: {
      ...text,
      maxLength: 512,
      description:
        "A name for this client that may stand in `audience` in place of a target. No other Client may have it.",
    },
    ignore_scope: { ...texts, description: "Scopes that are struck out of a request before anything looks at them." },
    delegation: { enum: ["may_act", "any", "deny"], default: "may_act" },
    outlive_subject: { ...flag, default: false },
    accept_bound: {
      enum: ["proof", "rebind"],
      default: "proof",
      description: "Which proof it needs for a token that is bound to a key: one by that key, or one by its own.",
    },
  },
  additionalProperties: false,
};
const jwtBearer = {
  type: "object",
  description: "What it gets for an identity assertion (ID-JAG); what is absent is as in `token_exchange`.",
  properties: {
    audience: { ...texts, description: "The resources that may be got." },
    token_format: { enum: ["jwt"] },
    access_token_expiration: seconds(YEAR, 300),
  },
  additionalProperties: false,
};
const idJag = {
  type: "object",
  description: "For which authorization servers it gets identity assertions (ID-JAG).",
  properties: {
    subject_audience: { ...texts, description: "Its names at its identity providers; its id when absent." },
    expiration: { type: "integer", minimum: 30, maximum: 300, default: 300 },
    targets: {
      type: "array",
      maxItems: 64,
      items: {
        type: "object",
        required: ["audience", "client_id"],
        properties: {
          audience: { ...url, description: "The issuer identifier, which is the assertion's `aud`." },
          alias: { ...texts, description: "Other names that may be asked for." },
          client_id: { ...text, description: "The client's name there." },
          resource: texts,
          resource_required: {
            ...flag,
            default: false,
            description: "Puts the first resource in where none is asked for.",
          },
          scope: texts,
          subject: { enum: ["token", "user", "identifier"], default: "token" },
          subject_system: { ...text, description: "With `identifier`: the system whose value is the `sub`." },
          email: { ...flag, default: false, description: "Copies a verified `email`." },
          tenant: text,
          aud_tenant: text,
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};
const client = {
  title: "Who may ask for tokens, and for which",
  type: "object",
  properties: {
    ...common("Client"),
    active: { ...flag, default: true },
    name: text,
    description: text,
    secret: { ...text, description: "Stored as SHA-256; `__sha256:HEX` is taken as that. `***` keeps what is stored." },
    jwks: { type: "array", items: publicJwk, description: "The keys of its assertions (`private_key_jwt`)." },
    jwks_uri: { ...url, description: "Where they are, instead of `jwks`." },
    federated: {
      type: "array",
      maxItems: 32,
      description: "The workloads of other issuers whose tokens, sent as `client_assertion`, authenticate the client.",
      items: {
        type: "object",
        required: ["iss", "sub"],
        properties: {
          iss: { ...text, maxLength: 400, description: "The issuer, whose TokenIntrospector has the keys." },
          sub: { ...text, maxLength: 1024 },
          audience: { ...text, description: "The one `aud` of its tokens, in place of the names of this service." },
          claims: { type: "object", description: "What its tokens must say: exact strings, or lists of them." },
        },
        additionalProperties: false,
      },
    },
    public: { ...flag, default: false, description: "It exchanges tokens without authentication." },
    grant_types: texts,
    allowedIssuers: { ...texts, description: "The `iss` of the tokens that it may exchange; none allows none." },
    condition: ruleCondition,
    scope_rules: {
      type: "array",
      maxItems: 64,
      description: "Which scopes may be asked for with a token; without it all of `scope`.",
      items: {
        type: "object",
        required: ["scope", "when"],
        properties: { scope: texts, when: expression, audience: texts },
        additionalProperties: false,
      },
    },
    scope: { type: "array", items: { type: "string", pattern: "^[!#-\\[\\]-~]+$" }, default: ["openid"] },
    scopes: { type: "array", items: { type: "object", properties: { policy: false } } },
    resource: { ...texts, description: "The audiences whose resource server it is." },
    allowed_origins: { ...texts, maxItems: 100, description: "The browser origins that may call with it." },
    dpop: {
      enum: ["optional", "required", "off"],
      default: "optional",
      description: "Whether it proves a key with its token requests (RFC 9449).",
    },
    require: {
      type: "object",
      description: "How, and how lately, the user must have authenticated (RFC 9470). Not with `refresh_token`.",
      properties: {
        acr: { oneOf: [text, { ...texts, minItems: 1 }] },
        max_age: { type: "integer", minimum: 0, maximum: YEAR, description: "Seconds since `auth_time`." },
      },
      anyOf: [{ required: ["acr"] }, { required: ["max_age"] }],
      additionalProperties: false,
    },
    auth: {
      type: "object",
      properties: {
        token_exchange: tokenExchange,
        jwt_bearer: jwtBearer,
        id_jag: idJag,
        ...withoutEffect([
          "authorization_code",
          "client_credentials",
          "password",
          "implicit",
          "refresh_token",
          "two_legged",
        ]),
      },
      additionalProperties: false,
    },
    ...withoutEffect(["type", "details", "first_party", "trusted", "fhir-base-url", "smart", "allowed-scopes"]),
  },
  not: { required: ["jwks", "jwks_uri"] },
  if: { required: ["public"], properties: { public: { const: true } } },
  then: {
    required: ["allowedIssuers"],
    properties: {
      secret: false,
      jwks: false,
      jwks_uri: false,
      federated: false,
      grant_types: { items: { const: "urn:ietf:params:oauth:grant-type:token-exchange" } },
      allowedIssuers: { minItems: 1 },
    },
  },
  additionalProperties: false,
};
const verificationKey = {
  type: "object",
  required: ["format"],
  properties: {
    format: { enum: ["PEM", "plain", "jwk"] },
    kid: { ...text, maxLength: 256 },
    kty: text,
    alg: text,
    pub: { type: "string", description: "`PEM`: a public key." },
    k: { ...text, description: "`plain`: a secret as text." },
    jwk,
  },
  additionalProperties: false,
};
const condition = { oneOf: [text, flag] };
const tokenIntrospector = {
  title: "An issuer that is trusted, and what its tokens must say",
  type: "object",
  required: ["type", "jwt"],
  properties: {
    ...common("TokenIntrospector"),
    type: { enum: ["jwt", "opaque"] },
    jwt: {
      type: "object",
      required: ["iss"],
      properties: {
        iss: { ...text, maxLength: 400, description: "Compared byte for byte." },
        secret: { ...text, description: "For HS256, HS384 and HS512; at least 32 bytes." },
        keys: { type: "array", items: verificationKey, minItems: 1 },
      },
      additionalProperties: false,
    },
    jwks_uri: { ...url, description: "Where the keys of the issuer are." },
    discovery: { ...flag, default: false, description: "The issuer's own metadata says where its keys are." },
    introspection_endpoint: {
      type: "object",
      description: "For `opaque`: who vouches for a token (RFC 7662).",
      required: ["url"],
      properties: {
        url,
        authorization: { type: "string", pattern: "^[ -~]+$", description: "The value of the header." },
      },
      additionalProperties: false,
    },
    audience: { ...texts, description: "A token must carry one of them." },
    claims: {
      type: "object",
      description: "By name, or path with dots: what the claim must be, or contain.",
      additionalProperties: { oneOf: [...condition.oneOf, { type: "array", items: condition, minItems: 1 }] },
    },
    condition: ruleCondition,
    attributes: {
      ...mappings,
      propertyNames: { pattern: "^[a-z_][a-z0-9_]{0,63}$" },
      description: "Values for other expressions.",
    },
    subject: { ...expression, description: "What stands in the place of `sub`; with user none or identifier." },
    emit: { ...mappings, description: "Claims of issued tokens." },
    copy_claims: { ...texts, maxItems: 64, description: "Claims that are copied into issued tokens." },
    cache_ttl: seconds(DAY, 300),
    algorithms: {
      ...list,
      minItems: 1,
      items: {
        enum: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
      },
      default: ["RS256", "ES256", "ES384", "ES512", "EdDSA"],
      description: "Those that public keys without `alg` may serve.",
    },
    user: { enum: ["required", "identifier", "none"], default: "required" },
    subject_fallback: {
      enum: ["client_id"],
      description: "For `opaque` with `user` `none`: the subject of an answer that has no `sub`.",
    },
    max_lifetime: seconds(YEAR, DAY),
    id_jag: {
      description: "Whether, and how, identity assertions (ID-JAG) of this issuer are redeemed.",
      oneOf: [
        { type: "boolean" },
        {
          type: "object",
          properties: {
            max_lifetime: { type: "integer", minimum: 1, maximum: 3600, default: 300 },
            reuse: { ...flag, default: false },
            tenant: text,
            aud_tenant: text,
          },
          additionalProperties: false,
        },
      ],
    },
    bound: {
      enum: ["refuse", "proof"],
      default: "proof",
      description: "Whether its tokens are accepted that are bound to a key (`cnf.jkt`): with a proof by that key.",
    },
    ...withoutEffect(["identity_provider"]),
  },
  // Exactly one source of trust.
  oneOf: [
    { properties: { type: { const: "jwt" }, jwt: { required: ["secret"] } } },
    { properties: { type: { const: "jwt" }, jwt: { required: ["keys"] } } },
    { properties: { type: { const: "jwt" } }, required: ["jwks_uri"] },
    { properties: { type: { const: "jwt" }, discovery: { const: true } }, required: ["discovery"] },
    { properties: { type: { const: "opaque" } }, required: ["introspection_endpoint"] },
  ],
  if: { properties: { type: { const: "jwt" } } },
  then: { properties: { introspection_endpoint: false } },
  additionalProperties: false,
};
const user = {
  title: "For whom tokens are issued",
  type: "object",
  properties: {
    ...common("User"),
    inactive: { ...flag, default: false },
    active: { ...flag, default: true, description: "Aidbox's older name: `false` means inactive." },
    identifier: {
      ...list,
      maxItems: 100,
      items: {
        type: "object",
        required: ["system", "value"],
        properties: {
          system: { ...text, description: "The `iss` of an issuer." },
          value: { ...text, description: "Its `sub` for this user." },
          use: { not: { const: "old" } },
          ...withoutEffect(["type", "assigner"]),
        },
        additionalProperties: false,
      },
    },
    userName: text,
    displayName: text,
    name: {},
    email: text,
    data: { type: "object", description: "Anything." },
    ...withoutEffect([
      "emails",
      "phoneNumbers",
      "fhirUser",
      "organization",
      "roles",
      "securityLabel",
      "link",
      "password",
      "twoFactor",
    ]),
  },
  additionalProperties: false,
};
const stored = (type) => ({
  title: `A stored ${type}`,
  description: "As it was written, with `***` for every secret.",
  type: "object",
  required: ["id", "resourceType", "meta"],
  properties: {
    id: { $ref: "#/components/schemas/Id" },
    resourceType: { const: type },
    meta: {
      type: "object",
      required: ["lastUpdated", "versionId"],
      properties: { lastUpdated: { type: "string", format: "date-time" }, versionId: { type: "string" } },
    },
  },
});
const operationOutcome = {
  title: "What is wrong, and where (FHIR)",
  type: "object",
  required: ["resourceType", "issue"],
  properties: {
    resourceType: { const: "OperationOutcome" },
    id: { type: "string" },
    text: {
      type: "object",
      properties: { status: { type: "string" }, div: { type: "string" } },
    },
    issue: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["severity", "code", "diagnostics"],
        properties: {
          severity: { enum: ["fatal", "error"] },
          code: { type: "string" },
          expression: { type: "array", items: { type: "string" }, description: "The path of the member." },
          diagnostics: { type: "string", description: "What to do." },
        },
      },
    },
  },
};
/** What the administrator writes and reads. */
export const resources = {
  Id: { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
  Client: client,
  TokenIntrospector: tokenIntrospector,
  User: user,
  ...Object.fromEntries(RESOURCE_TYPES.map((type) => [`Stored${type}`, stored(type)])),
  OperationOutcome: operationOutcome,
  Link: {
    title: "Another page of a Bundle",
    type: "object",
    required: ["relation", "url"],
    properties: { relation: { enum: ["self", "previous", "next"] }, url: { type: "string" } },
  },
};
