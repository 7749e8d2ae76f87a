// What the toy does for a client that it knows.
import { AUDIENCES, Refusal, RESOURCE_SERVER, SCOPES, TYPE } from "./configuration.mjs";
import { bound, claimsOf, issued, issuedIdJag, json, own } from "./tokens.mjs";

export function exchanged(request, form, client, state) {
  const { broken } = state;
  const invalid = new Refusal("invalid_request");
  const type = form.get("subject_token_type");
  if (type !== TYPE.jwt && !(broken("any-type") && type !== undefined)) throw invalid;
  const requested = form.get("requested_token_type") ?? TYPE.accessToken;
  if (![TYPE.accessToken, TYPE.jwt].includes(requested) && !broken("requested-ignored")) throw invalid;
  const subject = claimsOf(form.get("subject_token"), state);
  if (subject === undefined) throw invalid;
  if (!form.has("actor_token") && form.has("actor_token_type") && !broken("actor-type-alone")) throw invalid;
  if (form.has("actor_token")) actedFor(subject, form, state);
  const granted = {
    client,
    sub: broken("sub-in-lower-case") ? subject.sub.toLowerCase() : subject.sub,
    act: subject.act,
    aud: targets(form, state),
    scope: scopes(form.get("scope"), state),
    jkt: bound(request, state),
    requested,
  };
  return issued(granted, state);
}

/** RFC 8693 section 4.1: the actor goes around the actors of before. */
function actedFor(subject, form, state) {
  const { broken } = state;
  if (broken("actor-ignored")) return;
  const actor =
    form.get("actor_token_type") === TYPE.jwt ? claimsOf(form.get("actor_token"), state, "actor-") : undefined;
  if (actor === undefined) throw new Refusal("invalid_request");
  const { iss, sub } = subject.may_act ?? {};
  const named = sub === actor.sub && iss === actor.iss;
  if (!named && !broken("may_act") && !broken("actor-any-issuer")) throw new Refusal("invalid_request");
  const { act: former } = subject;
  subject.act = { iss: actor.iss, sub: actor.sub, ...(former && !broken("flat-chain") ? { act: former } : {}) };
  if (broken("former-outside") && former) subject.act = former;
  if (broken("act-as-text")) subject.act = actor.sub;
  if (broken("act-has-exp")) subject.act.exp = actor.exp;
  if (broken("actor-is-subject")) subject.sub = actor.sub;
}

function targets(form, { broken }) {
  const resources = form.get("resource") ?? [];
  const absolute = (name) => URL.canParse(name) && !name.includes("#") && !name.includes(" ");
  if (!resources.every(absolute) && !broken("any-target")) throw new Refusal("invalid_target");
  const asked = [...(form.get("audience") ?? []), ...resources];
  const same = (one, other) => (broken("target-case") ? one.toLowerCase() === other.toLowerCase() : one === other);
  const allowed = asked.map(
    (name) => AUDIENCES.find((one) => same(one, name)) ?? (broken("any-target") ? name : undefined),
  );
  if (broken("forbidden-dropped") && allowed.some(Boolean)) return allowed.filter(Boolean);
  if (allowed.includes(undefined)) throw new Refusal(broken("target-code") ? "access_denied" : "invalid_target");
  return allowed.length > 0 ? [...new Set(allowed)] : [AUDIENCES[0]];
}

function scopes(asked, { broken }) {
  if (asked === undefined) return undefined;
  const allowed = (name) => SCOPES.includes(name) || broken("any-scope");
  if (!asked.split(" ").every(allowed)) throw new Refusal("invalid_scope");
  return [...new Set(broken("scope-of-all") ? SCOPES : asked.split(" "))].join(" ");
}

export function refreshed(form, client, state) {
  const { broken } = state;
  const token = form.get("refresh_token");
  if (token === undefined) throw new Refusal("invalid_request");
  const grant = state.refresh.get(token);
  if (grant === undefined || (grant.client !== client && !broken("refresh-of-anybody")))
    throw new Refusal("invalid_grant");
  const asked = form.get("scope");
  const had = (grant.scope ?? "").split(" ");
  const narrower = asked === undefined || asked.split(" ").every((name) => had.includes(name));
  if (!narrower && !broken("refresh-widens")) throw new Refusal("invalid_scope");
  if (!broken("refresh-again")) state.refresh.delete(token);
  const scope = broken("refresh-has-all") ? "read write" : (asked ?? grant.scope);
  return issued({ ...grant, scope }, state);
}

export function introspected(form, state) {
  const token = form.get("token");
  if (token === undefined) throw new Refusal("invalid_request");
  const { broken } = state;
  if (broken("hint-believed") && form.get("token_type_hint") === "refresh_token") return { active: false };
  const claims = own(token, state);
  if (claims === undefined) return { active: false, ...(broken("inactive-tells") ? { sub: "x" } : {}) };
  return { active: true, ...claims, ...(broken("introspection-types") ? { exp: String(claims.exp) } : {}) };
}

export function revoked(form, client, state) {
  const { broken } = state;
  const token = form.get("token");
  if (token === undefined) throw new Refusal("invalid_request");
  const grant = state.refresh.get(token);
  const owner = grant?.client ?? json(token.split(".")[1])?.client_id;
  if (owner === undefined && broken("revocation-errs")) throw new Refusal("invalid_request");
  if (owner !== undefined && owner !== client && !broken("revokes-of-anybody")) throw new Refusal("invalid_grant");
  if (broken("revocation-forgets")) return {};
  state.refresh.delete(token);
  state.revoked.add(token);
  if (grant !== undefined && !broken("revokes-refresh-alone")) state.revoked.add(grant.token);
  return {};
}

/** ID-JAG, the server that issues it. */
export function idJag(form, client, state) {
  const subject = form.get("subject_token_type") === TYPE.jwt ? claimsOf(form.get("subject_token"), state) : undefined;
  const [audience] = form.get("audience") ?? [];
  if (subject === undefined || audience === undefined) throw new Refusal("invalid_request");
  if (audience !== RESOURCE_SERVER && !state.broken("id-jag-for-anybody")) throw new Refusal("invalid_target");
  return issuedIdJag({ client, sub: subject.sub, aud: audience }, state);
}

/** ID-JAG, the server that takes it. */
export function redeemed(form, client, state) {
  const token = form.get("assertion");
  if (token === undefined) throw new Refusal("invalid_request");
  const claims = claimsOf(token, state, "assertion-", ["oauth-id-jag+jwt"]);
  const { broken } = state;
  const typed = json(token.split(".")[0])?.typ !== undefined || broken("assertion-any-typ");
  const meant = claims?.aud !== undefined || broken("assertion-aud-ignored");
  const ours = claims?.client_id === client || broken("assertion-of-anybody");
  if (claims === undefined || !typed || !meant || !ours) throw new Refusal("invalid_grant");
  const { refresh_token, ...answer } = issued({ client, sub: claims.sub, aud: [AUDIENCES[0]] }, state);
  return broken("assertion-refreshes") ? { ...answer, refresh_token } : answer;
}
