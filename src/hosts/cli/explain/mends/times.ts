import { asIfSigned } from "../assumed.js";
import { type Change, changed, nameOf } from "../change.js";
import type { Rules } from "../mend.js";
import { numberOf } from "../resources.js";
import { seconds } from "../shown.js";
import { type Decoded, without } from "../token_text.js";
import { type Outcome } from "../trial.js";

/** Since when and until when it is good. */
export const TIMES: Rules = {
  expired: (facts, { token }) => {
    const { situation, outcome } = facts;
    const exp = numberOf(token, "exp") ?? situation.now;
    const endsBeforeItBegins = beginOf(token) >= exp;
    return {
      status: "refused",
      why: `It expired ${seconds(missed(outcome) ?? situation.now - exp)} ago (exp ${dated(exp)}; 60 s of difference are accepted).`,
      todo: "Get a new token, and send each one soon after it was made. If it is new, compare the clocks.",
      onward:
        token !== undefined && endsBeforeItBegins
          ? {
              ...situation,
              now: exp - 1,
              ...asIfSigned(facts, without(without(token, { claim: "nbf" }), { claim: "iat" })),
            }
          : { ...situation, now: Math.max(beginOf(token), exp - 300) },
    };
  },
  not_yet_valid: ({ situation, outcome }, { token }) => {
    const begin = beginOf(token);
    return {
      status: "refused",
      why: `It begins in ${seconds(missed(outcome) ?? begin - situation.now)} (nbf or iat ${dated(begin)}; 60 s of difference are accepted).`,
      todo: "Compare the issuer's clock with that of this machine: one of them is wrong.",
      onward: { ...situation, now: begin },
    };
  },
  ended_by_not_before: (facts, { introspector, token }) => ({
    status: "refused",
    why: `It was issued (iat ${dated(numberOf(token, "iat") ?? 0)}) before not_before of its TokenIntrospector, which ended older tokens.`,
    rule: introspector && `${nameOf(introspector)} not_before`,
    todo: "Get a new token from the issuer.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, without(token, { claim: "iat" })) },
  }),
  lives_too_long: ({ situation, outcome }, { introspector, token }) => {
    const left = missed(outcome) ?? (numberOf(token, "exp") ?? 0) - situation.now;
    const change: Change | undefined = introspector && {
      resource: nameOf(introspector),
      member: "max_lifetime",
      set: left,
    };
    return {
      status: "refused",
      why: `It lives for another ${seconds(left)}, longer than max_lifetime (24 h where it is not set).`,
      rule: introspector && `${nameOf(introspector)} max_lifetime`,
      todo: "Better: have the issuer make tokens that live for minutes.",
      change,
      risk: "A stolen token of this issuer is useful to the thief for as long.",
      onward: change && { ...situation, resources: changed(situation.resources, change) },
    };
  },
};

function beginOf(token: Decoded | undefined): number {
  return Math.max(numberOf(token, "nbf") ?? 0, numberOf(token, "iat") ?? 0);
}

function missed({ event }: Outcome): number | undefined {
  return event.claimed?.subject?.missed?.seconds;
}

function dated(time: number): string {
  const date = new Date(time * 1000);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().replace(/\.000Z$/, "Z");
}
