// AuthenticationConfiguration of kube-apiserver (apiserver.config.k8s.io, v1beta1 and v1).
// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration
import { claim, emitFault, expressionFault, isThere, names, quote, reads, renamed } from "./expression.js";
import {
  client,
  introspector,
  setAudience,
  tellIfOpen,
  type Rule,
  type TokenIntrospector,
  type Wanted,
} from "./resources.js";
import type { Section } from "./section.js";

export function kubernetes(file: Section, wanted: Wanted): object[] {
  const { notes } = file;
  const version = file.text("apiVersion") ?? "";
  if (
    !/^apiserver\.config\.k8s\.io\/v1(beta1|alpha1)?$/.test(version) ||
    file.text("kind") !== "AuthenticationConfiguration"
  ) {
    notes.refused(file.at("kind"), "It must be an AuthenticationConfiguration of apiserver.config.k8s.io.");
  }
  file.ignore("metadata");
  file.leaveOut("Without a token nobody gets anything here.", "anonymous");
  const trusts = file
    .sections("jwt")
    .map((section) => authenticator(section, wanted))
    .filter((trust) => trust !== undefined);
  file.end();
  if (trusts.length === 0) notes.refused(file.at("jwt"), "It names no issuer.");
  const caller = client(
    "kubernetes",
    trusts.map(({ jwt }) => jwt.iss),
    wanted,
  );
  return [...trusts, caller];
}

function authenticator(section: Section, wanted: Wanted): TokenIntrospector | undefined {
  const { notes } = section;
  const issuer = section.section("issuer");
  const iss = issuer?.text("url");
  if (issuer === undefined || iss === undefined) {
    notes.refused(section.at("issuer.url"), "It is missing: whose tokens are meant?");
    return undefined;
  }
  const trust = introspector(iss, wanted);
  if (wanted.jwksUri === undefined) {
    issuer.refuse("The issuer's own metadata is read here. Name where the keys are with --jwks-uri.", "discoveryURL");
  } else issuer.ignore("discoveryURL");
  issuer.leaveOut("Node trusts it by NODE_EXTRA_CA_CERTS.", "certificateAuthority");
  issuer.leaveOut("Requests go out directly here.", "egressSelectorType");
  const policy = issuer.text("audienceMatchPolicy") ?? "";
  if (policy !== "" && policy !== "MatchAny")
    notes.refused(issuer.at("audienceMatchPolicy"), "Only MatchAny is known.");
  setAudience(trust, issuer.texts("audiences"), issuer.at("audiences"), wanted, notes);
  issuer.end();

  const user = mapped(section, trust);
  const rules = section.sections("claimValidationRules").flatMap((rule) => validation(rule));
  tellIfOpen(rules, section.at("claimValidationRules"), notes);
  const users = section.sections("userValidationRules").flatMap((rule) => userValidation(rule, user, trust));
  const conditions = [...user.conditions, ...rules, ...users];
  if (conditions.length > 0) trust.condition = conditions;
  section.end();
  return trust;
}

function validation(rule: Section): Rule[] {
  const name = rule.text("claim");
  const expression = rule.text("expression");
  const message = rule.text("message");
  const value = rule.text("requiredValue") ?? "";
  rule.end();
  // A claim that is a list is refused there, too: it must be the text itself.
  if (name !== undefined && name !== "") return [{ expression: `${claim(name)} == ${quote(value)}` }];
  const fault = expression === undefined ? "It has neither claim nor expression." : expressionFault(expression);
  if (expression !== undefined && fault === undefined)
    return [{ expression, ...(message !== undefined && { message }) }];
  rule.notes.refused(rule.path, fault ?? "");
  return [];
}

/** The user's attributes as expressions. */
interface User {
  username?: string;
  uid?: string;
  /** Undefined where they cannot be said here. */
  groups?: string;
  conditions: Rule[];
}

function mapped(section: Section, trust: TokenIntrospector): User {
  const { notes } = section;
  const mappings = section.section("claimMappings");
  const user: User = { conditions: [] };
  const username = mappings?.section("username");
  const name = username?.text("claim");
  const expression = username === undefined ? undefined : value(username);
  if (expression === undefined)
    notes.refused(mappings?.at("username") ?? section.at("claimMappings"), "It must give a user name.");
  else {
    user.username = expression;
    if (expression !== "claims.sub") trust.subject = expression;
    // As kube-apiserver does for this claim: the address must have been verified, if the issuer says so at all.
    if (name === "email")
      user.conditions.push({ expression: "!has(claims.email_verified) || claims.email_verified == true" });
  }
  const uid = mappings?.section("uid");
  if (uid !== undefined) {
    const found = value(uid);
    if (found !== undefined) user.uid = found;
  }
  const groups = mappings?.section("groups");
  if (groups !== undefined && mappings !== undefined) {
    const prefix = groups.text("prefix") ?? "";
    const list = groups.text("claim");
    if (prefix === "" && list !== undefined) user.groups = `${isThere(list)} ? ${claim(list)} : []`;
    groups.ignore("expression");
    groups.end();
    notes.leftOut(mappings.at("groups"), "Groups are for RBAC. Write scope_rules in their place.");
  }
  extra(mappings, trust);
  mappings?.end();
  return user;
}

// A claim behind a prefix, or an expression.
function value(mapping: Section): string | undefined {
  const name = mapping.text("claim");
  const prefix = mapping.text("prefix") ?? "";
  const expression = mapping.text("expression");
  mapping.end();
  if (name !== undefined && name !== "") return prefix === "" ? claim(name) : `${quote(prefix)} + ${claim(name)}`;
  if (expression === undefined) return undefined;
  const fault = expressionFault(expression);
  if (fault === undefined) return expression;
  mapping.notes.refused(mapping.at("expression"), fault);
  return "claims.sub";
}

function extra(mappings: Section | undefined, trust: TokenIntrospector): void {
  for (const one of mappings?.sections("extra") ?? []) {
    const key = one.text("key") ?? "";
    const expression = one.text("valueExpression") ?? "";
    one.end();
    const fault = emitFault(key, expression);
    if (fault === undefined) trust.emit = { ...trust.emit, [key]: expression };
    else one.notes.leftOut(one.path, fault);
  }
}

function userValidation(rule: Section, user: User, trust: TokenIntrospector): Rule[] {
  const expression = rule.text("expression") ?? "";
  const message = rule.text("message");
  rule.end();
  const variables: Record<string, string> = {};
  for (const name of ["username", "uid", "groups"] as const) {
    const meant = user[name];
    if (!reads(expression, `user.${name}`) || meant === undefined) continue;
    const own = `user_${name}`;
    trust.attributes = { ...trust.attributes, [own]: meant };
    variables[`user.${name}`] = `attribute.${own}`;
  }
  const text = renamed(expression, variables);
  const fault = names(text, "user")
    ? "It reads what has no counterpart here: user.extra, or groups with a prefix or expression."
    : expressionFault(text, Object.keys(trust.attributes ?? {}));
  if (fault === undefined) return [{ expression: text, ...(message !== undefined && { message }) }];
  rule.notes.refused(rule.path, fault);
  return [];
}
