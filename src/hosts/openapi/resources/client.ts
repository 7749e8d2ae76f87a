// The resource Client.
import { clientAuth } from "./client_auth.js";
import { publicJwk } from "./jwk.js";
import {
  claims,
  common,
  expression,
  flag,
  has,
  ruleCondition,
  scopes,
  text,
  texts,
  url,
  URL_RULE,
  withoutEffect,
  YEAR,
} from "./members.js";

const GRANT_TYPES = [
  "urn:ietf:params:oauth:grant-type:token-exchange",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
];

export const client = {
  title: "Client",
  description: "Who may request tokens, and which ones.",
  type: "object",
  properties: {
    ...common("Client", {
      label: "Client ID",
      id: "The `client_id`: 1 to 64 of `A-Z a-z 0-9 - . _`.",
      notBefore:
        "Ends every token that was issued to this client before this time: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.",
    }),
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
    auth: clientAuth,
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
