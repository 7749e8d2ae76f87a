// A provider of a workload identity pool, as `gcloud iam workload-identity-pools providers describe` prints it, and the
// credential configuration of its clients (`gcloud iam workload-identity-pools create-cred-config`).
// https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers
import { Failure } from "../failure.js";
import { expressionFault, names, reads, renamed } from "./expression.js";
import { client, idOf, introspector, setAudience, tellIfOpen, type Rule, type Wanted } from "./resources.js";
import { isObject, type Section } from "./section.js";

export function google(provider: Section, config: Section | undefined, wanted: Wanted): object[] {
  const { notes } = provider;
  const name = provider.text("name");
  provider.ignore("displayName", "description", "etag");
  provider.leaveOut("It says when a provider that was deleted is removed for good.", "expireTime");
  const state = provider.text("state") ?? "ACTIVE";
  const disabled = provider.take("disabled") === true || state !== "ACTIVE";
  provider.refuse("Only OIDC providers can be carried over: their tokens are JWTs.", "aws", "saml", "x509");
  const oidc = provider.section("oidc");
  const iss = oidc?.text("issuerUri");
  if (oidc === undefined || iss === undefined) {
    notes.refused(provider.at("oidc.issuerUri"), "It is missing: whose tokens are meant?");
    return [];
  }
  const trust = introspector(iss, wanted);
  const keys = jwks(oidc, wanted);
  if (keys !== undefined) {
    delete trust.discovery;
    trust.jwt.keys = keys;
  }
  const audiences = oidc.texts("allowedAudiences");
  oidc.end();
  setAudience(trust, audiences.length > 0 ? audiences : ownAudiences(name), oidc.at("allowedAudiences"), wanted, notes);

  const { attributes, subject, required, variables } = mapping(provider);
  if (Object.keys(attributes).length > 0) trust.attributes = attributes;
  if (subject !== undefined) trust.subject = subject;
  const known = Object.keys(attributes);
  const conditions: Rule[] = required.map((attribute) => ({
    expression: `has(attribute.${attribute})`,
    message: `The attribute ${attribute} has no value.`,
  }));
  const condition = provider.text("attributeCondition");
  if (condition !== undefined && condition !== "") {
    const expression = renamed(condition, variables);
    const fault = expressionFault(expression, known);
    if (fault === undefined) conditions.push({ expression });
    else notes.refused(provider.at("attributeCondition"), fault);
  }
  // Attributes that are there restrict nobody.
  tellIfOpen(conditions.slice(required.length), provider.at("attributeCondition"), notes);
  if (conditions.length > 0) trust.condition = conditions;
  provider.end();

  const caller = client(name?.split("/").at(-1) ?? idOf(iss), [iss], wanted);
  if (disabled) {
    caller.active = false;
    notes.leftOut(provider.at("disabled"), "The Client is not active, as the provider was not.");
  }
  const providerName = credentials(config) ?? (name === undefined ? undefined : `//iam.googleapis.com/${name}`);
  if (providerName !== undefined) caller.auth.token_exchange.provider = providerName;
  return [trust, caller];
}

function jwks(oidc: Section, { jwksUri }: Wanted): object[] | undefined {
  const text = oidc.text("jwksJson");
  if (text === undefined || jwksUri !== undefined) return undefined;
  try {
    const set: unknown = JSON.parse(text);
    if (isObject(set) && Array.isArray(set["keys"])) return set["keys"].map((jwk: unknown) => ({ format: "jwk", jwk }));
  } catch {
    // told below
  }
  throw new Failure(`${oidc.at("jwksJson")}: It must be a JWK Set as JSON text.`);
}

// "If this list is empty, the OIDC token audience must be equal to the full canonical resource name", both ways
function ownAudiences(name: string | undefined): string[] {
  return name === undefined ? [] : [`//iam.googleapis.com/${name}`, `https://iam.googleapis.com/${name}`];
}

interface Mapping {
  attributes: Record<string, string>;
  subject?: string;
  /** Attributes that a token must have a value for. */
  required: string[];
  /** What a variable of Google's is called here. */
  variables: Record<string, string>;
}

function mapping(provider: Section): Mapping {
  const { notes } = provider;
  const found: Mapping = { attributes: {}, required: [], variables: {} };
  const section = provider.section("attributeMapping");
  const condition = provider.text("attributeCondition") ?? "";
  if (section === undefined) {
    notes.refused(provider.at("attributeMapping"), "It is missing, and google.subject with it.");
    return found;
  }
  for (const name of section.names) {
    const expression = section.text(name) ?? "";
    const custom = /^attribute\.([a-z_][a-z0-9_]{0,63})$/.exec(name)?.[1];
    const own = custom ?? { "google.subject": "google_subject", "google.groups": "google_groups" }[name];
    // A mapping sees the token alone.
    const fault =
      names(expression, "attribute") || names(expression, "google")
        ? "It reads more than the token."
        : expressionFault(expression);
    const read = reads(condition, name);
    if (own === undefined || fault !== undefined || Object.hasOwn(found.attributes, own)) {
      const why = fault ?? "It cannot be an attribute here: [a-z_][a-z0-9_]*, at most 64 characters.";
      if (read || name === "google.subject") notes.refused(section.at(name), why);
      else notes.leftOut(section.at(name), why);
      continue;
    }
    if (name === "google.subject" && expression.trim() !== "assertion.sub") found.subject = expression;
    if (custom === undefined && !read) {
      if (name === "google.groups")
        notes.leftOut(section.at(name), "Groups are for IAM bindings. Write scope_rules in their place.");
      continue;
    }
    found.attributes[own] = expression;
    found.required.push(own);
    if (custom === undefined) found.variables[name] = `attribute.${own}`;
  }
  section.end();
  return found;
}

// The file says how the client calls; of it the Client needs the name that it sends as `audience`.
function credentials(config: Section | undefined): string | undefined {
  if (config === undefined) return undefined;
  if (config.text("type") !== "external_account") throw new Failure("--config: the type must be external_account.");
  config.ignore("universe_domain", "subject_token_type", "credential_source");
  config.leaveOut("Set it to the URL of /auth/token here.", "token_url");
  config.leaveOut(
    "Take it out of the file: the exchanged token is the one that is used.",
    "service_account_impersonation_url",
  );
  config.leaveOut(
    "It is for Google's own calls.",
    "service_account_impersonation",
    "quota_project_id",
    "token_info_url",
    "workforce_pool_user_project",
  );
  config.leaveOut("The Client has no secret: remove it from the file.", "client_id", "client_secret");
  const audience = config.text("audience");
  config.end();
  return audience;
}
