// Made by `npm run types` of src/hosts/openapi/resources.ts. Do not edit it.

/** Who may request tokens, and which ones. */
export interface Client {
  /** The type of the resource. */
  resourceType: "Client";
  /** The `client_id`: 1 to 64 of `A-Z a-z 0-9 - . _`. */
  id: string;
  /**
   * Set by the service. It ignores what is written here, except `instance` in `/$import` and in files: it tells apart
   * the resources that have had this id.
   */
  meta?: { readonly [name: string]: unknown };
  /**
   * Ends every token that was issued to this client before this time: in UTC, such as `2026-01-31T00:00:00Z`, or in
   * seconds since 1970.
   */
  not_before?: string | number;
  /** `false`: the client is refused, and its tokens are not active. Default: `true`. */
  active?: boolean;
  /** A name for people to read. Nothing depends on it. */
  name?: string;
  /** A description for people to read. Nothing depends on it. */
  description?: string;
  /**
   * The client's secret, as text or as `__sha256:` and its SHA-256 in hexadecimal. It is stored as a digest and shown
   * as `***`; writing `***` keeps what is stored.
   */
  secret?: string;
  /** The public keys with which the client signs its assertions (`private_key_jwt`, RFC 7523). */
  jwks?: readonly PublicJwk[];
  /** The URL of those keys, a JWK Set, instead of `jwks`. It is https with a public host name, or http on loopback. */
  jwks_uri?: string;
  /** Workloads of other issuers whose tokens, sent as `client_assertion`, authenticate the client. At most 32. */
  federated?: readonly FederatedWorkload[];
  /** Whether it may exchange tokens without authenticating itself. Default: `false`. */
  public?: boolean;
  /**
   * The grants that it may use: `urn:ietf:params:oauth:grant-type:token-exchange`, `refresh_token`,
   * `urn:ietf:params:oauth:grant-type:jwt-bearer`. Without it: none.
   */
  grant_types?: readonly string[];
  /** The issuers whose tokens it may exchange: the `jwt.iss` of TokenIntrospectors. Without it: none. */
  allowedIssuers?: readonly string[];
  /** What its subject tokens must say: one expression, or up to 32 that must all be true. */
  condition?: string | readonly Rule[];
  /** Which scopes may be requested with which token: at most 64 rules. Without it: all of `scope`. */
  scope_rules?: readonly ScopeRule[];
  /** The scopes that it may request. Default: `[openid]`. */
  scope?: readonly string[];
  /** Known to Aidbox. It is kept and has no effect here: use `scope`. */
  scopes?: readonly { readonly [name: string]: unknown }[];
  /** The audiences whose resource server this client is: it may introspect and exchange their tokens. */
  resource?: readonly string[];
  /** The browser origins whose pages may call with this client (CORS), such as `https://app.example`. At most 100. */
  allowed_origins?: readonly string[];
  /** Whether it may, must, or must not prove a key with its token requests (DPoP, RFC 9449). Default: `optional`. */
  dpop?: "optional" | "required" | "off";
  /** How the user must have authenticated, and how recently (RFC 9470). It cannot be combined with `refresh_token`. */
  require?: StepUp;
  /** What the client gets, for each grant. */
  auth?: ClientAuth;
  /** Known to Aidbox. It is kept and has no effect here. */
  type?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  details?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  first_party?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  trusted?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  "fhir-base-url"?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  smart?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  "allowed-scopes"?: unknown;
}

/** A public key as a JSON Web Key (RFC 7517). Private members are refused. */
export interface PublicJwk {
  /** The type of the key (RFC 7518 section 6.1). */
  kty: "RSA" | "EC" | "OKP";
  /** The name of the key, at most 256 bytes. A token names its key in `kid`. */
  kid?: string;
  /** The one algorithm that the key serves, such as `ES256`. */
  alg?: string;
  /** Members that are not named here. */
  [name: string]: unknown;
}

/** A workload of another issuer that is this client. */
export interface FederatedWorkload {
  /** The issuer, compared byte for byte. The TokenIntrospector with this `jwt.iss` has its keys. */
  iss: string;
  /** The workload: the `sub` of its tokens, compared byte for byte. */
  sub: string;
  /** The one `aud` of its tokens, in place of the names of this service. */
  audience?: string;
  /** What its tokens must say: for each claim an exact string, a boolean, or a list of them. */
  claims?: { readonly [name: string]: string | boolean | readonly (string | boolean)[] };
}

/** An expression that must be true, and what the audit event says when it is not. */
export interface Rule {
  /** An expression (a subset of CEL), at most 4096 bytes. */
  expression: string;
  /** A sentence for the audit event. The client does not see it. */
  message?: string;
}

/** Scopes that may be requested when an expression is true. */
export interface ScopeRule {
  /** The scopes that this rule allows. Each must be in `scope` of the Client. */
  scope: readonly string[];
  /** An expression (a subset of CEL), at most 4096 bytes. */
  when: string;
  /** The rule holds only for requests whose targets are all in this list. Without it: for every target. */
  audience?: readonly string[];
}

/** How the user must have authenticated, and how recently (RFC 9470). It cannot be combined with `refresh_token`. */
export interface StepUp {
  /** The `acr` that the subject token must have, or a list of such values. */
  acr?: string | readonly string[];
  /** At most how many seconds ago the user may have signed in (`auth_time`). */
  max_age?: number;
}

/** What the client gets, for each grant. */
export interface ClientAuth {
  /** What a client gets for a subject token (RFC 8693). */
  token_exchange?: TokenExchangePolicy;
  /** What a client gets for an identity assertion (ID-JAG, RFC 7523). What is absent is as in `token_exchange`. */
  jwt_bearer?: JwtBearerPolicy;
  /** For which authorization servers a client gets identity assertions (ID-JAG), and what they say. */
  id_jag?: IdJagPolicy;
  /** Known to Aidbox. It is kept and has no effect here. */
  authorization_code?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  client_credentials?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  password?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  implicit?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  refresh_token?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  two_legged?: unknown;
}

/** What a client gets for a subject token (RFC 8693). */
export interface TokenExchangePolicy {
  /** `jwt`: access tokens are JWTs (RFC 9068). Without it they are opaque. */
  token_format?: "jwt";
  /** Whether a refresh token comes with the access token. Default: `false`. */
  refresh_token?: boolean;
  /**
   * How long an access token lives, in seconds: at most a year, and not longer than the subject token. Default: `300`.
   */
  access_token_expiration?: number;
  /**
   * How long a refresh token lives, in seconds from its first issue: at most a year. A refresh does not extend it.
   * Default: `86400`.
   */
  refresh_token_expiration?: number;
  /**
   * For how many seconds a used refresh token gives the same successor again, so that a lost answer costs nothing. `0`:
   * never. Default: `30`.
   */
  refresh_token_grace?: number;
  /**
   * The targets that `audience` and `resource` of a request may name, letter by letter. The first one is the default.
   * Without it: this service alone.
   */
  audience?: readonly string[];
  /**
   * A name for this client that may stand in `audience` of a request in place of a target, as Google's workload
   * identity providers do. At most 512 bytes. No other Client may have it.
   */
  provider?: string;
  /** Scopes that are removed from a request before it is checked. */
  ignore_scope?: readonly string[];
  /**
   * Who may act for the subject (RFC 8693 section 4.4): the actor that the subject token's `may_act` names, `any`
   * verified actor, or nobody (`deny`). Default: `may_act`.
   */
  delegation?: "may_act" | "any" | "deny";
  /** Whether an access token may live longer than the subject token. Default: `false`. */
  outlive_subject?: boolean;
  /**
   * Which proof the client needs for a token that is bound to a key (RFC 9449): one by that key (`proof`), or one by a
   * key of its own (`rebind`), for gateways that have checked the first. Default: `proof`.
   */
  accept_bound?: "proof" | "rebind";
}

/** What a client gets for an identity assertion (ID-JAG, RFC 7523). What is absent is as in `token_exchange`. */
export interface JwtBearerPolicy {
  /** The targets for which it may get tokens. */
  audience?: readonly string[];
  /** `jwt`: access tokens are JWTs (RFC 9068). */
  token_format?: "jwt";
  /** How long an access token lives, in seconds: at most a year. Default: `300`. */
  access_token_expiration?: number;
}

/** For which authorization servers a client gets identity assertions (ID-JAG), and what they say. */
export interface IdJagPolicy {
  /** The names of the client at its identity providers: the `aud` of its ID tokens. Without it: its id. */
  subject_audience?: readonly string[];
  /** How long an assertion lives, in seconds. Default: `300`. */
  expiration?: number;
  /** The authorization servers, at most 64. */
  targets?: readonly IdJagTarget[];
}

/** An authorization server for which a client gets identity assertions. */
export interface IdJagTarget {
  /** Its issuer identifier: the `aud` of the assertion. */
  audience: string;
  /** Other names that a request may use in `audience`. */
  alias?: readonly string[];
  /** The `client_id` that the client has there. */
  client_id: string;
  /** The resources there that it may request: absolute URIs. */
  resource?: readonly string[];
  /** Whether the first of `resource` is used if the request names none. Default: `false`. */
  resource_required?: boolean;
  /** The scopes there that it may request. */
  scope?: readonly string[];
  /**
   * The `sub` of the assertion: that of the ID token, the id of the User, or the User's identifier of `subject_system`.
   * Default: `token`.
   */
  subject?: "token" | "user" | "identifier";
  /** With `subject` `identifier`: the `system` whose value is the `sub`. */
  subject_system?: string;
  /** Whether a verified `email` of the ID token is copied into the assertion. Default: `false`. */
  email?: boolean;
  /** The claim `tenant` of the assertion. */
  tenant?: string;
  /** The claim `aud_tenant` of the assertion. */
  aud_tenant?: string;
}

/** An issuer that is trusted, where its keys are, and what its tokens must say. */
export interface TokenIntrospector {
  /** The type of the resource. */
  resourceType: "TokenIntrospector";
  /** The name of the resource: 1 to 64 of `A-Z a-z 0-9 - . _`. Tokens do not name it. */
  id: string;
  /**
   * Set by the service. It ignores what is written here, except `instance` in `/$import` and in files: it tells apart
   * the resources that have had this id.
   */
  meta?: { readonly [name: string]: unknown };
  /**
   * Ends every token that was issued for this issuer's tokens before this time, and refuses those of them with an
   * earlier `iat`: in UTC, such as `2026-01-31T00:00:00Z`, or in seconds since 1970.
   */
  not_before?: string | number;
  /** `jwt`: its tokens are JWTs. `opaque`: its introspection endpoint says what a token is. */
  type: "jwt" | "opaque";
  /** The issuer, and its keys if they are written out here. */
  jwt: Issuer;
  /** The URL of the issuer's keys, a JWK Set. It is https with a public host name, or http on loopback. */
  jwks_uri?: string;
  /**
   * Whether its keys are found through the issuer's own metadata (OpenID Connect Discovery, RFC 8414). Default:
   * `false`.
   */
  discovery?: boolean;
  /** With `opaque`: the endpoint that says what a token is (RFC 7662). */
  introspection_endpoint?: IntrospectionEndpoint;
  /** A token's `aud` must have one of these. Without it, a token that has an `aud` must name this service there. */
  audience?: readonly string[];
  /** What a token must say: for each claim, or path with dots, an exact string, a boolean, or a list of them. */
  claims?: { readonly [name: string]: string | boolean | readonly (string | boolean)[] };
  /** What a token must say: one expression, or up to 32 that must all be true. */
  condition?: string | readonly Rule[];
  /** Names for the values of expressions, which other expressions read as `attribute.name`. At most 32. */
  attributes?: { readonly [name: string]: string };
  /** An expression whose value takes the place of `sub`. With `user` `none` or `identifier`. */
  subject?: string;
  /** Claims of issued tokens, and the expressions that give their values. At most 32. */
  emit?: { readonly [name: string]: string };
  /** Claims of a token that are copied into issued tokens. At most 64. */
  copy_claims?: readonly string[];
  /** How long fetched keys, and answers about opaque tokens, are kept, in seconds: at most a day. Default: `300`. */
  cache_ttl?: number;
  /** The algorithms that public keys without `alg` may serve. Default: `[RS256,ES256,ES384,ES512,EdDSA]`. */
  algorithms?: readonly (
    "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519"
  )[];
  /**
   * How the User of a token is found: by `box_user`, else identifier, else `sub` (`required`); by identifier alone; or
   * not at all (`none`), for tokens of machines. Default: `required`.
   */
  user?: "required" | "identifier" | "none";
  /** With `opaque` and `user` `none`: the claim that is the subject of an answer without `sub`. */
  subject_fallback?: "client_id";
  /** How long a token may still live, in seconds: at most a year. Default: `86400`. */
  max_lifetime?: number;
  /** Whether, and how, identity assertions (ID-JAG) of this issuer are redeemed. */
  id_jag?: boolean | IdJagRule;
  /**
   * Whether tokens that are bound to a key (`cnf.jkt`) are taken: with a proof by that key, or not at all. Default:
   * `proof`.
   */
  bound?: "refuse" | "proof";
  /** Known to Aidbox. It is kept and has no effect here. */
  identity_provider?: unknown;
}

/** The issuer, and its keys if they are written out here. */
export interface Issuer {
  /** The issuer: the `iss` of its tokens, compared byte for byte. */
  iss: string;
  /** A secret shared with the issuer, for HS256, HS384 and HS512: at least 32 bytes. */
  secret?: string;
  /** Its keys, instead of `secret`. */
  keys?: readonly VerificationKey[];
}

/** A key of an issuer. `format` says which of the other members it has. */
export interface VerificationKey {
  /** `PEM`: a public key in `pub`. `plain`: a secret in `k`. `jwk`: a JWK in `jwk`. */
  format: "PEM" | "plain" | "jwk";
  /** The name of the key, if tokens name it. At most 256 bytes. */
  kid?: string;
  /** The type of the key: `RSA`, `EC`, `OKP` or `OCT`. */
  kty?: string;
  /** The one algorithm that it serves, such as `RS256`. */
  alg?: string;
  /** With `PEM`: the public key, as PEM text. */
  pub?: string;
  /** With `plain`: the secret, as text. */
  k?: string;
  /** With `jwk`: the key, a JWK (RFC 7517). */
  jwk?: Jwk;
}

/** A key as a JSON Web Key (RFC 7517). */
export interface Jwk {
  /** The type of the key (RFC 7518 section 6.1). */
  kty: "RSA" | "EC" | "OKP" | "oct";
  /** The name of the key, at most 256 bytes. A token names its key in `kid`. */
  kid?: string;
  /** The one algorithm that the key serves, such as `ES256`. */
  alg?: string;
  /** Members that are not named here. */
  [name: string]: unknown;
}

/** With `opaque`: the endpoint that says what a token is (RFC 7662). */
export interface IntrospectionEndpoint {
  /** Its URL. It is https with a public host name, or http on loopback. */
  url: string;
  /** The value of the header `Authorization`, such as `Basic …`. It is a secret. */
  authorization?: string;
}

/** How identity assertions (ID-JAG) of an issuer are redeemed. */
export interface IdJagRule {
  /** How many seconds may lie between `iat` and `exp` of an assertion. Default: `300`. */
  max_lifetime?: number;
  /** Whether an assertion may be redeemed again until it ends. Default: `false`. */
  reuse?: boolean;
  /** The one `tenant` whose assertions are taken. Without it: those without. */
  tenant?: string;
  /** The same for the claim `aud_tenant`. */
  aud_tenant?: string;
}

/** A user for whom tokens are issued. */
export interface User {
  /** The type of the resource. */
  resourceType: "User";
  /** The `sub` of issued tokens: 1 to 64 of `A-Z a-z 0-9 - . _`. */
  id: string;
  /**
   * Set by the service. It ignores what is written here, except `instance` in `/$import` and in files: it tells apart
   * the resources that have had this id.
   */
  meta?: { readonly [name: string]: unknown };
  /**
   * Ends every token that was issued for this user before this time: in UTC, such as `2026-01-31T00:00:00Z`, or in
   * seconds since 1970.
   */
  not_before?: string | number;
  /** `true`: nothing is issued for this user, and no token is active. Default: `false`. */
  inactive?: boolean;
  /** Aidbox's older name: `false` means inactive. Default: `true`. */
  active?: boolean;
  /** The names that issuers have for this user, at most 100. No other User may have them. */
  identifier?: readonly Identifier[];
  /** A name for people. `/auth/userinfo` shows it. */
  userName?: string;
  /** A name for people. `/auth/userinfo` shows it. */
  displayName?: string;
  /** A name for people, of any shape. `/auth/userinfo` shows it. */
  name?: unknown;
  /** An address for people. `/auth/userinfo` shows it. */
  email?: string;
  /** Anything. `/auth/userinfo` shows it. */
  data?: { readonly [name: string]: unknown };
  /** Known to Aidbox. It is kept and has no effect here. */
  emails?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  phoneNumbers?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  fhirUser?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  organization?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  roles?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  securityLabel?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  link?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  password?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  twoFactor?: unknown;
}

/** The name of a user at an issuer. */
export interface Identifier {
  /** The issuer: the `iss` of its tokens. */
  system: string;
  /** The `sub` that this issuer's tokens have for the user. */
  value: string;
  /** Known to FHIR. It is kept and has no effect here; `old` is refused. */
  use?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  type?: unknown;
  /** Known to Aidbox. It is kept and has no effect here. */
  assigner?: unknown;
}

/** A resource of a list of resources. */
export type Resource = Client | TokenIntrospector | User;
