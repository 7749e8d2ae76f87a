// The smallest change that would allow what was refused, and what it opens. Whether it does allow it the service says: the page
// applies the change and asks again.
import { ISSUER } from "./service.js";
import { randomId } from "./tokens.js";
import { valueAt } from "./own_rules.js";

/** @import { FieldName } from "./fields.js" */
/** @import { Example } from "./presets.js" */

/**
 * @typedef {object} Fix
 * @property {FieldName} field  where it is made
 * @property {string} member  of the rule, the token or the request: a name, or names with dots between them
 * @property {string} change  in words
 * @property {string} risk
 * @property {(example: Example) => void} apply
 */

const NO_RISK = "Nothing is opened: the rules stay as they are.";

/**
 * The change for a reason. Undefined where none would do, or where the reader must decide what was meant.
 * @param {string} reason
 * @param {Example} example  that was refused
 * @param {Example} began  what the situation began with
 * @param {number} now  seconds since 1970
 * @returns {Fix | undefined}
 */
export function fixFor(reason, example, began, now) {
  const one = FIXES[reason.replace(/^(subject|actor)_token\./, "token.")];
  return one?.(example, { began, now, token: reason.startsWith("actor_token.") ? "actor" : "subject" });
}

/** @typedef {{ began: Example, now: number, token: "subject" | "actor" }} About */

/** @type {Record<string, (example: Example, about: About) => Fix | undefined>} */
const FIXES = {
  client_secret_wrong: () => ({
    field: "secret",
    member: "client_secret",
    change: "Send the secret that the Client has.",
    risk: NO_RISK,
    apply: (example) => delete example.secret,
  }),
  "token.expired": (_example, { now, token }) => ({
    field: token,
    member: "exp",
    change: "Let the issuer issue it again, good for 5 minutes.",
    risk: "Nothing is opened. No rule lets an expired token in.",
    apply: (example) => Object.assign(example[token] ?? {}, { iat: now, exp: now + 300 }),
  }),
  "token.not_yet_valid": (_example, { now, token }) => ({
    field: token,
    member: "nbf",
    change: "Let the issuer set its clock, and issue it again.",
    risk: NO_RISK,
    apply: (example) => {
      const claims = example[token] ?? {};
      delete claims.nbf;
      Object.assign(claims, { iat: now, exp: now + 300 });
    },
  }),
  "token.signature_invalid": () => ({
    field: "signer",
    member: "signature",
    change: "Let the issuer sign it.",
    risk: NO_RISK,
    apply: (example) => delete example.forged,
  }),
  "token.not_active": (_example, { began }) => asItWasIssued(began),
  "token.issuer_unknown": ({ subject, introspector }, { began }) => {
    // What this service issued itself no other issuer can vouch for.
    if (began.subject.iss === ISSUER) return asItWasIssued(began);
    const iss = String(subject.iss);
    return {
      field: "introspector",
      member: "jwt.iss",
      change: `Trust ${iss}: add a TokenIntrospector for it, and name it in allowedIssuers of the Client.`,
      risk: "Whoever has that issuer’s key can then write a token about anybody who is known here. Trust only an issuer that you know.",
      apply: (example) => {
        const [first] = listOf(introspector);
        const { keys: _keys, ...jwt } = first.jwt;
        const keys =
          first.jwt.keys === undefined ? { secret: `${randomId()}-${randomId()}` } : { keys: first.jwt.keys };
        const added = { ...first, id: "added", jwt: { ...jwt, iss, ...keys } };
        example.introspector = [...listOf(example.introspector), added];
        allowIssuer(example, iss);
      },
    };
  },
  "token.issuer_not_allowed": (given, { token }) => {
    const iss = String(given[token]?.iss);
    return {
      field: "client",
      member: "allowedIssuers",
      change: `Add ${iss} to allowedIssuers of the Client.`,
      risk: "This app can then exchange every token of that issuer that it gets hold of.",
      apply: (example) => allowIssuer(example, iss),
    };
  },
  "token.audience_mismatch": (_example, { token }) => ({
    field: token,
    member: "aud",
    change: `Ask the issuer for a token whose aud is ${ISSUER}.`,
    risk: "Nothing is opened. To accept the aud that it has would let in tokens that were meant for others.",
    apply: (example) => Object.assign(example[token] ?? {}, { aud: ISSUER }),
  }),
  "token.claims_condition_failed": ({ subject, introspector }) => {
    const list = listOf(introspector);
    const index = list.findIndex((one) => one?.jwt?.iss === subject.iss);
    const claims = Object.entries(list[index]?.claims ?? {});
    const failed = claims.flatMap(([path, wanted]) => {
      const value = valueAt(subject, path);
      return typeof value === "string" && ![wanted].flat().includes(value) ? [{ path, wanted, value }] : [];
    });
    if (failed.length === 0) return undefined;
    return {
      field: "introspector",
      member: `claims.${failed[0]?.path}`,
      change: `Allow ${failed.map(({ path, value }) => `${path} ${value}`).join(" and ")} in claims of the TokenIntrospector, too.`,
      risk: "Everybody gets in who can make the issuer write that value. For a branch: whoever may push to it, and change what its job does.",
      apply: (example) => {
        const rule = listOf(example.introspector)[index];
        for (const { path, wanted, value } of failed) rule.claims[path] = [...[wanted].flat(), value];
      },
    };
  },
  "token.user_unknown": ({ subject }) => ({
    field: "user",
    member: "identifier",
    change: `Add a User for ${subject.sub}.`,
    risk: `Whoever the issuer calls ${subject.sub} gets in, today and after the name was given to somebody else.`,
    apply: (example) => {
      const { iss, sub } = example.subject;
      const id = /^[\w.-]{1,64}$/.test(String(sub)) ? String(sub) : "added";
      const added = { resourceType: "User", id, identifier: [{ system: iss, value: sub }] };
      example.user = [...listOf(example.user), added];
    },
  }),
  "token.user_inactive": () => ({
    field: "user",
    member: "inactive",
    change: "Let the User in again: take inactive out.",
    risk: "Somebody turned the user off for a reason. Find it out first.",
    apply: (example) => listOf(example.user).forEach((user) => delete user.inactive),
  }),
  "token.key_not_proved": ({ prover }) =>
    prover === undefined
      ? {
          field: "subject",
          member: "cnf",
          change: "Bring a token that is bound to no key (cnf).",
          risk: "Whoever steals such a token can use it.",
          apply: (example) => delete example.subject.cnf,
        }
      : {
          field: "prover",
          member: "DPoP",
          change: "Let the app that has the key make the proof.",
          risk: NO_RISK,
          apply: (example) => (example.prover = "app"),
        },
  delegation_not_allowed: ({ actor, client }) => {
    if (actor === undefined) return undefined;
    const { iss, sub } = actor;
    const policy = client?.auth?.token_exchange;
    return {
      field: "subject",
      member: "may_act",
      change: `Let the issuer name ${sub} in may_act of the token${policy?.delegation === "deny" ? ", and set delegation of the Client to may_act" : ""}.`,
      risk: `${sub} can then act for the subject at every service that exchanges the token, until it expires.`,
      apply: (example) => {
        example.subject.may_act = { iss, sub };
        const own = example.client?.auth?.token_exchange;
        if (own?.delegation === "deny") own.delegation = "may_act";
      },
    };
  },
  target_not_allowed: ({ audience }) => ({
    field: "client",
    member: "auth.token_exchange.audience",
    change: `Add ${audience} to auth.token_exchange.audience of the Client.`,
    risk: `The app can then get a token for ${audience} for every user whose token reaches it. Safer: ask for an API that it may have.`,
    apply: (example) => {
      const policy = example.client.auth.token_exchange;
      policy.audience = [...new Set([...(policy.audience ?? []), ...example.audience.split(" ")])];
    },
  }),
  scope_not_allowed: ({ scope, subject, client }) => {
    const asked = scope.split(" ").filter(Boolean);
    const allowed = listOf(client?.scope ?? ["openid"]);
    const missing = asked.filter((name) => !allowed.includes(name));
    // A token of this service bounds what can be asked for; no rule widens it.
    if (subject.iss === ISSUER) {
      const had = String(subject.scope ?? "").split(" ");
      const less = asked.filter((name) => had.includes(name) && allowed.includes(name));
      return {
        field: "scope",
        member: "scope",
        change: `Ask for ${less.join(" ") || "no scope"}.`,
        risk: "Nothing is opened: less is asked for. What the token that came in may not do, no rule can add.",
        apply: (example) => (example.scope = less.join(" ")),
      };
    }
    return {
      field: "client",
      member: "scope",
      change: `Add ${missing.join(" and ")} to scope of the Client.`,
      risk: `The app can then get ${missing.join(" and ")} for every user, whether or not the token that came in has it. Safer: ask for less.`,
      apply: (example) => (example.client.scope = [...allowed, ...missing]),
    };
  },
};

/**
 * @param {Example} began
 * @returns {Fix}
 */
function asItWasIssued({ subject }) {
  return {
    field: "subject",
    member: "iss",
    change: "Bring the token as this service issued it.",
    risk: "Nothing is opened. What this service did not sign, or has ended, never comes back.",
    apply: (example) => {
      delete example.forged;
      example.subject = structuredClone(subject);
    },
  };
}

/**
 * @param {Example} example
 * @param {string} iss
 */
function allowIssuer({ client }, iss) {
  client.allowedIssuers = [...new Set([...(client.allowedIssuers ?? []), iss])];
}

/** @param {any} value @returns {any[]} */
function listOf(value) {
  return Array.isArray(value) ? value : [value];
}
