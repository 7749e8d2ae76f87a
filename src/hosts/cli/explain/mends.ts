// What each refusal means, and what would allow the token. Nothing is decided here: a change that is proposed is tried by
// the service itself, and one that does not help is not shown.
import type { Facts, Mend, Rules } from "./mend.js";
import { CLIENT } from "./mends/client.js";
import { CONDITIONS } from "./mends/conditions.js";
import { ISSUER } from "./mends/issuer.js";
import { KEYS } from "./mends/keys.js";
import { TIMES } from "./mends/times.js";
import { TOKEN } from "./mends/token.js";
import { USER } from "./mends/user.js";
import { introspectorOf } from "./resources.js";
import { decoded } from "./token_text.js";
import { clientOf } from "./trial.js";

/** The explanation of each reason for which an exchange refuses. */
export const MENDS: Rules = { ...CLIENT, ...TOKEN, ...ISSUER, ...TIMES, ...KEYS, ...CONDITIONS, ...USER };

/** What the service's refusal means. `reason`: without `subject_token.`. */
export function mendOf(reason: string, facts: Facts): Mend {
  const { situation } = facts;
  const token = decoded(situation.token);
  const client = clientOf(situation);
  const iss = typeof token?.claims["iss"] === "string" ? token.claims["iss"] : "";
  const rule = MENDS[reason];
  if (client === undefined || rule === undefined) {
    return { status: "refused", why: facts.outcome.refused?.error_description ?? "The service refused it." };
  }
  return rule(facts, { token, client, introspector: introspectorOf(situation, iss), iss });
}
