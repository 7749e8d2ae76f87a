// The trust policy of an IAM role (`aws iam get-role`, or the policy itself).
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
import { authorizedParty, conditionOf } from "./aws_condition.js";
import { all, any, isOrHolds } from "./expression.js";
import { client, introspector, setAudience, type Rule, type TokenIntrospector, type Wanted } from "./resources.js";
import { isObject, type Section } from "./section.js";

interface Allow {
  audience: string[] | undefined;
  parts: string[];
}

interface Provider {
  allows: Allow[];
  denies: Rule[];
}

export function aws(file: Section, wanted: Wanted): object[] {
  const { notes } = file;
  const { policy, name } = policyOf(file);
  if (policy === undefined) return [];
  policy.ignore("Version", "Id");
  const providers = new Map<string, Provider>();
  const statements = policy.sections("Statement");
  for (const statement of statements) read(statement, statements, providers, wanted);
  policy.end();
  const found = [...providers].filter(([, { allows }]) => allows.length > 0);
  if (found.length === 0) {
    notes.refused(policy.at("Statement"), "None of them lets in a token of an OIDC provider.");
    return [];
  }
  const trusts = found.map(([iss, provider]) => trustOf(iss, provider, wanted, policy));
  const issuers = trusts.map(({ jwt }) => jwt.iss);
  return [...trusts, client(name ?? "aws-role", issuers, wanted)];
}

// A role as `aws iam get-role` prints it has the policy inside, as an object or percent-encoded.
function policyOf(file: Section): { policy: Section | undefined; name?: string } {
  const role = file.names.includes("Role")
    ? file.section("Role")
    : file.names.includes("AssumeRolePolicyDocument")
      ? file
      : undefined;
  if (role === undefined) return { policy: file };
  const name = role.text("RoleName");
  const policy = role.section("AssumeRolePolicyDocument");
  role.ignore("Path", "RoleId", "Arn", "CreateDate", "Description", "Tags", "RoleLastUsed");
  role.leaveOut(
    "What the role may do has no counterpart. Write scope and audience of the Client.",
    "PermissionsBoundary",
  );
  role.leaveOut("Tokens here live for access_token_expiration, 300 s.", "MaxSessionDuration");
  role.end();
  if (role !== file) file.end();
  return { policy, ...(name !== undefined && { name }) };
}

function read(
  statement: Section,
  statements: readonly Section[],
  providers: Map<string, Provider>,
  wanted: Wanted,
): void {
  const { notes } = statement;
  const sid = statement.text("Sid");
  const effect = statement.text("Effect");
  const deny = effect === "Deny";
  if (!deny && effect !== "Allow") notes.refused(statement.at("Effect"), "It must be Allow or Deny.");
  for (const name of ["NotPrincipal", "NotAction"]) {
    if (!statement.names.includes(name)) continue;
    const why = "It names everybody or everything else, which cannot be expressed here.";
    if (deny) notes.refused(statement.at(name), why);
    else return notes.leftOut(statement.path, `The whole statement is left out, for ${name}: ${why}`);
  }
  statement.ignore("NotPrincipal", "NotAction");
  const actions = statement.texts("Action");
  if (!actions.some(assumes)) {
    notes.leftOut(statement.path, "It is not about AssumeRoleWithWebIdentity.");
    return;
  }
  const federated = principals(statement, statements, deny);
  const conditions = statement.section("Condition");
  for (const arn of federated) {
    const provider = providerOf(arn);
    if (provider === undefined) {
      if (!deny) notes.leftOut(statement.at("Principal.Federated"), "Only OIDC providers can be carried over.");
      continue;
    }
    // What an Allow cannot say here is left out with the whole statement: nobody gets in by it.
    const own = deny ? notes : notes.apart();
    const options = { deny, notes: own, audienceGiven: wanted.audience.length > 0 };
    const { audience, parts } = conditionOf(
      conditions === undefined ? undefined : conditions.withNotes(own),
      provider,
      options,
    );
    const { lines, faults } = own === notes ? { lines: [], faults: [] } : own.gathered(notes);
    if (faults.length > 0) {
      for (const fault of faults) notes.leftOut(statement.path, `The whole statement is left out, for ${fault}`);
      continue;
    }
    for (const line of lines) notes.add(line);
    const entry = providers.get(provider) ?? { allows: [], denies: [] };
    providers.set(provider, entry);
    if (deny) entry.denies.push({ expression: `!(${all(parts)})`, message: `Denied by ${sid ?? statement.path}.` });
    else entry.allows.push({ audience, parts });
  }
  statement.end();
}

function assumes(action: string): boolean {
  const text = action.toLowerCase();
  return text.endsWith("*")
    ? "sts:assumerolewithwebidentity".startsWith(text.slice(0, -1))
    : text === "sts:assumerolewithwebidentity";
}

// Whom it is about. A Deny for everybody is one for each provider that is let in.
function principals(statement: Section, statements: readonly Section[], deny: boolean): string[] {
  const principal = statement.take("Principal");
  if (!isObject(principal)) {
    if (principal === undefined) return [];
    if (deny && principal === "*") return everybody(statements);
    statement.notes.leftOut(statement.at("Principal"), "It is no OIDC provider.");
    return [];
  }
  const section = statement.section("Principal");
  const federated = section?.texts("Federated") ?? [];
  if (deny && section?.texts("AWS").includes("*")) return everybody(statements);
  section?.leaveOut("Only OIDC providers can be carried over.", "AWS", "Service", "CanonicalUser");
  section?.end();
  return deny && federated.includes("*") ? everybody(statements) : federated;
}

function everybody(statements: readonly Section[]): string[] {
  const found = statements.flatMap((statement) => {
    const principal = statement.take("Principal");
    const federated: unknown = isObject(principal) ? principal["Federated"] : undefined;
    return [federated].flat().filter((arn): arn is string => typeof arn === "string" && providerOf(arn) !== undefined);
  });
  return [...new Set(found)];
}

// arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com; Google and Cognito without
function providerOf(arn: string): string | undefined {
  if (arn === "accounts.google.com" || arn === "cognito-identity.amazonaws.com") return arn;
  return /^arn:aws[a-z-]*:iam::[0-9]*:oidc-provider\/(.+)$/.exec(arn)?.[1];
}

// One statement is enough; a Deny ends it.
function trustOf(name: string, { allows, denies }: Provider, wanted: Wanted, policy: Section): TokenIntrospector {
  const { notes } = policy;
  const at = policy.at("Statement");
  const trust = introspector(`https://${name}`, wanted);
  const audiences = allows.flatMap(({ audience }) => audience ?? []);
  // A statement without an audience takes those that the provider was registered with, which the policy does not say.
  if (audiences.length > 0 && allows.some(({ audience }) => audience === undefined)) {
    notes.leftOut(at, "One of them names no audience: those of the others hold for it.");
  }
  setAudience(trust, audiences, at, wanted, notes);
  if (allows.some(({ parts }) => parts.length === 0)) {
    const why =
      "One of them says nothing about who gets in: everybody with a token of the issuer would. Write a condition.";
    notes.leftOut(at, why);
  }
  const different = new Set(allows.map(({ audience }) => JSON.stringify(audience))).size > 1;
  const allowed = allows.map(({ audience, parts }) => [
    ...(different && audience !== undefined ? [isOrHolds("claims.aud", audience)] : []),
    ...(audience === undefined ? [] : [authorizedParty(audience)]),
    ...parts,
  ]);
  const rules: Rule[] = allowed.every((parts) => parts.length > 0) ? [{ expression: any(allowed.map(all)) }] : [];
  rules.push(...denies);
  if (rules.length > 0) trust.condition = rules;
  return trust;
}
