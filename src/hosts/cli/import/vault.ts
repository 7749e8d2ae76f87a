// A role of Vault's JWT auth method (`vault read -format=json auth/jwt/role/NAME`) and the method's own configuration
// (`vault read -format=json auth/jwt/config`). https://developer.hashicorp.com/vault/api-docs/auth/jwt
import { Failure } from "../failure.js";
import { any, claim, emitFault, isOrHolds, pattern, quote } from "./expression.js";
import type { Notes } from "./notes.js";
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

export function vault(file: Section, config: Section | undefined, wanted: Wanted): object[] {
  const role = dataOf(file);
  const { notes } = role;
  const trust = issuer(config === undefined ? undefined : dataOf(config), wanted, notes);
  if (role.text("role_type") !== "jwt") {
    notes.refused(
      role.at("role_type"),
      "It must be jwt: the other type, which Vault takes where none is named, logs people in.",
    );
  }
  setAudience(trust, separated(role.texts("bound_audiences")), role.at("bound_audiences"), wanted, notes);

  const conditions = boundClaims(role);
  const subject = role.text("bound_subject") ?? "";
  if (subject !== "") conditions.unshift({ expression: `claims.sub == ${quote(subject)}` });
  tellIfOpen(conditions, role.at("bound_claims"), notes);
  userClaim(role, trust);
  metadata(role, trust);
  role.leaveOut(
    "Policies have no counterpart. Write what they allow as scope and audience of the Client.",
    "token_policies",
    "policies",
  );
  role.leaveOut("Groups have no counterpart. Write scope_rules in their place.", "groups_claim");
  role.leaveOut("It is for logins in a browser.", "allowed_redirect_uris", "oidc_scopes");
  role.ignore("verbose_oidc_logging", "token_type", "token_no_default_policy", "alias_metadata", "name");
  role.leaveOut("Tokens here are not renewed.", "token_period", "period");
  role.refuse("Addresses of callers are not checked here.", "token_bound_cidrs", "bound_cidrs");
  role.refuse("Uses of a token are not counted here.", "token_num_uses", "num_uses");
  role.refuse("The time since a login is not checked here.", "max_age");
  leeway(role);

  const caller = client(wanted.id ?? "vault-role", [trust.jwt.iss], wanted);
  if (conditions.length > 0) trust.condition = conditions;
  const seconds = lifetime(role);
  if (seconds !== undefined) caller.auth.token_exchange.access_token_expiration = seconds;
  role.end();
  return [trust, caller];
}

// What `vault read -format=json` prints has them in `data`.
function dataOf(file: Section): Section {
  const data = file.names.includes("data") ? file.section("data") : undefined;
  if (data === undefined) return file;
  file.ignore("request_id", "lease_id", "lease_duration", "renewable", "warnings", "mount_type", "wrap_info", "auth");
  file.end();
  return data;
}

function issuer(config: Section | undefined, wanted: Wanted, notes: Notes): TokenIntrospector {
  const discovery = config?.text("oidc_discovery_url") || undefined;
  const bound = config?.text("bound_issuer") || undefined;
  const iss = wanted.issuer ?? bound ?? discovery;
  if (iss === undefined) {
    throw new Failure(
      "Whose tokens are meant? Name the method's configuration with --config, or the issuer with --issuer.",
    );
  }
  const trust = introspector(iss, wanted);
  if (config === undefined) return trust;
  if (discovery !== undefined && discovery !== iss) {
    notes.refused(config.at("oidc_discovery_url"), "It is not the issuer, whose own metadata is read here.");
  }
  const keys = config.text("jwks_url");
  if (keys !== undefined && keys !== "" && wanted.jwksUri === undefined) {
    trust.jwks_uri = keys;
    delete trust.discovery;
  }
  const algorithms = separated(config.texts("jwt_supported_algs"));
  const pems = config.texts("jwt_validation_pubkeys");
  if (pems.length > 0) {
    const [alg, ...others] = algorithms;
    const kty = { R: "RSA", P: "RSA", E: alg === "EdDSA" ? "OKP" : "EC" }[alg?.[0] ?? ""];
    if (alg === undefined || kty === undefined || others.length > 0) {
      notes.refused(config.at("jwt_validation_pubkeys"), "Which algorithm? jwt_supported_algs must name one.");
    } else {
      trust.jwt.keys = pems.map((pub) => ({ format: "PEM", pub, kty, alg }));
      delete trust.discovery;
    }
  } else if (algorithms.length > 0) trust.algorithms = algorithms;
  const why = "Node trusts it by NODE_EXTRA_CA_CERTS.";
  config.leaveOut(why, "oidc_discovery_ca_pem", "jwks_ca_pem");
  config.leaveOut(
    "It is for logins in a browser.",
    "oidc_client_id",
    "oidc_response_mode",
    "oidc_response_types",
    "namespace_in_state",
  );
  config.ignore("oidc_client_secret", "default_role", "unsupported_critical_cert_extensions");
  config.refuse("It is not known what the provider adds.", "provider_config");
  config.end();
  return trust;
}

// "Any claim of the map must match, a list is an alternative, a list in the token is met by one of its values."
function boundClaims(role: Section): Rule[] {
  const type = role.text("bound_claims_type") || "string";
  if (type !== "string" && type !== "glob")
    role.notes.refused(role.at("bound_claims_type"), "It must be string or glob.");
  const bound = role.section("bound_claims");
  const rules: Rule[] = [];
  for (const name of bound?.names ?? []) {
    const path = pathOf(name);
    const value = bound?.take(name);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const at = bound?.at(name) ?? "";
    if (value === undefined) continue;
    if (path === undefined) role.notes.refused(at, "It leads into a list, which is not known here.");
    else {
      const expression = type === "glob" ? globbed(claim(...path), values) : exact(claim(...path), values);
      if (expression === undefined) role.notes.refused(at, "Its values cannot be compared here.");
      else rules.push({ expression });
    }
  }
  return rules;
}

function exact(path: string, values: readonly unknown[]): string | undefined {
  const texts = values.filter((value) => typeof value === "string");
  const others = values.filter((value) => typeof value !== "string");
  if (!others.every((value) => typeof value === "boolean" || Number.isSafeInteger(value))) return undefined;
  if (values.length === 0) return undefined;
  return any([
    ...(texts.length > 0 ? [isOrHolds(path, texts)] : []),
    ...others.map((value) => `${path} == ${String(value)}`),
  ]);
}

function globbed(path: string, values: readonly unknown[]): string | undefined {
  const parts = values.map((value) => {
    if (typeof value !== "string") return undefined;
    return value.includes("*") ? pattern(path, value, { question: false }) : isOrHolds(path, [value]);
  });
  return parts.length > 0 && parts.every((part) => part !== undefined) ? any(parts) : undefined;
}

// `/a/b` is a JSON pointer (RFC 6901), everything else the name of a claim.
function pathOf(name: string): string[] | undefined {
  if (!name.startsWith("/")) return [name];
  const path = name
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return path.some((part) => /^[0-9]+$/.test(part)) ? undefined : path;
}

function userClaim(role: Section, trust: TokenIntrospector): void {
  const name = role.text("user_claim");
  const pointer = role.take("user_claim_json_pointer") === true;
  const path = name === undefined ? undefined : pointer ? pathOf(name) : [name];
  if (path === undefined) role.notes.refused(role.at("user_claim"), "It must name a claim.");
  else if (path.join("/") !== "sub") trust.subject = claim(...path);
}

function metadata(role: Section, trust: TokenIntrospector): void {
  const mappings = role.section("claim_mappings");
  for (const name of mappings?.names ?? []) {
    const path = pathOf(name);
    const meant = mappings?.text(name);
    if (path === undefined || meant === undefined) continue;
    const fault = emitFault(meant, claim(...path));
    if (fault === undefined) trust.emit = { ...trust.emit, [meant]: claim(...path) };
    else role.notes.leftOut(mappings?.at(name) ?? "", fault);
  }
}

// 0 is Vault's own leeway of 60 to 150 s; here it is 60 s, always.
function leeway(role: Section): void {
  for (const name of ["expiration_leeway", "not_before_leeway", "clock_skew_leeway"]) {
    const seconds = duration(role.take(name));
    if (seconds === undefined || seconds === 0) continue;
    if (seconds < 60) role.notes.refused(role.at(name), "The leeway is 60 s here.");
    else role.notes.leftOut(role.at(name), "The leeway is 60 s here.");
  }
}

function lifetime(role: Section): number | undefined {
  const names = ["token_ttl", "ttl", "token_max_ttl", "max_ttl", "token_explicit_max_ttl"];
  const found = names
    .map((name) => duration(role.take(name)))
    .filter((seconds) => seconds !== undefined && seconds > 0);
  return found.length === 0 ? undefined : Math.min(...(found as number[]));
}

// Seconds, or Go's duration: 1h30m
function duration(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "") return undefined;
  if (/^-?[0-9]+$/.test(value)) return Number(value);
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, d: 86_400 };
  const parts = [...value.matchAll(/([0-9]+)([hmsd])/g)];
  if (parts.map(([part]) => part).join("") !== value) return undefined;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ""] ?? 0), 0);
}

// Vault takes lists as one text with commas, too.
function separated(texts: readonly string[]): string[] {
  const [only] = texts;
  const list = texts.length === 1 && only !== undefined ? only.split(",") : texts;
  return list.map((text) => text.trim()).filter((text) => text !== "");
}
