import { asIfSigned } from "../assumed.js";
import { type Change, changed, isObject, more, nameOf } from "../change.js";
import type { Rules } from "../mend.js";
import { altered, claimAt, isText, listOf } from "../resources.js";
import { shown } from "../shown.js";
import { without } from "../token_text.js";

/** For whom it is, and what the issuer's and the client's rules want it to say. */
export const CONDITIONS: Rules = {
  audience_mismatch: ({ situation }, { introspector, token }) => {
    const aud = listOf(token?.claims["aud"]);
    const wanted = listOf(introspector?.["audience"]);
    const change = introspector && (aud.length === 0 ? undefined : more(introspector, "audience", aud.slice(0, 1)));
    const says = aud.length === 0 ? "has no aud" : `is for ${aud.map(shown).join(", ")}`;
    return {
      status: "refused",
      why:
        wanted.length === 0
          ? `The token ${says}. Without audience it must name this service: ${shown(situation.issuer)}.`
          : `The token ${says}; audience wants ${wanted.map(shown).join(" or ")}.`,
      rule: introspector && `${nameOf(introspector)} audience`,
      todo: `Best: have the issuer make it for ${shown(wanted[0] ?? situation.issuer)}.`,
      change,
      risk: "Every token that is made for that name works here, too. Do it only if the name is yours alone, such as your client id at the issuer.",
      onward:
        introspector &&
        (change === undefined
          ? altered(situation, introspector, ["audience"])
          : { ...situation, resources: changed(situation.resources, change) }),
    };
  },

  claims_condition_failed: ({ situation, outcome }, { introspector, token }) => {
    const name = (outcome.event as { claim?: string }).claim ?? "";
    const wanted = isObject(introspector?.["claims"]) ? introspector["claims"][name] : undefined;
    const there = claimAt(token?.claims ?? {}, name);
    const first = name === "scope" || name === "scp" ? undefined : listOf(there)[0];
    const value = typeof first === "boolean" || (isText(first) && !/\p{Cc}/u.test(first)) ? first : undefined;
    const change =
      introspector === undefined || value === undefined
        ? undefined
        : ({
            resource: nameOf(introspector),
            member: "claims",
            set: { ...(introspector["claims"] as object), [name]: [...listOf(wanted), value] },
            adds: [{ [name]: value }],
          } satisfies Change);
    return {
      status: "refused",
      why: `The claim ${shown(name)} is ${there === undefined ? "absent" : shown(there)}, and claims wants ${shown(wanted)}.`,
      rule: introspector && `${nameOf(introspector)} claims`,
      todo: there === undefined ? "Have the issuer put it into its tokens." : undefined,
      change,
      risk: "Every token with this value is let in. If it names a repository, branch, tenant or group, is it one that you trust as much?",
      onward: introspector && {
        ...situation,
        resources: changed(
          situation.resources,
          change ?? {
            resource: nameOf(introspector),
            member: "claims",
            set: Object.fromEntries(
              Object.entries(introspector["claims"] as object).filter(([own]) => own !== name),
            ) as unknown,
          },
        ),
      },
    };
  },
  condition_failed: ({ situation, outcome }, { introspector, client }) => {
    const { condition } = outcome.event as {
      condition?: { path: string; detail: string; at?: number; message?: string };
    };
    const [, type, index] = /^(TokenIntrospector|Client)\.condition\[([0-9]+)\]$/.exec(condition?.path ?? "") ?? [];
    const owner = type === "Client" ? client : introspector;
    const list = listOf(owner?.["condition"]);
    const rule = list[Number(index)];
    const text = isObject(rule) ? rule["expression"] : rule;
    const details: Record<string, string> = { false: "is false", type: "gives neither true nor false" };
    const how = details[condition?.detail ?? ""] ?? "could not be evaluated (a claim is absent or of another type)";
    const left = list.filter((_, place) => place !== Number(index));
    return {
      status: "refused",
      why: `The condition ${typeof text === "string" ? shown(text) : ""} ${how}${condition?.at === undefined ? "" : `, at character ${condition.at}`}.${condition?.message === undefined ? "" : ` It says: ${shown(condition.message)}.`}`,
      rule: owner && `${nameOf(owner)} condition[${index ?? 0}]`,
      todo: "edge-sts eval prints what each expression gives for the claims of a file.",
      onward: owner && {
        ...situation,
        resources: changed(situation.resources, {
          resource: nameOf(owner),
          member: "condition",
          set: left.length === 0 ? undefined : left,
        }),
      },
    };
  },
  subject_malformed: ({ situation }, { introspector }) => ({
    status: "refused",
    why: `subject gives no text of 1 to 1,024 bytes for these claims: ${shown(introspector?.["subject"])}.`,
    rule: introspector && `${nameOf(introspector)} subject`,
    todo: "edge-sts eval prints what the expression gives for the claims of a file.",
    onward: introspector && altered(situation, introspector, ["subject"]),
  }),
  actor_of_another_issuer: (facts, { token }) => ({
    status: "refused",
    why: "act names an actor of another issuer, or of this service. An issuer can speak for its own actors only.",
    todo: "Have the issuer leave iss out of act, or write its own.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, without(token, { claim: "act" })) },
  }),
  sender_constrained: (facts, { introspector, token }) => ({
    status: "refused",
    why: "The token is bound to a key (cnf) in a way that is not accepted here.",
    rule: introspector && `${nameOf(introspector)} bound`,
    todo: "Ask the issuer for a token that is not bound, or for one that is bound by jkt; bound of the TokenIntrospector must allow it.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, without(token, { claim: "cnf" })) },
  }),
  claims_to_copy_too_large: ({ situation }, { introspector }) => ({
    status: "refused",
    why: "The claims that copy_claims and emit put into issued tokens are larger than 4 KiB, or nested too deep.",
    rule: introspector && `${nameOf(introspector)} copy_claims, emit`,
    todo: "Name fewer of them.",
    onward: introspector && altered(situation, introspector, ["copy_claims", "emit"]),
  }),
};
