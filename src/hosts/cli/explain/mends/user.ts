import { type Change, changed, isObject, nameOf } from "../change.js";
import type { Rules } from "../mend.js";
import { freeId, listOf } from "../resources.js";
import { shown } from "../shown.js";
import { type Decoded } from "../token_text.js";
import { type Resource } from "../trial.js";

/** About whom it is. */
export const USER: Rules = {
  user_unknown: ({ situation, outcome }, { iss, introspector }) => {
    const { subject } = outcome.event;
    const sub = subject?.sub ?? "";
    const change: Change = {
      create: {
        resourceType: "User",
        id: freeId(situation.resources, "User", sub),
        identifier: [{ system: subject?.iss ?? iss, value: sub }],
      },
    };
    return {
      status: "refused",
      why: `No User is ${shown(sub)} of this issuer.`,
      rule: introspector && `${nameOf(introspector)} user`,
      todo: "A program is not a User: if the issuer's tokens are about programs, set user of the TokenIntrospector to none.",
      change,
      risk: "From then on, whoever has this sub at the issuer is that User.",
      onward: { ...situation, resources: changed(situation.resources, change) },
    };
  },
  user_inactive: ({ situation, outcome }, { token, iss }) => {
    const sub = outcome.event.subject?.sub ?? token?.claims["sub"];
    const user = situation.resources.find(
      (one) => one.resourceType === "User" && one["inactive"] === true && isUser(one, iss, sub, token),
    );
    const change: Change | undefined = user && { resource: nameOf(user), member: "inactive", set: false };
    return {
      status: "refused",
      why: "Its User is turned off.",
      rule: user && `${nameOf(user)} inactive`,
      change,
      risk: "Tokens about this User work again. Find out first why that User was turned off.",
      onward: change && { ...situation, resources: changed(situation.resources, change) },
    };
  },
  sub_is_a_user: ({ situation }, { introspector, token }) => ({
    status: "refused",
    why: `This issuer's tokens speak of programs (user: none), and ${shown(token?.claims["sub"])} is the id of a User.`,
    rule: introspector && `${nameOf(introspector)} user`,
    todo: "Give the program another sub, or the TokenIntrospector a subject that no User has, such as 'ci/' + claims.sub.",
    onward: {
      ...situation,
      resources: situation.resources.filter((one) => one.resourceType !== "User" || one.id !== token?.claims["sub"]),
    },
  }),
};

function isUser(user: Resource, iss: string, sub: unknown, token: Decoded | undefined): boolean {
  const named = listOf(user["identifier"]).some(
    (one) => isObject(one) && one["system"] === iss && one["value"] === sub,
  );
  return named || user.id === sub || user.id === token?.claims["box_user"];
}
