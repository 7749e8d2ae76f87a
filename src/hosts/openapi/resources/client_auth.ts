// What a Client gets, for each grant: its member `auth`.
import { DAY, flag, scopes, seconds, text, texts, url, withoutEffect, YEAR } from "./members.js";

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
      description: "Whether a refresh token comes with the access token.",
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

export const clientAuth = {
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
};
