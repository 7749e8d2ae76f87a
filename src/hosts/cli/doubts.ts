import type { Placed } from "./check.js";
import { isKnownSecret } from "./known_secrets.js";
import type { Finding } from "./resource_files.js";

// What no single resource shows and is probably not meant. Nothing is decided here: the service does as the resources
// say, and the reader of a warning may know better.

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

interface Client {
  active?: boolean;
  secret?: string;
  jwks?: unknown[];
  jwks_uri?: string;
  grant_types?: string[];
  allowedIssuers?: string[];
  resource?: string[];
  auth?: { token_exchange?: { refresh_token?: boolean } };
}

interface TokenIntrospector {
  jwt: { iss: string };
  user?: string;
}

interface User {
  identifier?: { system?: string }[];
}

/** Doubts about resources that are right one by one. */
export function doubts(resources: readonly Placed[]): Finding[] {
  const of = <T>(type: string) =>
    resources
      .filter(({ resource }) => resource.resourceType === type)
      .map(({ resource, at }) => ({ it: resource as unknown as T, at }));
  const clients = of<Client>("Client");
  const introspectors = of<TokenIntrospector>("TokenIntrospector");
  const users = of<User>("User");
  const found: Finding[] = [];
  const doubt = (path: string, message: string): void => void found.push({ path, message });

  const issuers = new Set(introspectors.map(({ it }) => it.jwt.iss));
  for (const { it, at } of clients) {
    const grants = it.grant_types ?? [];
    const exchange = it.auth?.token_exchange;
    const allowed = it.allowedIssuers ?? [];
    if (it.secret === undefined && it.jwks === undefined && it.jwks_uri === undefined) {
      doubt(at(""), "It has no secret, jwks or jwks_uri, so that it cannot authenticate.");
    }
    if (it.secret !== undefined && isKnownSecret(it.secret)) {
      doubt(at("secret"), "This secret is printed in the documentation, so everybody knows it. Use a long random one.");
    }
    if (!grants.includes(EXCHANGE) && (exchange !== undefined || allowed.length > 0)) {
      doubt(at("grant_types"), `Without ${EXCHANGE} it may not exchange tokens.`);
    }
    if (grants.includes(EXCHANGE) && allowed.length === 0) {
      doubt(at("allowedIssuers"), "No issuer is allowed, so that only tokens of this service can be exchanged.");
    }
    if (exchange?.refresh_token === true && !grants.includes("refresh_token")) {
      doubt(at("grant_types"), "It gets refresh tokens, which it may not use without refresh_token.");
    }
    if (grants.includes("refresh_token") && exchange?.refresh_token !== true) {
      doubt(at("auth.token_exchange.refresh_token"), "It may use refresh tokens and gets none; set it to true.");
    }
    for (const [index, issuer] of allowed.entries()) {
      if (!issuers.has(issuer)) doubt(at(`allowedIssuers[${index}]`), "No TokenIntrospector has this issuer.");
    }
  }
  for (const { it, at } of introspectors) {
    const { iss } = it.jwt;
    if (!clients.some((client) => client.it.active !== false && client.it.allowedIssuers?.includes(iss) === true)) {
      doubt(at("jwt.iss"), "No Client that is active allows this issuer.");
    }
    const identified = users.some(({ it }) => it.identifier?.some(({ system }) => system === iss) === true);
    if (it.user === "identifier" && !identified) {
      doubt(at("user"), "No User has an identifier of this issuer.");
    }
    if ((it.user ?? "required") === "required" && users.length === 0) {
      doubt(at("user"), "A User is required, and there is none.");
    }
  }
  return found;
}
