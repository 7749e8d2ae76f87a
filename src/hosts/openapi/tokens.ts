// Requests and answers of the endpoints for clients. From these tables come the OpenAPI description and the TypeScript types
// (`npm run types`). A `title` of one word in PascalCase is the name of the TypeScript type.

const tokenType = (title: string, description: string, names: readonly string[]) => ({
  title,
  description,
  enum: names.map((name) => `urn:ietf:params:oauth:token-type:${name}`),
});

export const presentedType = tokenType(
  "SubjectTokenType",
  "What a token is that a client presents (RFC 8693 section 3).",
  ["jwt", "id_token", "access_token"],
);
export const issuedType = tokenType(
  "IssuedTokenType",
  "What a token is that this service issues (RFC 8693 section 3).",
  ["access_token", "jwt", "refresh_token", "id-jag"],
);
const targets = (description: string): object => ({
  description,
  oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
});
const scope = (description: string): object => ({ type: "string", description });
const GRANT_TYPE = "The grant. `sts.exchange()` takes token exchange when it is left out.";
const seconds = (description: string): object => ({ type: "integer", description, minimum: 0 });

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
  client_secret: {
    type: "string",
    format: "password",
    description: "The client's secret (`client_secret_post`, RFC 6749 section 2.3.1). Over HTTP, not beside Basic.",
  },
  client_assertion_type: {
    const: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    description: "Says what `client_assertion` is (RFC 7523 section 2.2).",
  },
  client_assertion: {
    type: "string",
    description:
      "A JWT that authenticates the client in place of a secret: one that it signed (`private_key_jwt`), whose `aud` is this service alone and whose `exp` is at most an hour ahead, and which serves once; or a token of a workload in the Client's `federated`.",
  },
};

/** What clients send and get. */
export const tokens = {
  TokenExchangeRequest: {
    title: "Token exchange (RFC 8693 section 2.1)",
    type: "object",
    required: ["grant_type", "subject_token", "subject_token_type"],
    properties: {
      grant_type: { const: "urn:ietf:params:oauth:grant-type:token-exchange", description: GRANT_TYPE },
      subject_token: { type: "string", description: "The token to be exchanged, at most 16 KiB." },
      subject_token_type: {
        ...presentedType,
        description:
          "What `subject_token` is: a `jwt` or an `id_token` of an issuer, or an `access_token` of this service or an opaque one of an issuer.",
      },
      actor_token: { type: "string", description: "The token of the party that acts for the subject, at most 16 KiB." },
      actor_token_type: { ...presentedType, description: "What `actor_token` is. The two go together." },
      requested_token_type: {
        ...issuedType,
        description: "What is asked for. By default an `access_token`, in the form of the Client's `token_format`.",
      },
      audience: targets("For whom: one or several (at most 8) of the Client's targets, letter by letter."),
      resource: targets("The same as absolute URIs without fragment (RFC 8707)."),
      scope: scope("Scopes with a space between them. The request is refused if one of them is not allowed."),
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
      grant_type: { const: "refresh_token", description: GRANT_TYPE },
      refresh_token: {
        type: "string",
        description: "A refresh token. It is used up, and a new one comes with the answer.",
      },
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
      grant_type: { const: "urn:ietf:params:oauth:grant-type:jwt-bearer", description: GRANT_TYPE },
      assertion: { type: "string", description: "An identity assertion (ID-JAG), at most 16 KiB. It serves once." },
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
      access_token: {
        type: "string",
        description: "The token that was issued, of whatever type: RFC 8693 uses this member for all of them.",
      },
      issued_token_type: { ...issuedType, description: "What was issued (RFC 8693 section 3)." },
      token_type: {
        enum: ["Bearer", "DPoP", "N_A"],
        description:
          "How the token is used: as a bearer token, with a DPoP proof (RFC 9449), or not at a resource server.",
      },
      expires_in: seconds("How long the token lives, in seconds."),
      scope: scope("The scopes that were granted, with a space between them. Absent where there are none."),
      refresh_token: {
        type: "string",
        description: "A refresh token, where the Client gets one beside the access token.",
      },
    },
    additionalProperties: false,
  },
  PresentedToken: {
    type: "object",
    required: ["token"],
    properties: {
      token: { type: "string", description: "An access or refresh token of this service." },
      token_type_hint: {
        type: "string",
        description: "Which of the two it is (RFC 7009 section 2.1). It is not needed.",
      },
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
      {
        title: "InactiveToken",
        description: "A token that is not active: unknown, expired, revoked, or none of this client's business.",
        type: "object",
        required: ["active"],
        properties: { active: { const: false, description: "Nothing more is said of it." } },
        additionalProperties: false,
      },
      {
        title: "ActiveToken",
        description: "An active token. Claims that were copied from the subject token stand beside these members.",
        type: "object",
        required: ["active", "iss", "sub", "aud", "client_id", "exp"],
        properties: {
          active: { const: true, description: "The token is good now." },
          iss: { type: "string", description: "This service." },
          sub: { type: "string", description: "The subject: the id of a User, or the name of a machine." },
          aud: {
            oneOf: [{ type: "string" }, { type: "array", items: { type: "string" }, maxItems: 8 }],
            description: "For whom the token is: one target, or several in a list.",
          },
          client_id: { type: "string", description: "The Client that it was issued to." },
          exp: seconds("When it ends, in seconds since 1970."),
          iat: seconds("When it was issued, in seconds since 1970."),
          jti: { type: "string", description: "The name of the token." },
          scope: { type: "string", description: "Its scopes, with a space between them." },
          token_type: { enum: ["Bearer", "DPoP"], description: "How it is used. Absent for a refresh token." },
          cnf: {
            type: "object",
            description: "The key that it is bound to (RFC 9449 section 6).",
            required: ["jkt"],
            properties: {
              jkt: { type: "string", pattern: "^[0-9A-Za-z_-]{43}$", description: "The key's thumbprint (RFC 7638)." },
            },
            additionalProperties: false,
          },
          act: { $ref: "#/components/schemas/Actor", description: "Who acts for the subject." },
        },
        additionalProperties: true,
      },
    ],
  },
  Actor: {
    title: "Actor",
    description: "Who acts for a subject (RFC 8693 section 4.1).",
    type: "object",
    required: ["sub"],
    properties: {
      iss: { type: "string", description: "The issuer that names the actor." },
      sub: { type: "string", description: "The actor." },
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
            // Nothing of a private key.
            ...Object.fromEntries(["d", "p", "q", "dp", "dq", "qi", "k"].map((name) => [name, false])),
          },
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
      ...Object.fromEntries(
        Object.entries({
          resources: "Where requests read Clients, TokenIntrospectors and Users",
          grants: "The grant store",
          signing: "The key that signs",
          rate_limit: "The platform's limit for failed authentications; each instance counts for itself meanwhile",
        }).map(([name, what]) => [
          name,
          {
            type: "object",
            description: `${what} did not answer when a request needed it last; absent when it did.`,
            properties: {
              status: { const: "unavailable" },
              since: { type: "integer", description: "Since when, in seconds since 1970." },
            },
            required: ["status", "since"],
            additionalProperties: false,
          },
        ]),
      ),
      key_sources: {
        type: "object",
        description: "Issuers and clients whose keys could not be fetched the last time; absent when there are none.",
        properties: { failing: { type: "integer", description: "How many." } },
        required: ["failing"],
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
