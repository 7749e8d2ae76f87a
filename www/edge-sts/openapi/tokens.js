const tokenType = (names) => ({
  enum: names.map((name) => `urn:ietf:params:oauth:token-type:${name}`),
});
const presentedTypes = ["jwt", "id_token", "access_token"];
const targets = (description) => ({
  description,
  oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
});
const scope = (description) => ({ type: "string", description });
const seconds = (description) => ({ type: "integer", description, minimum: 0 });
// A parameter that this service does not know is not looked at (RFC 6749 section 3.2). These would change meaning.
const unsupported = Object.fromEntries(
  ["authorization_details", "request", "request_uri", "requested_subject", "requested_issuer", "subject_issuer"].map(
    (name) => [name, false],
  ),
);
const others = { additionalProperties: { type: "string" } };
/** Parameters with which a client names itself and proves that it is that client. */
const credentials = {
  client_id: { type: "string", description: "The `id` of the Client." },
  client_secret: { type: "string", format: "password", description: "`client_secret_post`; not beside Basic." },
  client_assertion_type: { const: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" },
  client_assertion: {
    type: "string",
    description:
      "`private_key_jwt`: a JWT of the client, `aud` this service alone, `exp` at most an hour ahead. Each serves once.",
  },
};
/** What clients send and get. */
export const tokens = {
  TokenExchangeRequest: {
    title: "Token exchange (RFC 8693 section 2.1)",
    type: "object",
    required: ["grant_type", "subject_token", "subject_token_type"],
    properties: {
      grant_type: { const: "urn:ietf:params:oauth:grant-type:token-exchange" },
      subject_token: { type: "string", description: "The token to be exchanged, at most 16 KiB." },
      subject_token_type: tokenType(presentedTypes),
      actor_token: { type: "string", description: "A token of who acts for the subject." },
      actor_token_type: tokenType(presentedTypes),
      requested_token_type: {
        ...tokenType(["access_token", "jwt", "refresh_token", "id-jag"]),
        description: "By default access_token.",
      },
      audience: targets("For whom: one or several of the Client's targets, letter by letter."),
      resource: targets("The same, as absolute URI without fragment (RFC 8707)."),
      scope: scope("Scopes with a space between them; refused whole if one is not allowed."),
      ...credentials,
      ...unsupported,
    },
    ...others,
    dependentRequired: { actor_token: ["actor_token_type"], actor_token_type: ["actor_token"] },
  },
  RefreshRequest: {
    title: "Refresh (RFC 6749 section 6)",
    type: "object",
    required: ["grant_type", "refresh_token"],
    properties: {
      grant_type: { const: "refresh_token" },
      refresh_token: { type: "string", description: "It is used up, and a new one comes with the answer." },
      scope: scope("Scopes of the grant; narrows this one access token."),
      ...credentials,
      ...unsupported,
    },
    ...others,
  },
  AssertionRequest: {
    title: "Redeem an identity assertion (ID-JAG, RFC 7523 section 2.1)",
    type: "object",
    required: ["grant_type", "assertion"],
    properties: {
      grant_type: { const: "urn:ietf:params:oauth:grant-type:jwt-bearer" },
      assertion: { type: "string", description: "It serves once." },
      resource: targets("One or several of the resources that the assertion names."),
      scope: scope("Scopes of the assertion."),
      ...credentials,
      ...unsupported,
    },
    ...others,
  },
  TokenRequest: {
    oneOf: [
      { $ref: "#/components/schemas/TokenExchangeRequest" },
      { $ref: "#/components/schemas/RefreshRequest" },
      { $ref: "#/components/schemas/AssertionRequest" },
    ],
    discriminator: {
      propertyName: "grant_type",
      mapping: {
        "urn:ietf:params:oauth:grant-type:token-exchange": "#/components/schemas/TokenExchangeRequest",
        refresh_token: "#/components/schemas/RefreshRequest",
        "urn:ietf:params:oauth:grant-type:jwt-bearer": "#/components/schemas/AssertionRequest",
      },
    },
  },
  TokenResponse: {
    title: "What was issued (RFC 8693 section 2.2.1)",
    type: "object",
    required: ["access_token", "issued_token_type", "token_type", "expires_in"],
    properties: {
      access_token: { type: "string", description: "What was issued, whatever it is." },
      issued_token_type: tokenType(["access_token", "jwt", "refresh_token", "id-jag"]),
      token_type: { enum: ["Bearer", "DPoP", "N_A"] },
      expires_in: seconds("Seconds."),
      scope: scope("What was granted, if anything."),
      refresh_token: { type: "string", description: "If one was issued beside it." },
    },
    additionalProperties: false,
  },
  PresentedToken: {
    type: "object",
    required: ["token"],
    properties: {
      token: { type: "string", description: "An access or refresh token of this service." },
      token_type_hint: { type: "string" },
      ...credentials,
    },
    ...others,
  },
  BearerForm: {
    type: "object",
    properties: { access_token: { type: "string", description: "RFC 6750 section 2.2" } },
    ...others,
  },
  Introspection: {
    title: "What a token says (RFC 7662 section 2.2)",
    description: "Claims that were copied from the subject token stand beside these.",
    oneOf: [
      { type: "object", required: ["active"], properties: { active: { const: false } }, additionalProperties: false },
      {
        type: "object",
        required: ["active", "iss", "sub", "aud", "client_id", "exp"],
        properties: {
          active: { const: true },
          iss: { type: "string" },
          sub: { type: "string" },
          aud: { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" }, maxItems: 8 }] },
          client_id: { type: "string" },
          exp: seconds("Seconds since 1970."),
          iat: seconds("Seconds since 1970."),
          jti: { type: "string" },
          scope: { type: "string" },
          token_type: { enum: ["Bearer", "DPoP"] },
          cnf: {
            type: "object",
            description: "The key that it is bound to (RFC 9449 section 6).",
            required: ["jkt"],
            properties: { jkt: { type: "string", pattern: "^[0-9A-Za-z_-]{43}$" } },
            additionalProperties: false,
          },
          act: { $ref: "#/components/schemas/Actor" },
        },
      },
    ],
  },
  Actor: {
    title: "Who acts (RFC 8693 section 4.1)",
    type: "object",
    required: ["sub"],
    properties: {
      iss: { type: "string" },
      sub: { type: "string" },
      act: { $ref: "#/components/schemas/Actor", description: "Who acted before." },
    },
  },
  Userinfo: {
    title: "The User of an access token",
    description: "The User without any secret; for a machine `sub` alone.",
    type: "object",
    required: ["sub"],
    properties: { sub: { type: "string" }, id: { type: "string" } },
  },
  Metadata: {
    title: "Authorization server metadata (RFC 8414)",
    type: "object",
    required: [
      "issuer",
      "authorization_endpoint",
      "token_endpoint",
      "introspection_endpoint",
      "revocation_endpoint",
      "grant_types_supported",
      "response_types_supported",
      "subject_types_supported",
      "id_token_signing_alg_values_supported",
    ],
    properties: {
      issuer: { type: "string", format: "uri" },
      authorization_endpoint: { type: "string", format: "uri", description: "Nobody logs in there." },
      token_endpoint: { type: "string", format: "uri" },
      introspection_endpoint: { type: "string", format: "uri" },
      revocation_endpoint: { type: "string", format: "uri" },
      userinfo_endpoint: { type: "string", format: "uri" },
      jwks_uri: { type: "string", format: "uri", description: "If there is a public key." },
      grant_types_supported: { type: "array", items: { type: "string" } },
      identity_chaining_requested_token_types_supported: { type: "array", items: { type: "string" } },
      authorization_grant_profiles_supported: { type: "array", items: { type: "string" } },
      dpop_signing_alg_values_supported: { type: "array", items: { type: "string" } },
      response_types_supported: { type: "array", items: { type: "string" }, maxItems: 0 },
      subject_types_supported: { type: "array", items: { const: "public" } },
      id_token_signing_alg_values_supported: {
        type: "array",
        items: { type: "string" },
        description: "The algorithms of access tokens, and RS256, which OpenID Connect Discovery demands.",
      },
    },
  },
  Revoked: { type: "object", maxProperties: 0 },
  PublicKeys: {
    title: "A JWK Set (RFC 7517)",
    type: "object",
    required: ["keys"],
    properties: {
      keys: {
        type: "array",
        items: {
          type: "object",
          required: ["kty", "kid", "use", "alg"],
          properties: {
            kty: { enum: ["EC", "OKP", "RSA"] },
            kid: { type: "string" },
            use: { const: "sig" },
            alg: { type: "string" },
          },
          not: { anyOf: ["d", "p", "q", "dp", "dq", "qi", "k"].map((name) => ({ required: [name] })) },
        },
      },
    },
    additionalProperties: false,
  },
  Health: {
    type: "object",
    required: ["status"],
    properties: {
      status: { enum: ["ok", "unavailable"] },
      faults: { type: "array", items: { type: "string" }, description: "What is missing or broken." },
      directory: {
        type: "object",
        description: "What the directory has not published yet; absent when it has published all.",
        properties: {
          waiting: { type: "integer", description: "How many keys wait." },
          since: { type: "integer", description: "Since when, in seconds since 1970." },
          status: { const: "unavailable" },
        },
        additionalProperties: false,
      },
      id_jag: {
        const: "id_jag_key_missing",
        description: "An identity assertion was asked for, and no signing key is public.",
      },
    },
    additionalProperties: false,
  },
  Error: {
    title: "An OAuth error (RFC 6749 section 5.2)",
    type: "object",
    required: ["error", "error_description"],
    properties: {
      error: { type: "string" },
      error_description: {
        type: "string",
        description: "One fixed sentence for each reason; nothing of the request is in it.",
        pattern: "^[ !#-\\[\\]-~]+$",
      },
    },
    additionalProperties: false,
  },
};
