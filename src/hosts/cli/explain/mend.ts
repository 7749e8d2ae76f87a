import type { Change } from "./change.js";
import type { Decoded, TrialKey } from "./token_text.js";
import type { Outcome, Resource, Situation } from "./trial.js";

/** What to do about a refusal. */
export interface Mend {
  /** `unknown`: whether it is refused can only be told with more than there is. */
  readonly status: "refused" | "unknown";
  /** What was found, a sentence. */
  readonly why: string;
  /** The resource and member that refuses. */
  readonly rule?: string | undefined;
  /** What to do, a sentence. */
  readonly todo?: string | undefined;
  /** The smallest change of the resources. */
  readonly change?: Change | undefined;
  /** What the change lets in, a sentence. */
  readonly risk?: string | undefined;
  /** The situation as if this were mended, to see what comes after it. */
  readonly onward?: Situation | undefined;
}

/** What a mend is made from. */
export interface Facts {
  readonly situation: Situation;
  readonly outcome: Outcome;
  readonly key: TrialKey;
  readonly sources: Sources;
}

/** Where keys come from that are not in the resources. */
export interface Sources {
  /** Whether issuers are asked. */
  readonly fetch: boolean;
  /** Whether there is a set in place of what they publish. */
  readonly keys: boolean;
}

/** Explains a refusal. */
export type Rule = (facts: Facts, read: Read) => Mend;

/** Rules by reason, without `subject_token.`. */
export type Rules = Readonly<Record<string, Rule>>;

/** What is at hand of the situation. */
export interface Read {
  readonly token: Decoded | undefined;
  readonly client: Resource;
  /** That of the token's issuer. */
  readonly introspector: Resource | undefined;
  readonly iss: string;
}
