// What each refusal means, and what would allow the token. Nothing is decided here: a change that is proposed is tried by
// the service itself, and one that does not help is not shown.
import { nearest } from "../../nearest.js";
import { type Change, changed, isObject, more, nameOf } from "./change.js";
import { KEYS_URL } from "./outgoing.js";
import { seconds, shown } from "./shown.js";
import { type Decoded, decoded, signedAgain, type TrialKey, without } from "./token_text.js";
import { clientOf, type Outcome, type Resource, type Situation, TOKEN_TYPES } from "./trial.js";

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

type Rule = (facts: Facts, read: Read) => Mend;

/** What is at hand of the situation. */
interface Read {
  readonly token: Decoded | undefined;
  readonly client: Resource;
  /** That of the token's issuer. */
  readonly introspector: Resource | undefined;
  readonly iss: string;
}

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

export function introspectorOf({ resources }: Situation, iss: string): Resource | undefined {
  return introspectors(resources).find((resource) => issuerOf(resource) === iss);
}

function introspectors(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ resourceType }) => resourceType === "TokenIntrospector");
}

function issuerOf(resource: Resource): string {
  const { jwt } = resource;
  return isObject(jwt) && typeof jwt["iss"] === "string" ? jwt["iss"] : "";
}

/** How many of what a form fault means is in the answer's own sentence. */
const FORM = "Nothing can be changed here: the token itself is wrong. Have its issuer make another one.";

const ofForm: Rule = ({ outcome }) => {
  const { claim } = outcome.event as { claim?: string };
  return {
    status: "refused",
    why: `${outcome.refused?.error_description ?? ""}${claim === undefined ? "" : ` It is ${shown(claim)}.`}`,
    todo: FORM,
  };
};

/** Exported for the test that each reason has one. */
export const MENDS: Readonly<Record<string, Rule>> = {
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

  too_large: ofForm,
  json_member_repeated: ofForm,
  json_too_deep: ofForm,
  json_members_too_many: ofForm,
  json_number_malformed: ofForm,
  json_surrogate_alone: ofForm,
  header_unsupported: ofForm,
  claim_missing: ofForm,
  claim_malformed: ofForm,
  delegation_claims_malformed: ofForm,
  malformed: ({ situation, outcome }) => {
    const bare = /^\s*bearer\s+(\S+)\s*$/i.exec(situation.token)?.[1];
    if (bare === undefined) {
      return {
        status: "refused",
        why: "It is not a signed JWT in compact form: three parts of base64url with a dot between them.",
        todo: "Pass the token alone, whole, without quotes. An opaque token has --type access_token.",
      };
    }
    return {
      status: "refused",
      why: outcome.refused?.error_description ?? "",
      todo: "Send the token without the word Bearer before it.",
      onward: { ...situation, token: bare },
    };
  },

  typ_of_another_use: (facts, { token }) => {
    const typ = token?.header["typ"];
    const fits =
      typeof typ === "string" && /^(application\/)?at\+jwt$/i.test(typ) && facts.situation.type === "id_token";
    return {
      status: "refused",
      why: `The header's typ is ${shown(typ)}: the issuer made it for another use than ${facts.situation.type}.`,
      todo: fits
        ? "Send it with the type urn:ietf:params:oauth:token-type:jwt."
        : "Ask the issuer for an access token or a plain JWT. What is made for another use must not work here.",
      onward: fits
        ? { ...facts.situation, type: "jwt" }
        : token && { ...facts.situation, ...asIfSigned(facts, without(token, { member: "typ" })) },
    };
  },
  jwt_of_another_issuer: ({ situation }) => ({
    status: "refused",
    why: "It is a JWT of another issuer, and was sent as an access token of this service.",
    todo: "Send it with the type urn:ietf:params:oauth:token-type:jwt.",
    onward: { ...situation, type: "jwt" },
  }),
  not_active: ({ situation }, { iss }) => ({
    status: situation.signingKeys === undefined ? "unknown" : "refused",
    why:
      situation.signingKeys === undefined
        ? "Only the service can say whether this token is alive: with its signing keys and its grants."
        : "These signing keys did not make this token, or it has ended. A grant that was revoked is not looked up here.",
    todo:
      situation.signingKeys === undefined && iss === situation.issuer
        ? "Give the service's keys with --signing-keys FILE, or ask the service: POST /auth/introspect."
        : "Ask the service: POST /auth/introspect. A JWT of another issuer has --type jwt.",
  }),

  issuer_unknown: (facts, { iss, token, client }) => {
    const { situation } = facts;
    if (iss === situation.issuer && situation.type !== "access_token") {
      return {
        status: "refused",
        why: "This service itself issued the token, and its own tokens are access tokens.",
        todo: "Send it with the type urn:ietf:params:oauth:token-type:access_token.",
        onward: { ...situation, type: "access_token" },
      };
    }
    const near = introspectors(situation.resources).find((one) => isNearly(issuerOf(one), iss));
    if (near !== undefined) {
      const change: Change = { resource: nameOf(near), member: "jwt.iss", set: iss };
      return {
        status: "refused",
        why: `${nameOf(near)} has ${shown(issuerOf(near))}. Issuers are compared letter by letter, a slash at the end included.`,
        rule: `${nameOf(near)} jwt.iss`,
        change,
        risk: "Tokens with the other spelling are refused from then on. Take the spelling from the issuer's metadata.",
        onward: { ...situation, resources: changed(situation.resources, change) },
      };
    }
    const made = introspectorFor(iss, token, situation);
    const change: Change = { create: made };
    const named = Array.isArray(client["allowedIssuers"]) && client["allowedIssuers"].includes(iss);
    return {
      status: "refused",
      why: `No TokenIntrospector has ${shown(iss)}${named ? ", although the client may use it" : ""}.`,
      rule: "TokenIntrospector jwt.iss",
      todo: "Make sure first that it is an issuer of yours: anybody can write a token.",
      change,
      risk: "Everybody for whom this issuer signs can be let in. If it signs for strangers, add claims that only your tokens have.",
      onward: withIssuer(facts, token, made),
    };
  },
  issuer_ambiguous: (_facts, { client }) => ({
    status: "refused",
    why: "Several issuers of opaque tokens are allowed to the client, and the token does not say whose it is.",
    rule: `${nameOf(client)} allowedIssuers`,
    todo: "Leave one issuer of opaque tokens in allowedIssuers, or use a Client for each.",
  }),

  issuer_not_allowed: ({ situation }, { client, iss }) => {
    const listed = Array.isArray(client["allowedIssuers"]) ? client["allowedIssuers"] : [];
    const near = listed.find((one) => typeof one === "string" && isNearly(one, iss));
    const change = more(client, "allowedIssuers", [iss]);
    return {
      status: "refused",
      why:
        near === undefined
          ? `allowedIssuers of the client ${listed.length === 0 ? "is empty, which allows none" : `does not contain ${shown(iss)}`}.`
          : `allowedIssuers of the client has ${shown(near)}, and the token ${shown(iss)}: they are compared letter by letter.`,
      rule: `${nameOf(client)} allowedIssuers`,
      change,
      risk: "The client gets tokens of this service for everybody whom that issuer's TokenIntrospector lets in.",
      onward: { ...situation, resources: changed(situation.resources, change) },
    };
  },
  federation_needs_conditions: (_facts, { client, introspector }) => ({
    status: "refused",
    why: "The client is public: it proves nothing, so that the issuer's tokens must say for whom and whose they are.",
    rule: introspector === undefined ? `${nameOf(client)} public` : `${nameOf(introspector)} audience, claims`,
    todo: "Give the TokenIntrospector audience, and claims or condition; or give the client a secret.",
  }),
  not_for_this_client: (_facts, { client }) => ({
    status: "refused",
    why: "This service issued the token to another client and for another audience.",
    rule: `${nameOf(client)} resource`,
    todo: "Ask for a token whose aud is this client's id or one of its resource values.",
  }),

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
      risk: "A token of this issuer that was stolen serves the thief as long.",
      onward: change && { ...situation, resources: changed(situation.resources, change) },
    };
  },

  issuer_unavailable: (facts, { introspector, token }) => {
    const onward = token && { ...facts.situation, ...asIfSigned(facts, token) };
    const opaque = introspector?.["introspection_endpoint"] !== undefined || token === undefined;
    const what = opaque ? "Only the issuer's introspection endpoint knows this token" : "The issuer's keys are fetched";
    if (!facts.sources.fetch) {
      const from = introspector?.["jwks_uri"];
      return {
        status: "unknown",
        why: `${what}${typeof from === "string" && from !== KEYS_URL ? `, from ${shown(from)}` : ""}, and nothing was sent.`,
        todo: opaque ? "Add --fetch." : "Add --fetch, or give the issuer's JWK Set with --keys FILE.",
        onward,
      };
    }
    const said = facts.outcome.fetched.map(({ reason }) => reason).find((reason) => reason !== undefined);
    return {
      status: "refused",
      why: `${what}, and they did not come: ${said ?? "no answer"}.`,
      rule: introspector && `${nameOf(introspector)} ${opaque ? "introspection_endpoint" : "jwks_uri"}`,
      todo: "Try the URL from this machine. An issuer in your own network needs STS_PRIVATE_HOSTS.",
      onward,
    };
  },
  key_unknown: (facts, { introspector, token }) => {
    const kid = token?.header["kid"];
    return {
      status: "refused",
      why: `No key of the issuer ${kid === undefined ? "fits this token" : `has the kid ${shown(kid)} of its header`}.`,
      rule: introspector && `${nameOf(introspector)} ${keysOf(introspector)}`,
      todo: "If the issuer changed its keys, enter the new one beside the old one. Take it from the issuer, never from the token.",
      onward: token && { ...facts.situation, ...asIfSigned(facts, token) },
    };
  },
  alg_not_allowed: (facts, { introspector, token }) => {
    const alg = token?.header["alg"];
    const none = typeof alg === "string" && alg.toLowerCase() === "none";
    return {
      status: "refused",
      why: none
        ? "The token is not signed (alg none). Everybody can write such a token."
        : `The header's alg is ${shown(alg)}, and no key of the issuer may serve that.`,
      rule: introspector && `${nameOf(introspector)} ${keysOf(introspector)}`,
      todo: none
        ? "Have the issuer sign it."
        : "If the issuer really signs so, give its key this alg (or name it in algorithms, for keys without alg).",
      onward: token && { ...facts.situation, ...asIfSigned(facts, token) },
    };
  },
  signature_invalid: (facts, { introspector, token }) => ({
    status: "refused",
    why: "The issuer's key did not make this signature: the token was changed or forged, or the key here is another one.",
    rule: introspector && `${nameOf(introspector)} ${keysOf(introspector)}`,
    todo: "Compare the key with the issuer's. Never let the token in otherwise.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, token) },
  }),

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
    todo: "Ask the issuer for a token that is not bound; one that is bound by jkt needs bound of the TokenIntrospector.",
    onward: token && { ...facts.situation, ...asIfSigned(facts, without(token, { claim: "cnf" })) },
  }),
  claims_to_copy_too_large: ({ situation }, { introspector }) => ({
    status: "refused",
    why: "The claims that copy_claims and emit put into issued tokens are larger than 4 KiB, or nested too deep.",
    rule: introspector && `${nameOf(introspector)} copy_claims, emit`,
    todo: "Name fewer of them.",
    onward: introspector && altered(situation, introspector, ["copy_claims", "emit"]),
  }),

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
      todo: "A program is no User: for an issuer whose tokens speak of programs set user of the TokenIntrospector to none.",
      change,
      risk: "Whomever the issuer calls by this sub is that User from then on.",
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
      risk: "Tokens about this User work again. Find out first why he was turned off.",
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
    todo: "Send the actor's own token, too, as actor_token. Only the subject token is looked at here.",
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

// The issuer of a token whose signature cannot be looked at, or does not hold: the same rules with a key of this trial.
function asIfSigned(facts: Facts, token: Decoded): Pick<Situation, "token" | "resources" | "assumed"> {
  const { situation, key } = facts;
  return {
    assumed: true,
    token: signedAgain(token, key),
    resources: situation.resources.map((resource) =>
      resource.resourceType === "TokenIntrospector" && issuerOf(resource) === token.claims["iss"]
        ? withKey(resource, key)
        : resource,
    ),
  };
}

function withKey(resource: Resource, { listed }: TrialKey): Resource {
  const { jwks_uri: _uri, discovery: _discovery, algorithms: _algorithms, jwt, ...rest } = resource;
  const iss = isObject(jwt) ? jwt["iss"] : undefined;
  return { ...rest, resourceType: resource.resourceType, id: resource.id, jwt: { iss, keys: [listed] } };
}

/** As if `--keys` were what the issuer publishes. */
export function withKeysFrom(resource: Resource): Resource {
  const { jwks_uri: _uri, discovery: _discovery, jwt, ...rest } = resource;
  const iss = isObject(jwt) ? jwt["iss"] : undefined;
  return { ...rest, resourceType: resource.resourceType, id: resource.id, jwt: { iss }, jwks_uri: KEYS_URL };
}

// A shared secret is fetched from nowhere: what comes after can only be looked at as if the signature held.
function withIssuer(facts: Facts, token: Decoded | undefined, made: Resource): Situation {
  const added = facts.sources.keys ? withKeysFrom(made) : made;
  const situation = { ...facts.situation, resources: [...facts.situation.resources, added] };
  if (token === undefined || !isShared(token)) return situation;
  return { ...situation, ...asIfSigned({ ...facts, situation }, token) };
}

function isShared({ header }: Decoded): boolean {
  return typeof header["alg"] === "string" && /^HS[0-9]+$/.test(header["alg"]);
}

function introspectorFor(iss: string, token: Decoded | undefined, { resources, issuer }: Situation): Resource {
  const name = /^https?:\/\/([^/?#]+)/.exec(iss)?.[1] ?? iss;
  const aud = listOf(token?.claims["aud"]).filter((one) => one !== issuer);
  return {
    resourceType: "TokenIntrospector",
    id: freeId(resources, "TokenIntrospector", name),
    type: "jwt",
    ...(token !== undefined && isShared(token)
      ? { jwt: { iss, secret: "the secret that you share with the issuer, at least 32 bytes" } }
      : { jwt: { iss }, discovery: true }),
    ...(aud.length === 0 ? {} : { audience: aud.slice(0, 1) }),
  };
}

/** An id that nothing of this type has. */
function freeId(resources: readonly Resource[], type: string, name: string): string {
  const id =
    name
      .replace(/[^A-Za-z0-9-._]+/g, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 48) || "new";
  const taken = new Set(resources.filter(({ resourceType }) => resourceType === type).map((one) => one.id));
  for (let number = 2, free = id; ; number += 1) {
    if (!taken.has(free)) return free;
    free = `${id}-${number}`;
  }
}

function altered(situation: Situation, resource: Resource, members: readonly string[]): Situation {
  const remove = (resources: readonly Resource[], member: string) =>
    changed(resources, { resource: nameOf(resource), member, set: undefined });
  return { ...situation, resources: members.reduce<readonly Resource[]>(remove, situation.resources) };
}

// What people write by mistake: a slash at the end, capitals, http.
function isNearly(one: string, other: string): boolean {
  const plain = (iss: string) =>
    iss
      .toLowerCase()
      .replace(/^https?:/, "")
      .replace(/\/+$/, "");
  return one !== other && one !== "" && plain(one) === plain(other);
}

function keysOf(introspector: Resource): string {
  const { jwt } = introspector;
  if (introspector["jwks_uri"] !== undefined) return "jwks_uri";
  if (introspector["discovery"] === true) return "discovery";
  return isObject(jwt) && jwt["secret"] !== undefined ? "jwt.secret" : "jwt.keys";
}

function isUser(user: Resource, iss: string, sub: unknown, token: Decoded | undefined): boolean {
  const named = listOf(user["identifier"]).some(
    (one) => isObject(one) && one["system"] === iss && one["value"] === sub,
  );
  return named || user.id === sub || user.id === token?.claims["box_user"];
}

/** A claim by its path, as `claims` of a TokenIntrospector names it: names may hold dots themselves. */
function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const inner = claims[path.slice(0, dot)];
    const found = isObject(inner) ? claimAt(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function policyOf(client: Resource): Record<string, unknown> {
  const auth = isObject(client["auth"]) ? client["auth"] : {};
  return isObject(auth["token_exchange"]) ? auth["token_exchange"] : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function numberOf(token: Decoded | undefined, claim: string): number | undefined {
  const value = token?.claims[claim];
  return typeof value === "number" ? value : undefined;
}

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

/** Which type a token is taken for where nobody says. */
export function usualType(token: string, issuer: string): Situation["type"] {
  const read = decoded(token.replace(/^\s*bearer\s+/i, ""));
  const [jwt, , accessToken] = TOKEN_TYPES;
  return read === undefined
    ? /^\s*sts_|^[^.\s]+$/.test(token)
      ? accessToken
      : jwt
    : read.claims["iss"] === issuer
      ? accessToken
      : jwt;
}
