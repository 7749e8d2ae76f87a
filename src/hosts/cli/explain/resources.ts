// What resources and claims say, read without a doubt: they keep the rules of their types, or are only shown.
import { changed, isObject, nameOf } from "./change.js";
import type { Decoded } from "./token_text.js";
import type { Resource, Situation } from "./trial.js";

export function introspectorOf({ resources }: Situation, iss: string): Resource | undefined {
  return introspectors(resources).find((resource) => issuerOf(resource) === iss);
}

export function introspectors(resources: readonly Resource[]): Resource[] {
  return resources.filter(({ resourceType }) => resourceType === "TokenIntrospector");
}

export function issuerOf(resource: Resource): string {
  const { jwt } = resource;
  return isObject(jwt) && typeof jwt["iss"] === "string" ? jwt["iss"] : "";
}

export function keysOf(introspector: Resource): string {
  const { jwt } = introspector;
  if (introspector["jwks_uri"] !== undefined) return "jwks_uri";
  if (introspector["discovery"] === true) return "discovery";
  return isObject(jwt) && jwt["secret"] !== undefined ? "jwt.secret" : "jwt.keys";
}

/** An id that nothing of this type has. */
export function freeId(resources: readonly Resource[], type: string, name: string): string {
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

export function altered(situation: Situation, resource: Resource, members: readonly string[]): Situation {
  const remove = (resources: readonly Resource[], member: string) =>
    changed(resources, { resource: nameOf(resource), member, set: undefined });
  return { ...situation, resources: members.reduce<readonly Resource[]>(remove, situation.resources) };
}

/** A claim by its path, as `claims` of a TokenIntrospector names it: names may hold dots themselves. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const inner = claims[path.slice(0, dot)];
    const found = isObject(inner) ? claimAt(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function policyOf(client: Resource): Record<string, unknown> {
  const auth = isObject(client["auth"]) ? client["auth"] : {};
  return isObject(auth["token_exchange"]) ? auth["token_exchange"] : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function numberOf(token: Decoded | undefined, claim: string): number | undefined {
  const value = token?.claims[claim];
  return typeof value === "number" ? value : undefined;
}
