// The rules that a schema can say, and what each member means. Some rules it cannot say, such as that a point lies on its
// curve: those answer 422 as well. From these tables come the OpenAPI description, `edge-sts/schema.json` and the TypeScript
// types (`npm run types`); tests/node/schema.test.mjs holds them against the core.
//
// A `title` of one word in PascalCase is the name of the TypeScript type. Any other is a member's label, in plain words: the
// forms of www/form show the members that have one. "Default: …" is added to a comment by itself. `writeOnly` marks secrets.

/** The types of resources. */
export const RESOURCE_TYPES = ["Client", "TokenIntrospector", "User"] as const;

const text = { type: "string", pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]+$" };
const texts = { type: "array", items: text };
const scopes = { type: "array", items: { type: "string", pattern: "^[!#-\\[\\]-~]+$" } };
const flag = { type: "boolean" };
const list = { type: "array" };
const url = { type: "string", format: "uri", maxLength: 2048 };
const URL_RULE = "It is https with a public host name, or http on loopback.";
const seconds = (title: string, maximum: number, byDefault: number, description: string): object => ({
  title,
  type: "integer",
  minimum: 1,
  maximum,
  default: byDefault,
  description,
});
const has = (...required: readonly string[]) => ({
  required,
  properties: Object.fromEntries(required.map((name) => [name, {}])),
});
const withoutEffect = (names: readonly string[]): object =>
  Object.fromEntries(
    names.map((name) => [name, { description: "Known to Aidbox. It is kept and has no effect here." }]),
  );

const GRANT_TYPES = [
  "urn:ietf:params:oauth:grant-type:token-exchange",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
];

const YEAR = 31_536_000;
const DAY = 86_400;

// Other members of RFC 7517 and 7518 (`n`, `e`, `crv`, `x`, `y`, `use`, `key_ops`, `x5c`, ...) may stand beside these.
export const jwk = {
  title: "Jwk",
  type: "object",
  description: "A key as a JSON Web Key (RFC 7517).",
  required: ["kty"],
  properties: {
    kty: { enum: ["RSA", "EC", "OKP", "oct"], description: "The type of the key (RFC 7518 section 6.1)." },
    kid: { type: "string", description: "The name of the key, at most 256 bytes. A token names its key in `kid`." },
    alg: { type: "string", description: "The one algorithm that the key serves, such as `ES256`." },
  },
  additionalProperties: true,
};
const publicJwk = {
  ...jwk,
  title: "PublicJwk",
  description: "A public key as a JSON Web Key (RFC 7517). Private members are refused.",
  properties: { ...jwk.properties, kty: { ...jwk.properties.kty, enum: ["RSA", "EC", "OKP"] } },
};

const common = (type: string): object => ({
  resourceType: { const: type, description: "The type of the resource." },
  id: { $ref: "#/components/schemas/Id", title: ID_LABEL[type], description: ID[type] },
  meta: {
    type: "object",
    description:
      "Set by the service. It ignores what is written here, except `instance` in `/$import` and in files: it tells apart the resources that have had this id.",
  },
  not_before: {
    oneOf: [
      { type: "string", format: "date-time", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
      { type: "integer", minimum: 0, maximum: 253_402_300_799 },
    ],
    description: NOT_BEFORE[type],
  },
});
const ID_LABEL: Record<string, string> = {
  Client: "Client ID",
  TokenIntrospector: "Resource ID",
  User: "User ID (sub of new tokens)",
};
const ID: Record<string, string> = {
  Client: "The `client_id`: 1 to 64 of `A-Z a-z 0-9 - . _`.",
  TokenIntrospector: "The name of the resource: 1 to 64 of `A-Z a-z 0-9 - . _`. Tokens do not name it.",
  User: "The `sub` of issued tokens: 1 to 64 of `A-Z a-z 0-9 - . _`.",
};
const NOT_BEFORE: Record<string, string> = {
  Client:
    "Ends every token that was issued to this client before this time: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.",
  TokenIntrospector:
    "Ends every token that was issued for this issuer's tokens before this time, and refuses those of them with an earlier `iat`: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.",
  User: "Ends every token that was issued for this user before this time: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.",
};

const expression = { type: "string", contentMediaType: "text/x-cel", minLength: 1, maxLength: 4096 };
const ruleCondition = (title: string, description: string): object => ({
  title,
  description,
  oneOf: [
    expression,
    {
      type: "array",
      minItems: 1,
      maxItems: 32,
      items: {
        title: "Rule",
        description: "An expression that must be true, and what the audit event says when it is not.",
        type: "object",
        required: ["expression"],
        properties: {
          expression: {
            ...expression,
            title: "Condition (must be true)",
            description: "An expression (a subset of CEL), at most 4096 bytes.",
          },
          message: {
            ...text,
            title: "Message for the log",
            description: "A sentence for the audit event. The client does not see it.",
          },
        },
        additionalProperties: false,
      },
    },
  ],
});
const mappings = { type: "object", maxProperties: 32, additionalProperties: expression };

const tokenExchange = {
  title: "TokenExchangePolicy",
  type: "object",
  description: "What a client gets for a subject token (RFC 8693).",
  properties: {
    token_format: {
      title: "Access token format",
      const: "jwt",
      description: "`jwt`: access tokens are JWTs (RFC 9068). Without it they are opaque.",
    },
    refresh_token: {
      title: "Also issue a refresh token",
      ...flag,
      default: false,
      description:
        "Whether a refresh token comes with the access token. `grant_types` needs `refresh_token` to use it.",
    },
    access_token_expiration: seconds(
      "Access token lifetime",
      YEAR,
      300,
      "How long an access token lives, in seconds: at most a year, and not longer than the subject token.",
    ),
    refresh_token_expiration: seconds(
      "Refresh token lifetime",
      YEAR,
      DAY,
      "How long a refresh token lives, in seconds from its first issue: at most a year. A refresh does not extend it.",
    ),
    refresh_token_grace: {
      title: "Retry window of a used refresh token",
      type: "integer",
      minimum: 0,
      maximum: 300,
      default: 30,
      description:
        "For how many seconds a used refresh token gives the same successor again, so that a lost answer costs nothing. `0`: never.",
    },
    audience: {
      ...texts,
      title: "APIs it may request tokens for",
      description:
        "The targets that `audience` and `resource` of a request may name, letter by letter. The first one is the default. Without it: this service alone.",
    },
    provider: {
      title: "Provider name in requests",
      ...text,
      maxLength: 512,
      description:
        "A name for this client that may stand in `audience` of a request in place of a target, as Google's workload identity providers do. At most 512 bytes. No other Client may have it.",
    },
    ignore_scope: {
      ...scopes,
      title: "Scopes to ignore",
      description: "Scopes that are removed from a request before it is checked.",
    },
    delegation: {
      title: "Who may act for the subject",
      enum: ["may_act", "any", "deny"],
      default: "may_act",
      description:
        "Who may act for the subject (RFC 8693 section 4.4): the actor that the subject token's `may_act` names, `any` verified actor, or nobody (`deny`).",
    },
    outlive_subject: {
      title: "Tokens may outlive the subject token",
      ...flag,
      default: false,
      description: "Whether an access token may live longer than the subject token.",
    },
    accept_bound: {
      title: "Proof required for key-bound tokens",
      enum: ["proof", "rebind"],
      default: "proof",
      description:
        "Which proof the client needs for a token that is bound to a key (RFC 9449): one by that key (`proof`), or one by a key of its own (`rebind`), for gateways that have checked the first.",
    },
  },
  additionalProperties: false,
};

const jwtBearer = {
  title: "JwtBearerPolicy",
  type: "object",
  description:
    "What a client gets for an identity assertion (ID-JAG, RFC 7523). What is absent is as in `token_exchange`.",
  properties: {
    audience: {
      ...texts,
      title: "APIs it may request tokens for",
      description: "The targets for which it may get tokens.",
    },
    token_format: {
      title: "Access token format",
      enum: ["jwt"],
      description: "`jwt`: access tokens are JWTs (RFC 9068).",
    },
    access_token_expiration: seconds(
      "Access token lifetime",
      YEAR,
      300,
      "How long an access token lives, in seconds: at most a year.",
    ),
  },
  additionalProperties: false,
};

const idJagTarget = {
  title: "IdJagTarget",
  type: "object",
  description: "An authorization server for which a client gets identity assertions.",
  required: ["audience", "client_id"],
  properties: {
    audience: {
      ...url,
      title: "Its issuer identifier",
      description: "Its issuer identifier: the `aud` of the assertion.",
    },
    alias: { ...texts, title: "Other names for it", description: "Other names that a request may use in `audience`." },
    client_id: { ...text, title: "Client ID there", description: "The `client_id` that the client has there." },
    resource: {
      ...texts,
      title: "Resources it may request there",
      description: "The resources there that it may request: absolute URIs.",
    },
    resource_required: {
      ...flag,
      title: "Use the first resource if none is requested",
      default: false,
      description: "Whether the first of `resource` is used if the request names none.",
    },
    scope: { ...scopes, title: "Scopes it may request there", description: "The scopes there that it may request." },
    subject: {
      title: "Subject of the assertion (sub)",
      enum: ["token", "user", "identifier"],
      default: "token",
      description:
        "The `sub` of the assertion: that of the ID token, the id of the User, or the User's identifier of `subject_system`.",
    },
    subject_system: {
      ...text,
      title: "Identifier system of the subject",
      description: "With `subject` `identifier`: the `system` whose value is the `sub`.",
    },
    email: {
      ...flag,
      title: "Include a verified email address",
      default: false,
      description: "Whether a verified `email` of the ID token is copied into the assertion.",
    },
    tenant: { ...text, title: "Tenant there", description: "The claim `tenant` of the assertion." },
    aud_tenant: { ...text, title: "Tenant of the audience", description: "The claim `aud_tenant` of the assertion." },
  },
  additionalProperties: false,
};

const idJag = {
  title: "IdJagPolicy",
  type: "object",
  description: "For which authorization servers a client gets identity assertions (ID-JAG), and what they say.",
  properties: {
    subject_audience: {
      ...texts,
      title: "Its client IDs at identity providers",
      description: "The names of the client at its identity providers: the `aud` of its ID tokens. Without it: its id.",
    },
    expiration: {
      title: "Assertion lifetime",
      type: "integer",
      minimum: 30,
      maximum: 300,
      default: 300,
      description: "How long an assertion lives, in seconds.",
    },
    targets: {
      title: "Authorization servers it may request assertions for",
      type: "array",
      maxItems: 64,
      items: idJagTarget,
      description: "The authorization servers, at most 64.",
    },
  },
  additionalProperties: false,
};

const condition = { oneOf: [text, flag] };
const claims = (description: string): object => ({
  title: "Required claim values",
  type: "object",
  description,
  propertyNames: { minLength: 1 },
  additionalProperties: { oneOf: [...condition.oneOf, { type: "array", items: condition, minItems: 1 }] },
});

const client = {
  title: "Client",
  description: "Who may request tokens, and which ones.",
  type: "object",
  properties: {
    ...common("Client"),
    active: {
      ...flag,
      title: "Client is active",
      default: true,
      description: "`false`: the client is refused, and its tokens are not active.",
    },
    name: { ...text, title: "Display name", description: "A name for people to read. Nothing depends on it." },
    description: {
      ...text,
      title: "Description (for people)",
      description: "A description for people to read. Nothing depends on it.",
    },
    secret: {
      ...text,
      title: "Client secret",
      writeOnly: true,
      description:
        "The client's secret, as text or as `__sha256:` and its SHA-256 in hexadecimal. It is stored as a digest and shown as `***`; writing `***` keeps what is stored.",
    },
    jwks: {
      type: "array",
      items: publicJwk,
      description: "The public keys with which the client signs its assertions (`private_key_jwt`, RFC 7523).",
    },
    jwks_uri: {
      ...url,
      title: "URL of its public keys",
      description: `The URL of those keys, a JWK Set, instead of \`jwks\`. ${URL_RULE}`,
    },
    federated: {
      title: "Workloads that may authenticate as this client",
      type: "array",
      maxItems: 32,
      description:
        "Workloads of other issuers whose tokens, sent as `client_assertion`, authenticate the client. At most 32.",
      items: {
        title: "FederatedWorkload",
        description: "A workload of another issuer that is this client.",
        type: "object",
        required: ["iss", "sub"],
        properties: {
          iss: {
            ...text,
            title: "Issuer of its tokens",
            maxLength: 400,
            description: "The issuer, compared byte for byte. The TokenIntrospector with this `jwt.iss` has its keys.",
          },
          sub: {
            ...text,
            title: "Subject of its tokens (sub)",
            maxLength: 1024,
            description: "The workload: the `sub` of its tokens, compared byte for byte.",
          },
          audience: {
            ...text,
            title: "Required audience of its tokens (aud)",
            description: "The one `aud` of its tokens, in place of the names of this service.",
          },
          claims: claims("What its tokens must say: for each claim an exact string, a boolean, or a list of them."),
        },
        additionalProperties: false,
      },
    },
    public: {
      ...flag,
      title: "Public client (no secret)",
      default: false,
      description: "Whether it may exchange tokens without authenticating itself.",
    },
    grant_types: {
      type: "array",
      items: { ...text, examples: GRANT_TYPES },
      title: "Grant types it may use",
      description:
        "The grants that it may use: `urn:ietf:params:oauth:grant-type:token-exchange`, `refresh_token`, `urn:ietf:params:oauth:grant-type:jwt-bearer`. Without it: none.",
    },
    allowedIssuers: {
      ...texts,
      title: "Issuers whose tokens it may exchange",
      description: "The issuers whose tokens it may exchange: the `jwt.iss` of TokenIntrospectors. Without it: none.",
    },
    condition: ruleCondition(
      "Conditions on its subject tokens",
      "What its subject tokens must say: one expression, or up to 32 that must all be true.",
    ),
    scope_rules: {
      title: "Scopes that depend on the token",
      type: "array",
      maxItems: 64,
      description: "Which scopes may be requested with which token: at most 64 rules. Without it: all of `scope`.",
      items: {
        title: "ScopeRule",
        description: "Scopes that may be requested when an expression is true.",
        type: "object",
        required: ["scope", "when"],
        properties: {
          scope: {
            ...texts,
            title: "Scopes it allows",
            description: "The scopes that this rule allows. Each must be in `scope` of the Client.",
          },
          when: {
            ...expression,
            title: "When this is true",
            description: "An expression (a subset of CEL), at most 4096 bytes.",
          },
          audience: {
            ...texts,
            title: "Only for these APIs",
            description:
              "The rule holds only for requests whose targets are all in this list. Without it: for every target.",
          },
        },
        additionalProperties: false,
      },
    },
    scope: {
      ...scopes,
      title: "Scopes it may request",
      default: ["openid"],
      description: "The scopes that it may request.",
    },
    scopes: {
      type: "array",
      items: { type: "object", properties: { policy: false } },
      description: "Known to Aidbox. It is kept and has no effect here: use `scope`.",
    },
    resource: {
      ...texts,
      title: "Audiences it serves as resource server",
      description: "The audiences whose resource server this client is: it may introspect and exchange their tokens.",
    },
    allowed_origins: {
      ...texts,
      title: "Web origins that may use it (CORS)",
      maxItems: 100,
      description:
        "The browser origins whose pages may call with this client (CORS), such as `https://app.example`. At most 100.",
    },
    dpop: {
      title: "Proof of possession (DPoP)",
      enum: ["optional", "required", "off"],
      default: "optional",
      description: "Whether it may, must, or must not prove a key with its token requests (DPoP, RFC 9449).",
    },
    require: {
      title: "StepUp",
      type: "object",
      description:
        "How the user must have authenticated, and how recently (RFC 9470). It cannot be combined with `refresh_token`.",
      properties: {
        acr: {
          title: "Required authentication level (acr)",
          oneOf: [text, { ...texts, minItems: 1 }],
          description: "The `acr` that the subject token must have, or a list of such values.",
        },
        max_age: {
          title: "Maximum time since sign-in",
          type: "integer",
          minimum: 0,
          maximum: YEAR,
          description: "At most how many seconds ago the user may have signed in (`auth_time`).",
        },
      },
      anyOf: [{ required: ["acr"] }, { required: ["max_age"] }],
      additionalProperties: false,
    },
    auth: {
      title: "ClientAuth",
      type: "object",
      description: "What the client gets, for each grant.",
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
  allOf: [
    { if: has("jwks"), then: { properties: { jwks_uri: false } } },
    {
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
    },
  ],
  additionalProperties: false,
};

const verificationKey = {
  title: "VerificationKey",
  description: "A key of an issuer. `format` says which of the other members it has.",
  type: "object",
  required: ["format"],
  properties: {
    format: {
      enum: ["PEM", "plain", "jwk"],
      description: "`PEM`: a public key in `pub`. `plain`: a secret in `k`. `jwk`: a JWK in `jwk`.",
    },
    kid: { ...text, maxLength: 256, description: "The name of the key, if tokens name it. At most 256 bytes." },
    kty: { ...text, description: "The type of the key: `RSA`, `EC`, `OKP` or `OCT`." },
    alg: { ...text, description: "The one algorithm that it serves, such as `RS256`." },
    pub: { type: "string", description: "With `PEM`: the public key, as PEM text." },
    k: { ...text, writeOnly: true, description: "With `plain`: the secret, as text." },
    jwk: { ...jwk, description: "With `jwk`: the key, a JWK (RFC 7517)." },
  },
  allOf: Object.entries({ PEM: ["alg", "pub"], plain: ["kty", "alg", "k"], jwk: ["jwk"] }).map(
    ([format, required]) => ({
      if: { required: ["format"], properties: { format: { const: format } } },
      then: has(...required),
    }),
  ),
  additionalProperties: false,
};

const withoutKeys = { properties: { secret: false, keys: false } };

const tokenIntrospector = {
  title: "TokenIntrospector",
  description: "An issuer that is trusted, where its keys are, and what its tokens must say.",
  type: "object",
  required: ["type", "jwt"],
  properties: {
    ...common("TokenIntrospector"),
    type: {
      title: "Token type",
      enum: ["jwt", "opaque"],
      description: "`jwt`: its tokens are JWTs. `opaque`: its introspection endpoint says what a token is.",
    },
    jwt: {
      title: "Issuer",
      type: "object",
      description: "The issuer, and its keys if they are written out here.",
      required: ["iss"],
      properties: {
        iss: {
          ...text,
          title: "Issuer of the tokens (iss)",
          maxLength: 400,
          description: "The issuer: the `iss` of its tokens, compared byte for byte.",
        },
        secret: {
          ...text,
          title: "Shared secret",
          writeOnly: true,
          description: "A secret shared with the issuer, for HS256, HS384 and HS512: at least 32 bytes.",
        },
        keys: { type: "array", items: verificationKey, minItems: 1, description: "Its keys, instead of `secret`." },
      },
      additionalProperties: false,
    },
    jwks_uri: {
      ...url,
      title: "URL of its public keys",
      description: `The URL of the issuer's keys, a JWK Set. ${URL_RULE}`,
    },
    discovery: {
      ...flag,
      title: "Find its keys by discovery",
      default: false,
      description: "Whether its keys are found through the issuer's own metadata (OpenID Connect Discovery, RFC 8414).",
    },
    introspection_endpoint: {
      title: "IntrospectionEndpoint",
      type: "object",
      description: "With `opaque`: the endpoint that says what a token is (RFC 7662).",
      required: ["url"],
      properties: {
        url: { ...url, title: "URL of the introspection endpoint", description: `Its URL. ${URL_RULE}` },
        authorization: {
          title: "Authorization header",
          writeOnly: true,
          type: "string",
          pattern: "^[ -~]+$",
          description: "The value of the header `Authorization`, such as `Basic …`. It is a secret.",
        },
      },
      additionalProperties: false,
    },
    audience: {
      ...texts,
      title: "Required audience of its tokens (aud)",
      description:
        "A token's `aud` must have one of these. Without it, a token that has an `aud` must name this service there.",
    },
    claims: claims(
      "What a token must say: for each claim, or path with dots, an exact string, a boolean, or a list of them.",
    ),
    condition: ruleCondition(
      "Conditions on its tokens",
      "What a token must say: one expression, or up to 32 that must all be true.",
    ),
    attributes: {
      ...mappings,
      title: "Named values for expressions",
      propertyNames: { pattern: "^[a-z_][a-z0-9_]{0,63}$" },
      description: "Names for the values of expressions, which other expressions read as `attribute.name`. At most 32.",
    },
    subject: {
      ...expression,
      title: "Expression for the subject",
      description: "An expression whose value takes the place of `sub`. With `user` `none` or `identifier`.",
    },
    emit: {
      ...mappings,
      title: "Computed claims of new tokens",
      propertyNames: { minLength: 1 },
      description: "Claims of issued tokens, and the expressions that give their values. At most 32.",
    },
    copy_claims: {
      ...texts,
      title: "Claims copied into new tokens",
      maxItems: 64,
      description: "Claims of a token that are copied into issued tokens. At most 64.",
    },
    cache_ttl: seconds(
      "Cache time of its keys",
      DAY,
      300,
      "How long fetched keys, and answers about opaque tokens, are kept, in seconds: at most a day.",
    ),
    algorithms: {
      ...list,
      title: "Algorithms for keys without alg",
      minItems: 1,
      items: {
        enum: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
      },
      default: ["RS256", "ES256", "ES384", "ES512", "EdDSA"],
      description: "The algorithms that public keys without `alg` may serve.",
    },
    user: {
      title: "How the User is found",
      enum: ["required", "identifier", "none"],
      default: "required",
      description:
        "How the User of a token is found: by `box_user`, else identifier, else `sub` (`required`); by identifier alone; or not at all (`none`), for tokens of machines.",
    },
    subject_fallback: {
      title: "Subject if an answer has no sub",
      enum: ["client_id"],
      description: "With `opaque` and `user` `none`: the claim that is the subject of an answer without `sub`.",
    },
    max_lifetime: seconds(
      "Maximum remaining lifetime of a token",
      YEAR,
      DAY,
      "How long a token may still live, in seconds: at most a year.",
    ),
    id_jag: {
      description: "Whether, and how, identity assertions (ID-JAG) of this issuer are redeemed.",
      oneOf: [
        { type: "boolean" },
        {
          title: "IdJagRule",
          description: "How identity assertions (ID-JAG) of an issuer are redeemed.",
          type: "object",
          properties: {
            max_lifetime: {
              type: "integer",
              minimum: 1,
              maximum: 3600,
              default: 300,
              description: "How many seconds may lie between `iat` and `exp` of an assertion.",
            },
            reuse: {
              ...flag,
              default: false,
              description: "Whether an assertion may be redeemed again until it ends.",
            },
            tenant: { ...text, description: "The one `tenant` whose assertions are taken. Without it: those without." },
            aud_tenant: { ...text, description: "The same for the claim `aud_tenant`." },
          },
          additionalProperties: false,
        },
      ],
    },
    bound: {
      title: "Key-bound tokens",
      enum: ["refuse", "proof"],
      default: "proof",
      description:
        "Whether tokens that are bound to a key (`cnf.jkt`) are taken: with a proof by that key, or not at all.",
    },
    ...withoutEffect(["identity_provider"]),
  },
  // Exactly one source of trust.
  if: { properties: { type: { const: "opaque" } } },
  then: {
    ...has("introspection_endpoint"),
    properties: { introspection_endpoint: {}, jwks_uri: false, discovery: { const: false }, jwt: withoutKeys },
  },
  else: {
    properties: { introspection_endpoint: false },
    if: has("jwks_uri"),
    then: { properties: { discovery: { const: false }, jwt: withoutKeys } },
    else: {
      if: { required: ["discovery"], properties: { discovery: { const: true } } },
      then: { properties: { jwt: withoutKeys } },
      else: { properties: { jwt: { if: has("keys"), then: { properties: { secret: false } }, else: has("secret") } } },
    },
  },
  additionalProperties: false,
};

const user = {
  title: "User",
  description: "A user for whom tokens are issued.",
  type: "object",
  properties: {
    ...common("User"),
    inactive: {
      ...flag,
      title: "User is inactive",
      default: false,
      description: "`true`: nothing is issued for this user, and no token is active.",
    },
    active: { ...flag, default: true, description: "Aidbox's older name: `false` means inactive." },
    identifier: {
      ...list,
      title: "Identifiers at issuers",
      maxItems: 100,
      description: "The names that issuers have for this user, at most 100. No other User may have them.",
      items: {
        title: "Identifier",
        description: "The name of a user at an issuer.",
        type: "object",
        required: ["system", "value"],
        properties: {
          system: { ...text, title: "Issuer of the tokens (iss)", description: "The issuer: the `iss` of its tokens." },
          value: {
            ...text,
            title: "Subject there (sub)",
            description: "The `sub` that this issuer's tokens have for the user.",
          },
          use: {
            not: { const: "old" },
            description: "Known to FHIR. It is kept and has no effect here; `old` is refused.",
          },
          ...withoutEffect(["type", "assigner"]),
        },
        additionalProperties: false,
      },
    },
    userName: { ...text, title: "User name", description: "A name for people. `/auth/userinfo` shows it." },
    displayName: { ...text, title: "Display name", description: "A name for people. `/auth/userinfo` shows it." },
    name: { description: "A name for people, of any shape. `/auth/userinfo` shows it." },
    email: { ...text, title: "Email address", description: "An address for people. `/auth/userinfo` shows it." },
    data: { type: "object", description: "Anything. `/auth/userinfo` shows it." },
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

const stored = (type: string): object => ({
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
  Id: {
    type: "string",
    pattern: "^[A-Za-z0-9._-]{1,64}$",
    description: "1 to 64 of `A-Z a-z 0-9 - . _`.",
  },
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
