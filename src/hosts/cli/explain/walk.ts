import { Failure } from "../failure.js";
import { CHECK_OF, type Check, ORDER } from "./checks.js";
import type { Mend, Sources } from "./mend.js";
import { mendOf } from "./mends.js";
import { trialKey } from "./token_text.js";
import { type Outcome, type Situation, trial } from "./trial.js";

/** One thing that refuses the token, or might. */
export interface Step extends Mend {
  readonly check: Check;
  /** The service's reason, such as `subject_token.expired`. */
  readonly reason: string;
}

/** What came of a check. `open`: it was not reached. */
export type Status = "passed" | "refused" | "unknown" | "open";

export interface Explanation {
  readonly verdict: "accepted" | "refused" | "unknown";
  readonly steps: readonly Step[];
  readonly statuses: Readonly<Record<Check, Status>>;
  /** What the service decides as things are. */
  readonly first: Outcome;
  /** What it decides when everything is mended that can be. */
  readonly last: Outcome;
  /** The situation of the last trial. */
  readonly mended: Situation;
  /** The seconds between the token as it is and the signature that was assumed. */
  readonly assumed: boolean;
}

// More than there are checks.
const MOST_TRIALS = 24;

/**
 * Has the service decide, mends what it refuses, has it decide again: what would refuse the token one after the other,
 * each said by the service itself.
 */
export async function walk(begin: Situation, sources: Sources): Promise<Explanation> {
  const key = trialKey();
  const steps: Step[] = [];
  // How far the service came: with the token as it is, and with one that was signed again.
  let reached = -1;
  let reachedAssumed = -1;
  let situation = begin;
  const first = await trial(situation);
  let last = first;
  const said = new Set<string>();
  for (let count = 0; count < MOST_TRIALS; count += 1) {
    const { refused, event } = last;
    const place = refused === undefined ? ORDER.length : ORDER.indexOf(checkOf(last));
    if (situation.assumed === true) reachedAssumed = Math.max(reachedAssumed, place);
    else reached = Math.max(reached, place);
    if (refused === undefined) break;
    const says = JSON.stringify([refused.reason, detail(event)]);
    if (said.has(says)) {
      // It did not help.
      steps.splice(-1, 1, ...steps.slice(-1).map(withoutChange));
      break;
    }
    said.add(says);
    const mend = mendOf(bare(refused.reason), { situation, outcome: last, key, sources });
    steps.push({ ...mend, check: checkOf(last), reason: refused.reason });
    if (mend.onward === undefined) break;
    const next = await tried(mend.onward);
    if (next === undefined) {
      steps.splice(-1, 1, ...steps.slice(-1).map(withoutChange));
      break;
    }
    situation = mend.onward;
    last = next;
  }
  const refusals = steps.filter(({ status }) => status === "refused").length;
  const statuses = Object.fromEntries(
    ORDER.map((check, place) => [check, statusOf(check, steps, reached > place, reachedAssumed > place)]),
  ) as Record<Check, Status>;
  const unknown = Object.values(statuses).includes("unknown");
  return {
    verdict: refusals > 0 ? "refused" : unknown || steps.length > 0 ? "unknown" : "accepted",
    steps,
    statuses,
    first,
    last,
    mended: situation,
    assumed: situation.assumed === true,
  };
}

/** Undefined where the change makes a resource that the service does not take, such as of a name with control characters. */
async function tried(situation: Situation): Promise<Outcome | undefined> {
  try {
    return await trial(situation);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function withoutChange(step: Step): Step {
  return { ...step, change: undefined, risk: undefined };
}

function statusOf(check: Check, steps: readonly Step[], passed: boolean, passedAssumed: boolean): Status {
  const own = steps.filter((step) => step.check === check).map(({ status }) => status);
  if (own.includes("refused")) return "refused";
  if (own.includes("unknown")) return "unknown";
  if (passed) return "passed";
  if (!passedAssumed) return "open";
  return check === "key" || check === "signature" ? "unknown" : "passed";
}

/** The check that a refusal belongs to. */
function checkOf({ refused, event }: Outcome): Check {
  const reason = bare(refused?.reason ?? "");
  if (reason === "condition_failed" && detail(event).condition?.path.startsWith("Client.") === true) return "policy";
  return CHECK_OF[reason] ?? "client";
}

function bare(reason: string): string {
  return reason.replace(/^subject_token\./, "");
}

function detail(event: object): { claim?: string; condition?: { path: string } } {
  const { claim, condition } = event as { claim?: string; condition?: { path: string } };
  return { ...(claim === undefined ? {} : { claim }), ...(condition === undefined ? {} : { condition }) };
}
