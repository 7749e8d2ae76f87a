// Made by `npm run types` of src/hosts/openapi/tokens.ts. Do not edit it.

/**
 * The parameters of a token request: token exchange (RFC 8693 section 2.1), refresh (RFC 6749 section 6), or an
 * identity assertion (RFC 7523). `grant_type` says which; token exchange when it is left out.
 */
export interface ExchangeParameters {
  /** The grant. `sts.exchange()` takes token exchange when it is left out. */
  grant_type?:
    | "urn:ietf:params:oauth:grant-type:token-exchange"
    | "refresh_token"
    | "urn:ietf:params:oauth:grant-type:jwt-bearer"
    | undefined;
  /** The token to be exchanged, at most 16 KiB. */
  subject_token?: string | undefined;
  /**
   * What `subject_token` is: a `jwt` or an `id_token` of an issuer, or an `access_token` of this service or an opaque
   * one of an issuer.
   */
  subject_token_type?: SubjectTokenType | undefined;
  /** The token of the party that acts for the subject, at most 16 KiB. */
  actor_token?: string | undefined;
  /** What `actor_token` is. The two go together. */
  actor_token_type?: SubjectTokenType | undefined;
  /** What is asked for. By default an `access_token`, in the form of the Client's `token_format`. */
  requested_token_type?: IssuedTokenType | undefined;
  /** For whom: one or several (at most 8) of the Client's targets, letter by letter. */
  audience?: string | readonly string[] | undefined;
  /** The same as absolute URIs without fragment (RFC 8707). */
  resource?: string | readonly string[] | undefined;
  /** Scopes with a space between them. The request is refused if one of them is not allowed. */
  scope?: string | undefined;
  /** The `id` of the Client. */
  client_id?: string | undefined;
  /** The client's secret (`client_secret_post`, RFC 6749 section 2.3.1). Over HTTP, not beside Basic. */
  client_secret?: string | undefined;
  /** Says what `client_assertion` is (RFC 7523 section 2.2). */
  client_assertion_type?: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" | undefined;
  /**
   * A JWT that authenticates the client in place of a secret: one that it signed (`private_key_jwt`), whose `aud` is
   * this service alone and whose `exp` is at most an hour ahead, and which serves once; or a token of a workload in the
   * Client's `federated`.
   */
  client_assertion?: string | undefined;
  /** A refresh token. It is used up, and a new one comes with the answer. */
  refresh_token?: string | undefined;
  /** An identity assertion (ID-JAG), at most 16 KiB. It serves once. */
  assertion?: string | undefined;
}

/** What a token is that a client presents (RFC 8693 section 3). */
export type SubjectTokenType =
  | "urn:ietf:params:oauth:token-type:jwt"
  | "urn:ietf:params:oauth:token-type:id_token"
  | "urn:ietf:params:oauth:token-type:access_token";

/** What a token is that this service issues (RFC 8693 section 3). */
export type IssuedTokenType =
  | "urn:ietf:params:oauth:token-type:access_token"
  | "urn:ietf:params:oauth:token-type:jwt"
  | "urn:ietf:params:oauth:token-type:refresh_token"
  | "urn:ietf:params:oauth:token-type:id-jag";

/** The answer to a token request (RFC 8693 section 2.2.1). */
export interface ExchangeAnswer {
  /** The token that was issued, of whatever type: RFC 8693 uses this member for all of them. */
  access_token: string;
  /** What was issued (RFC 8693 section 3). */
  issued_token_type: IssuedTokenType;
  /** How the token is used: as a bearer token, with a DPoP proof (RFC 9449), or not at a resource server. */
  token_type: "Bearer" | "DPoP" | "N_A";
  /** How long the token lives, in seconds. */
  expires_in: number;
  /** The scopes that were granted, with a space between them. Absent where there are none. */
  scope?: string;
  /** A refresh token, where the Client gets one beside the access token. */
  refresh_token?: string;
}

/** A token to introspect (RFC 7662) or to revoke (RFC 7009), and who asks. */
export interface PresentedToken {
  /** An access or refresh token of this service. */
  token: string;
  /** Which of the two it is (RFC 7009 section 2.1). It is not needed. */
  token_type_hint?: string | undefined;
  /** The `id` of the Client. */
  client_id?: string | undefined;
  /** The client's secret (`client_secret_post`, RFC 6749 section 2.3.1). Over HTTP, not beside Basic. */
  client_secret?: string | undefined;
  /** Says what `client_assertion` is (RFC 7523 section 2.2). */
  client_assertion_type?: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" | undefined;
  /**
   * A JWT that authenticates the client in place of a secret: one that it signed (`private_key_jwt`), whose `aud` is
   * this service alone and whose `exp` is at most an hour ahead, and which serves once; or a token of a workload in the
   * Client's `federated`.
   */
  client_assertion?: string | undefined;
}

/** What a token says (RFC 7662 section 2.2). `active` tells the two kinds apart. */
export type IntrospectionAnswer = InactiveToken | ActiveToken;

/** A token that is not active: unknown, expired, revoked, or none of this client's business. */
export interface InactiveToken {
  /** Nothing more is said of it. */
  active: false;
}

/** An active token. Claims that were copied from the subject token stand beside these members. */
export interface ActiveToken {
  /** The token is good now. */
  active: true;
  /** This service. */
  iss: string;
  /** The subject: the id of a User, or the name of a machine. */
  sub: string;
  /** For whom the token is: one target, or several in a list. */
  aud: string | readonly string[];
  /** The Client that it was issued to. */
  client_id: string;
  /** When it ends, in seconds since 1970. */
  exp: number;
  /** When it was issued, in seconds since 1970. */
  iat?: number;
  /** The name of the token. */
  jti?: string;
  /** Its scopes, with a space between them. */
  scope?: string;
  /** How it is used. Absent for a refresh token. */
  token_type?: "Bearer" | "DPoP";
  /** The key that it is bound to (RFC 9449 section 6). */
  cnf?: {
    /** The key's thumbprint (RFC 7638). */
    jkt: string;
  };
  /** Who acts for the subject. */
  act?: Actor;
  /** Members that are not named here. */
  [name: string]: unknown;
}

/** Who acts for a subject (RFC 8693 section 4.1). */
export interface Actor {
  /** The issuer that names the actor. */
  iss?: string;
  /** The actor. */
  sub: string;
  /** Who acted before. */
  act?: Actor;
}
