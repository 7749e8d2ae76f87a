import { asIfSigned } from "../assumed.js";
import { nameOf } from "../change.js";
import type { Rules } from "../mend.js";
import { KEYS_URL } from "../outgoing.js";
import { keysOf } from "../resources.js";
import { shown } from "../shown.js";

/** The issuer's keys, and the signature. */
export const KEYS: Rules = {
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
};
