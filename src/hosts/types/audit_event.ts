// Made by `npm run types` of src/hosts/schema/audit_event.ts. Do not edit it.

import type { FetchFault, Reason } from "./reasons.js";
import type { Actor } from "./tokens.js";

/**
 * An audit event: what was decided, about whom, and why. It never holds a token or a secret. `event` and `outcome`
 * tell the kinds apart.
 */
export type AuditEvent =
  | TokenIssued
  | TokenRefused
  | TokenUsed
  | TokenUseRefused
  | AdministrationDone
  | AdministrationRefused
  | Tried
  | TriedInVain
  | IssuerFetched
  | IssuerFetchFailed;

/** A token was issued. */
export interface TokenIssued {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "token.exchange" | "token.id_jag" | "token.jwt_bearer" | "token.refresh";
  /** What was decided. */
  outcome: "success";
  /** The client, once it is authenticated, or a public one by its name. */
  client_id: string;
  /** How the client is known, where it is by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified. Of a token that was refused for what it says, more of what it says. */
  subject: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  /** The targets of what was issued. */
  aud: readonly string[];
  /** The scopes of what was issued, with a space between them. */
  scope?: string;
  /** Who acts, and who acted before, in what was issued. */
  act?: Actor;
  /** The client's name at the authorization server that an identity assertion is for. */
  target_client_id?: string;
  /** The resources of an identity assertion that was issued. */
  target_resource?: readonly string[];
  /** The name of what was issued. */
  jti?: string;
  /** The type of what was issued (RFC 8693 section 3). */
  issued_token_type: string;
  /** When what was issued ends, in seconds since 1970. */
  exp: number;
  /** When the refresh token that was issued beside it ends. Without it there is none. */
  refresh_exp?: number;
  /** The `jti` of the identity assertion (ID-JAG) that is redeemed. */
  assertion_jti?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** Who a token speaks of. */
export interface AuditParty {
  /** The issuer of the token. */
  iss?: string;
  /** The subject of the token. */
  sub?: string;
  /** The id of its User, where that is not `sub`. */
  user?: string;
}

/** What a refused token says, each text cut to 256 bytes. */
export interface RefusedToken {
  /** Stood before the token and does not belong there. */
  prefix?: "Bearer";
  /** The issuer of the token. */
  iss?: string;
  /** The subject of the token. */
  sub?: string;
  /** The id of its User, where that is not `sub`. */
  user?: string;
  /** The audiences of the token. */
  aud?: readonly string[];
  /** The name of an identity assertion. Of other tokens it is not told. */
  jti?: string;
  /** The algorithm that its header names. */
  alg?: string;
  /** The key that its header names. */
  kid?: string;
  /** The type that its header names. */
  typ?: string;
  /** The time for which it was refused. */
  missed?: MissedTime;
}

/** The time for which it was refused. */
export interface MissedTime {
  /** The claim that holds the time. */
  claim: "exp" | "nbf" | "iat";
  /** By how many seconds it was missed. */
  seconds: number;
}

/** A token was asked for and refused. */
export interface TokenRefused {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "token.request" | "token.exchange" | "token.id_jag" | "token.jwt_bearer" | "token.refresh";
  /** What was decided. */
  outcome: "refused";
  /** Why it was refused: a stable code. The documentation says for each of them what to do. */
  reason: Reason;
  /** The claim of a token that is the cause. */
  claim?: string;
  /** The client, once it is authenticated, or a public one by its name. */
  client_id?: string;
  /** How the client is known, where it is by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified. Of a token that was refused for what it says, more of what it says. */
  subject?: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  /** The condition that a token did not meet. */
  condition?: UnmetCondition;
  /** What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie. */
  claimed?: ClaimedMembers;
  /** The `jti` of the identity assertion (ID-JAG) that is redeemed. */
  assertion_jti?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** The condition that a token did not meet. */
export interface UnmetCondition {
  /** Where it stands, such as `TokenIntrospector.condition[0]`. */
  path: string;
  /** It was false, no boolean, without a value, or took too many steps. */
  detail: "false" | "type" | "error" | "steps";
  /** The character of the expression at which it failed; the first is 1. */
  at?: number;
  /** The `message` of the administrator. */
  message?: string;
}

/** What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie. */
export interface ClaimedMembers {
  /** The `client_id` that was sent, if it cannot be a secret. */
  client_id?: string;
  /** The subject token, which nobody vouched for. */
  subject?: RefusedToken;
  /** The actor token, which nobody vouched for. */
  actor?: RefusedToken;
  /** The client assertion or identity assertion. */
  assertion?: RefusedToken;
  /** The `grant_type` that was sent, where it is or may be the cause. */
  grant_type?: string;
  /** The `subject_token_type` that was sent, where it is or may be the cause. */
  subject_token_type?: string;
  /** The `actor_token_type` that was sent, where it is or may be the cause. */
  actor_token_type?: string;
  /** The `requested_token_type` that was sent, where it is or may be the cause. */
  requested_token_type?: string;
  /** The `scope` that was asked for and is not allowed. */
  scope?: string;
  /** The `audience` that was asked for and is not allowed. */
  audience?: string | readonly string[];
  /** The `resource` that was asked for and is not allowed. */
  resource?: string | readonly string[];
  /** Where the body is no JSON, such as `line 1, column 8: This is not JSON.` */
  body?: string;
}

/** A token was introspected, revoked, or shown at userinfo. */
export interface TokenUsed {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "token.introspect" | "token.revoke" | "token.userinfo";
  /** What was decided. */
  outcome: "success";
  /** The client, once it is authenticated, or a public one by its name. */
  client_id: string;
  /** How the client is known, where it is by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified. Of a token that was refused for what it says, more of what it says. */
  subject?: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  /** The name of the token that was revoked. */
  jti?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** An introspection, a revocation or userinfo was refused. */
export interface TokenUseRefused {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "token.introspect" | "token.revoke" | "token.userinfo";
  /** What was decided. */
  outcome: "refused";
  /** Why it was refused: a stable code. The documentation says for each of them what to do. */
  reason: Reason;
  /** The claim of a token that is the cause. */
  claim?: string;
  /** The client, once it is authenticated, or a public one by its name. */
  client_id?: string;
  /** How the client is known, where it is by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified. Of a token that was refused for what it says, more of what it says. */
  subject?: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  /** The condition that a token did not meet. */
  condition?: UnmetCondition;
  /** What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie. */
  claimed?: ClaimedMembers;
  /** The name of the token that is not revoked. */
  jti?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** An administrator read or changed resources. */
export interface AdministrationDone {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event:
    | "admin.put"
    | "admin.post"
    | "admin.delete"
    | "admin.get"
    | "admin.list"
    | "admin.history"
    | "admin.export"
    | "admin.import"
    | "admin.bundle"
    | "admin.events"
    | "admin.metrics";
  /** What was decided. */
  outcome: "success";
  /** It was done, and somebody should look at it. */
  level?: "warning";
  /** The name of the administrator. */
  administrator: string;
  /** The resource that was read or changed, as `Type/id`, or the type alone of a list. */
  resource?: string;
  /** The version before the change; 0: there was none. */
  version_before?: number;
  /** The version after the change; 0: there is none. */
  version?: number;
  /** Paths of members of the resource that are kept and have no effect here. */
  without_effect?: readonly string[];
  /** What is doubtful about the resource. */
  findings?: readonly AuditFinding[];
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** What is doubtful about a resource that was stored. */
export interface AuditFinding {
  /** A stable code, such as `secret_weak`. */
  code: string;
  /** The path of the member, such as `Client.secret`. */
  path: string;
  /** What is doubtful, and what to do. */
  message: string;
}

/** What an administrator asked for was refused; the answer says why. */
export interface AdministrationRefused {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event:
    | "admin.request"
    | "admin.put"
    | "admin.post"
    | "admin.delete"
    | "admin.get"
    | "admin.list"
    | "admin.history"
    | "admin.export"
    | "admin.import"
    | "admin.bundle"
    | "admin.events"
    | "admin.metrics";
  /** What was decided. */
  outcome: "refused";
  /** Why it was refused: a stable code. The documentation says for each of them what to do. */
  reason: Reason;
  /** The claim of a token that is the cause. */
  claim?: string;
  /** The name of the administrator. */
  administrator?: string;
  /** The resource that was read or changed, as `Type/id`, or the type alone of a list. */
  resource?: string;
  /** What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie. */
  claimed?: ClaimedMembers;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** An administrator asked what a request would get: something. */
export interface Tried {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "admin.dry_run";
  /** What was decided. */
  outcome: "success";
  /** The name of the administrator. */
  administrator?: string;
  /** The client, once it is authenticated, or a public one by its name. */
  client_id?: string;
  /** How the client is known, where it is by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified. Of a token that was refused for what it says, more of what it says. */
  subject?: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  /** The `jti` of the identity assertion (ID-JAG) that is redeemed. */
  assertion_jti?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** The targets of what would be issued. */
  aud?: readonly string[];
  /** The scopes of what would be issued, with a space between them. */
  scope?: string;
  /** Who would act, and who acted before. */
  act?: Actor;
  /** The client's name at the authorization server that an identity assertion is for. */
  target_client_id?: string;
  /** The resources of an identity assertion. */
  target_resource?: readonly string[];
  /** The type of what would be issued (RFC 8693 section 3). */
  issued_token_type?: string;
  /** When what would be issued would end, in seconds since 1970. */
  exp?: number;
  /** When the refresh token beside it would end. */
  refresh_exp?: number;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** An administrator asked what a request would get: nothing. */
export interface TriedInVain {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "admin.dry_run";
  /** What was decided. */
  outcome: "refused";
  /** Why it was refused: a stable code. The documentation says for each of them what to do. */
  reason: Reason;
  /** The claim of a token that is the cause. */
  claim?: string;
  /** The name of the administrator. */
  administrator?: string;
  /** The client, once it is authenticated, or a public one by its name. */
  client_id?: string;
  /** How the client is known, where it is by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified. Of a token that was refused for what it says, more of what it says. */
  subject?: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  /** The `jti` of the identity assertion (ID-JAG) that is redeemed. */
  assertion_jti?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** The condition that a token did not meet. */
  condition?: UnmetCondition;
  /** What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie. */
  claimed?: ClaimedMembers;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** Keys, metadata or the word on a token were fetched. */
export interface IssuerFetched {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "issuer.fetch";
  /** What was decided. */
  outcome: "success";
  /** It was done, and somebody should look at it. */
  level?: "warning";
  /** The issuer that was asked. */
  issuer?: string;
  /** The client whose keys were asked for. */
  client_id?: string;
  /** The HTTP status of the answer. */
  status?: number;
  /** Members for which fetched keys are not used. */
  left_out?: readonly string[];
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}

/** Nothing that can be used came from an issuer. */
export interface IssuerFetchFailed {
  /** When the request arrived, in seconds since 1970. */
  time: number;
  /**
   * The name of the request, which the answer has in `x-request-id`: that of `cf-ray`, else the trace id of
   * `traceparent`, else a random one.
   */
  request_id?: string;
  /** What was asked for. */
  event: "issuer.fetch";
  /** What was decided. */
  outcome: "refused";
  /** Why it was refused: a stable code. The documentation says for each of them what to do. */
  reason: FetchFault;
  /** The issuer that was asked. */
  issuer?: string;
  /** The client whose keys were asked for. */
  client_id?: string;
  /** The HTTP status of the answer, if one came. */
  status?: number;
  /** From the request's arrival to the decision, in milliseconds. */
  duration_ms: number;
}
