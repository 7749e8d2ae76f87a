// The resource TokenIntrospector.
import { jwk } from "./jwk.js";
import {
  claims,
  common,
  DAY,
  expression,
  flag,
  has,
  list,
  mappings,
  ruleCondition,
  seconds,
  text,
  texts,
  url,
  URL_RULE,
  withoutEffect,
  YEAR,
} from "./members.js";

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

export const tokenIntrospector = {
  title: "TokenIntrospector",
  description: "An issuer that is trusted, where its keys are, and what its tokens must say.",
  type: "object",
  required: ["type", "jwt"],
  properties: {
    ...common("TokenIntrospector", {
      label: "Resource ID",
      id: "The name of the resource: 1 to 64 of `A-Z a-z 0-9 - . _`. Tokens do not name it.",
      notBefore:
        "Ends every token that was issued for this issuer's tokens before this time, and refuses those of them with an earlier `iat`: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.",
    }),
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
