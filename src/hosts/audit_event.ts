/** Who a token speaks of. */
export interface AuditParty {
  iss?: string;
  sub?: string;
}

/** What a refused token says, each text cut to 256 bytes. */
export interface RefusedToken extends AuditParty {
  /** `Bearer`, if that stood before it. */
  prefix?: "Bearer";
  aud?: string[];
  jti?: string;
  alg?: string;
  kid?: string;
  typ?: string;
  /** The time for which it was refused, and by how many seconds it missed. */
  missed?: { claim: "exp" | "nbf" | "iat"; seconds: number };
}

/** What a refused request said and did not prove, each text cut to 256 bytes. It may be a lie. */
export interface ClaimedMembers {
  /** The id that was sent, if it cannot be a secret. */
  client_id?: string;
  subject?: RefusedToken;
  actor?: RefusedToken;
  assertion?: RefusedToken;
  grant_type?: string;
  subject_token_type?: string;
  actor_token_type?: string;
  requested_token_type?: string;
  scope?: string;
  audience?: string | string[];
  resource?: string | string[];
  /** Where the body is no JSON, such as `line 1, column 8: This is not JSON.` */
  body?: string;
}

/** What is doubtful about a resource that was stored. */
export interface AuditFinding {
  /** A stable code, such as `secret_weak`. */
  code: string;
  /** The path of the member. */
  path: string;
  message: string;
}

/** An audit event: what was decided, about whom, and why. It never holds a token or a secret. */
export interface AuditEvent {
  /** Seconds since 1970. */
  time: number;
  /** The name of the request; its answer has it in `x-request-id`. */
  request_id?: string;
  /** What was asked for. */
  event:
    | "token.request"
    | "token.exchange"
    | "token.id_jag"
    | "token.jwt_bearer"
    | "token.refresh"
    | "token.introspect"
    | "token.revoke"
    | "token.userinfo"
    | "issuer.fetch"
    | `admin.${string}`;
  outcome: "success" | "refused";
  /** Somebody should look at it, although it was done. */
  level?: "warning";
  /** Why it was refused: a stable code. */
  reason?: string;
  /** The client, authenticated, or a public one by its name. */
  client_id?: string;
  /** How it is known to be that client, where by neither a secret nor a key of its own. */
  client_authentication?: "none" | "federated";
  /** The workload of another issuer that authenticated as the client. */
  client_assertion?: AuditParty;
  /** The subject, verified; of a token that was refused for what it says, with more of it. */
  subject?: RefusedToken;
  /** The actor, likewise. */
  actor?: RefusedToken;
  claimed?: ClaimedMembers;
  /** `aud` of what was issued. */
  aud?: string[];
  /** `scope` of what was issued. */
  scope?: string;
  /** The key of which the request proved possession (DPoP), by its thumbprint (RFC 7638). */
  dpop_jkt?: string;
  /** `act` of what was issued: who acts, and who acted before. */
  act?: object;
  /** The client's name at the authorization server that an identity assertion (ID-JAG) is for. */
  target_client_id?: string;
  /** `resource` of an identity assertion that was issued. */
  target_resource?: string[];
  /** `jti` of what was issued. */
  jti?: string;
  /** `jti` of the identity assertion (ID-JAG) that is redeemed. */
  assertion_jti?: string;
  issued_token_type?: string;
  /** The administrator who asked. */
  administrator?: string;
  /** The resource that an administrator read or changed, as `Type/id`. */
  resource?: string;
  /** Members of that resource that are kept and have no effect here. */
  without_effect?: string[];
  /** What is doubtful about that resource. */
  findings?: AuditFinding[];
  /** The issuer whose keys or word were fetched. */
  issuer?: string;
  /** Members for which fetched keys are not used. */
  left_out?: string[];
  /** Milliseconds from the request's arrival to the decision. */
  duration_ms: number;
}
