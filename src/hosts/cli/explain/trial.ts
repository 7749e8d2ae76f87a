import { randomBytes } from "node:crypto";
import { createSts, OAuthError } from "../../node.js";
import type { KeySet } from "../../options.js";
import type {
  AuditEvent,
  IssuerFetched,
  IssuerFetchFailed,
  TokenIssued,
  TokenRefused,
} from "../../types/audit_event.js";
import type { Resource as StsResource } from "../../types/resources.js";
import type { SubjectTokenType } from "../../types/tokens.js";
import { newKeySet } from "../signing_key.js";
import { toldAsFailure } from "../failure.js";
import { decoded } from "./token_text.js";

/** A resource as it stands in a file. */
export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };

/** What one trial is about. A trial changes nothing and gives no token away. */
export interface Situation {
  readonly issuer: string;
  readonly signingKeys?: KeySet | undefined;
  readonly resources: readonly Resource[];
  readonly client: string;
  readonly token: string;
  readonly type: TokenType;
  readonly scope?: string | undefined;
  readonly targets: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
  readonly privateHosts: readonly string[];
  /** Whether the issuer's key has been replaced by one of this explanation, which has signed the token again. */
  readonly assumed?: boolean;
}

export const TOKEN_TYPES = ["jwt", "id_token", "access_token"] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

type Told<Kind> = Partial<Omit<Kind, "event" | "outcome">>;

/** The event of a decision, with the members of whichever it was. */
export type DecisionEvent = Told<TokenIssued> & Told<TokenRefused>;

/** The event of a fetch, likewise. */
export type FetchEvent = Told<IssuerFetched> & Told<IssuerFetchFailed>;

/** What the service decided. */
export interface Outcome {
  /** Why it refused; undefined where it did not. */
  readonly refused?: OAuthError;
  readonly event: DecisionEvent;
  /** What it fetched meanwhile, or could not. */
  readonly fetched: readonly FetchEvent[];
  /** What would be issued. */
  readonly issued?: Issued;
}

/** What an issued token says; undefined members where only its reader could tell. */
export interface Issued {
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly scope?: unknown;
  /** Seconds. */
  readonly expires_in: number;
}

/**
 * The exchange, by the service itself: one that is made for it and thrown away, with the token it issues. That the client
 * is who it says is taken for granted: its credentials are replaced by a secret of this trial.
 */
export async function trial(situation: Situation): Promise<Outcome> {
  const { issuer, token, type, scope, targets, now, privateHosts } = situation;
  const secret = randomBytes(32).toString("base64url");
  const events: AuditEvent[] = [];
  const sts = await toldAsFailure(() =>
    createSts({
      issuer,
      signingKeys: situation.signingKeys ?? newKeySet(),
      // From a file: the service itself says what is wrong with them.
      resources: situation.resources.map(
        (one) => authenticating(one, situation.client, secret) as unknown as StsResource,
      ),
      privateHosts,
      now: () => now,
      onEvent: (event) => events.push(event),
    }),
  );
  const isPublic = clientOf(situation)?.["public"] === true;
  const credentials = { client_id: situation.client, ...(isPublic ? {} : { client_secret: secret }) };
  const asked = {
    ...credentials,
    subject_token: token,
    subject_token_type: `urn:ietf:params:oauth:token-type:${type}` satisfies SubjectTokenType,
    ...(scope === undefined ? {} : { scope }),
    ...(targets.length === 0 ? {} : { audience: targets }),
  };
  const outcome = (more: Pick<Outcome, "refused" | "issued">): Outcome => {
    const event = events.find((one) => one.event.startsWith("token."));
    if (event === undefined) throw new TypeError("the service left no event");
    const fetched = events.filter((one) => one.event === "issuer.fetch");
    return { event: event as DecisionEvent, fetched: fetched as FetchEvent[], ...more };
  };
  try {
    const { access_token, expires_in } = await sts.exchange(asked);
    // An opaque token says nothing itself.
    const said: { active?: unknown; sub?: unknown; aud?: unknown; scope?: unknown } =
      decoded(access_token)?.claims ?? (isPublic ? {} : await sts.introspect({ ...credentials, token: access_token }));
    return outcome({ issued: { sub: said.sub, aud: said.aud, scope: said.scope, expires_in } });
  } catch (error) {
    if (error instanceof OAuthError) return outcome({ refused: error });
    throw error;
  }
}

export function clientOf({ resources, client }: Situation): Resource | undefined {
  return resources.find(({ resourceType, id }) => resourceType === "Client" && id === client);
}

// A public client has no credentials that could be replaced.
function authenticating(resource: Resource, client: string, secret: string): Resource {
  if (resource.resourceType !== "Client" || resource.id !== client || resource["public"] === true) return resource;
  const { jwks: _jwks, jwks_uri: _uri, federated: _federated, ...rest } = resource;
  return { ...rest, resourceType: resource.resourceType, id: resource.id, secret };
}
