import type { Notes } from "./notes.js";

/** A condition of a resource. */
export interface Rule {
  expression: string;
  message?: string;
}

/** What the command was asked to write. */
export interface Wanted {
  /** `id` of the Client; else it is derived. */
  id?: string;
  /** In place of the audiences that the file has. */
  audience: readonly string[];
  /** The Client's own targets and scopes. */
  target: readonly string[];
  scope: readonly string[];
  issuer?: string;
  jwksUri?: string;
}

export interface TokenIntrospector {
  resourceType: "TokenIntrospector";
  id: string;
  type: "jwt";
  jwt: { iss: string; keys?: object[] };
  jwks_uri?: string;
  discovery?: true;
  user: "none";
  audience?: string[];
  algorithms?: string[];
  attributes?: Record<string, string>;
  condition?: Rule[];
  subject?: string;
  emit?: Record<string, string>;
}

export interface Client {
  resourceType: "Client";
  id: string;
  active?: false;
  public: true;
  grant_types: string[];
  allowedIssuers: string[];
  scope?: string[];
  auth: {
    token_exchange: { token_format: "jwt"; audience?: string[]; provider?: string; access_token_expiration?: number };
  };
}

/** A TokenIntrospector for tokens of machines. */
export function introspector(iss: string, { jwksUri }: Wanted): TokenIntrospector {
  const source = jwksUri === undefined ? { discovery: true as const } : { jwks_uri: jwksUri };
  return { resourceType: "TokenIntrospector", id: idOf(iss), type: "jwt", jwt: { iss }, ...source, user: "none" };
}

/** A Client without a secret, as the file's own clients have none: the token is what they show. */
export function client(id: string, issuers: readonly string[], wanted: Wanted): Client {
  const { target, scope } = wanted;
  return {
    resourceType: "Client",
    id: idOf(wanted.id ?? id),
    public: true,
    grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
    allowedIssuers: [...issuers],
    ...(scope.length > 0 && { scope: [...scope] }),
    auth: { token_exchange: { token_format: "jwt", ...(target.length > 0 && { audience: [...target] }) } },
  };
}

/** The audiences of a TokenIntrospector: those asked for, else those of the file. */
export function setAudience(
  resource: TokenIntrospector,
  found: readonly string[],
  path: string,
  { audience }: Wanted,
  notes: Notes,
): void {
  const used = audience.length > 0 ? audience : found;
  if (used.length > 0) resource.audience = [...new Set(used)];
  if (audience.length > 0) return;
  const why =
    found.length > 0
      ? "Tokens for this audience are meant for the other service, which could use them here. Let them be made for this service, and name it with --audience."
      : "There is none: a token must be for this service, and a public client gets nothing. Name one with --audience.";
  notes.leftOut(path, why);
}

/** A rule that everybody meets is no rule about who gets in. */
export function tellIfOpen(conditions: readonly Rule[], path: string, notes: Notes): void {
  if (conditions.length > 0) return;
  notes.leftOut(
    path,
    "It says nothing about who gets in: everybody with a token of this issuer would. Write a condition.",
  );
}

/** An id from a URL or name: `token.actions.githubusercontent.com`. */
export function idOf(text: string): string {
  const id = text
    .replace(/^https?:\/\//, "")
    .replaceAll(/[^A-Za-z0-9.-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return (id.length > 64 ? id.slice(-64).replace(/^[-.]+/, "") : id) || "imported";
}
