import { asIfSigned } from "../assumed.js";
import { nearest } from "../../../nearest.js";
import { type Change, changed, more, nameOf } from "../change.js";
import type { Rules } from "../mend.js";
import { altered, isText, listOf, policyOf } from "../resources.js";
import { shown } from "../shown.js";
import { without } from "../token_text.js";

/** What the client may do. */
export const CLIENT: Rules = {
  client_inactive: ({ situation }, { client }) => {
    const change: Change = { resource: nameOf(client), member: "active", set: true };
    return {
      status: "refused",
      why: "The client is turned off.",
      rule: `${nameOf(client)} active`,
      change,
      risk: "Whoever has the client's secret can exchange again. Find out first why it was turned off.",
      onward: { ...situation, resources: changed(situation.resources, change) },
    };
  },
  grant_type_not_allowed: ({ situation }, { client }) => {
    const change = more(client, "grant_types", ["urn:ietf:params:oauth:grant-type:token-exchange"]);
    return {
      status: "refused",
      why: "The client's grant_types do not contain token exchange.",
      rule: `${nameOf(client)} grant_types`,
      change,
      risk: "The client can act for every user whose tokens it gets hold of, as far as its other members allow.",
      onward: { ...situation, resources: changed(situation.resources, change) },
    };
  },
  "dpop.missing": ({ situation }, { client }) => ({
    status: "unknown",
    why: "The client must prove a key with each request (DPoP). A token alone does not show whether it does.",
    rule: `${nameOf(client)} dpop`,
    todo: "Send the header DPoP with the real request.",
    onward: altered(situation, client, ["dpop"]),
  }),
  key_not_proved: (facts, { token }) => ({
    status: "unknown",
    why: "The token is bound to a key (cnf.jkt), and only the real request can prove that key.",
    todo: "Send the header DPoP, made with that key.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, without(token, { claim: "cnf" })) },
  }),
  user_authentication_insufficient: ({ situation }, { client }) => ({
    status: "refused",
    why: "The user did not authenticate as require of the client says (acr, or auth_time too long ago).",
    rule: `${nameOf(client)} require`,
    todo: "Have the user log in again, with the acr that require names.",
    onward: altered(situation, client, ["require"]),
  }),
  delegation_not_allowed: (facts, { client, token }) => ({
    status: "refused",
    why: "may_act of the token names who may act for the user, and that is not this client.",
    rule: `${nameOf(client)} auth.token_exchange.delegation`,
    todo: "Send the actor's own token, too, as actor_token. Only the subject token is checked here.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, without(token, { claim: "may_act" })) },
  }),
  actors_too_many: () => ({
    status: "refused",
    why: "The token has more than 8 actors, or names more resources than an issued token can.",
    todo: "Exchange an earlier token of the chain.",
  }),

  target_not_allowed: ({ situation }, { client }) => {
    const allowed = listOf(policyOf(client)["audience"]);
    const adds = situation.targets.filter((target) => !allowed.includes(target));
    const near = adds.map((target) => nearest(target, allowed.filter(isText))).find((one) => one !== undefined);
    const change = adds.length === 0 ? undefined : more(client, "auth.token_exchange.audience", adds);
    return {
      status: "refused",
      why:
        `The client may not have tokens for ${situation.targets.map(shown).join(", ")}.` +
        (near === undefined ? "" : ` It may for ${shown(near)}: names are compared letter by letter.`),
      rule: `${nameOf(client)} auth.token_exchange.audience`,
      todo: near === undefined ? undefined : "Ask for the name that is allowed.",
      change,
      risk: "The client can call that service as each of its users.",
      onward: change && { ...situation, resources: changed(situation.resources, change) },
    };
  },
  scope_malformed: () => ({
    status: "refused",
    why: "These are not names with one space between them.",
    todo: 'Pass them as one text: --scope "read write".',
  }),
  scope_not_allowed: ({ situation }, { client }) => {
    const allowed = client["scope"] === undefined ? ["openid"] : listOf(client["scope"]);
    const asked = [...new Set((situation.scope ?? "").split(" "))];
    const adds = asked.filter((name) => !allowed.includes(name));
    const change = adds.length === 0 ? undefined : more(client, "scope", adds, ["openid"]);
    return {
      status: "refused",
      why:
        adds.length === 0
          ? "More scope was asked for than the rules of the client, or the token of this service, give."
          : `The client may not ask for ${adds.map(shown).join(", ")}. Nothing is given then, rather than less in silence.`,
      rule: `${nameOf(client)} ${adds.length === 0 ? "scope_rules" : "scope"}`,
      change,
      risk: "The client can ask for it for every user. Does each service that takes its tokens know what it allows?",
      onward: change && { ...situation, resources: changed(situation.resources, change) },
    };
  },
};
