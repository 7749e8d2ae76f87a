import type { Reason } from "./types/reasons.js";

/** What a refused request tells: the wire's answer and, for the operator, the reason behind it. */
export interface Refusal {
  /** The error code of the wire (RFC 6749 section 5.2), such as `invalid_request`. */
  error: string;
  /** A fixed sentence that says what to do. It holds nothing of the input. */
  error_description: string;
  /** The HTTP status that the endpoint would have answered with. */
  status: number;
  /** What exactly was wrong: a stable code for logs. Do not show it to a client. */
  reason: Reason;
}

/**
 * A request that the service refused. `sts.exchange()` and `exchange()` reject with it.
 *
 * - `error`, `error_description`: as on the wire (RFC 6749 section 5.2). The description is a fixed sentence and never
 *   holds anything of the input.
 * - `status`: the HTTP status that the token endpoint would have answered with.
 * - `reason`: a stable code that says exactly what was wrong. It is for logs; do not show it to a client.
 *
 * @example
 * ```js
 * import { exchange, OAuthError } from "edge-sts";
 *
 * const options = {
 *   issuer: "https://sts.example",
 *   signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" }] },
 *   resources: [],
 * };
 * try {
 *   await exchange({ client_id: "nobody", client_secret: "x", subject_token: "y", subject_token_type: "z" }, options);
 * } catch (error) {
 *   if (!(error instanceof OAuthError)) throw error;
 *   console.log(error.status, error.error); // 401 invalid_client
 * }
 * ```
 */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  /** The error code of the wire (RFC 6749 section 5.2), such as `invalid_request`. */
  readonly error: string;
  /** A fixed sentence that says what to do. It holds nothing of the input. */
  readonly error_description: string;
  /** The HTTP status that the endpoint would have answered with. */
  readonly status: number;
  /** What exactly was wrong: a stable code for logs. Do not show it to a client. */
  readonly reason: Reason;

  /** Made of what was told; the message is `error: error_description`. */
  constructor(refusal: Refusal) {
    super(`${refusal.error}: ${refusal.error_description}`);
    this.error = refusal.error;
    this.error_description = refusal.error_description;
    this.status = refusal.status;
    this.reason = refusal.reason;
  }
}
