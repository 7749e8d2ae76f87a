import { type Change, changed, more, nameOf } from "../change.js";
import { asIfSigned, withKeysFrom } from "../assumed.js";
import type { Facts, Rules } from "../mend.js";
import { freeId, introspectors, issuerOf, listOf } from "../resources.js";
import { shown } from "../shown.js";
import { type Decoded } from "../token_text.js";
import { type Resource, type Situation } from "../trial.js";

/** Who issued it, and whether the client may use that issuer. */
export const ISSUER: Rules = {
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
    why: "The client is public: it proves nothing itself, so the issuer's tokens must say whose they are and for whom.",
    rule: introspector === undefined ? `${nameOf(client)} public` : `${nameOf(introspector)} audience, claims`,
    todo: "Give the TokenIntrospector audience, and claims or condition; or give the client a secret.",
  }),
  not_for_this_client: (_facts, { client }) => ({
    status: "refused",
    why: "This service issued the token to another client and for another audience.",
    rule: `${nameOf(client)} resource`,
    todo: "Ask for a token whose aud is this client's id or one of its resource values.",
  }),
};

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

// What people write by mistake: a slash at the end, capitals, http.
function isNearly(one: string, other: string): boolean {
  const plain = (iss: string) =>
    iss
      .toLowerCase()
      .replace(/^https?:/, "")
      .replace(/\/+$/, "");
  return one !== other && one !== "" && plain(one) === plain(other);
}
