import type { Resource } from "./trial.js";

/** A change of the resources: a new one, or another value of one member. */
export type Change =
  | { readonly create: Resource }
  | {
      /** `Type/id` */
      readonly resource: string;
      /** The path of the member. */
      readonly member: string;
      readonly set: unknown;
      /** What of a list is new. */
      readonly adds?: readonly unknown[];
    };

/** A member as it would be with more of a list. */
export function more(
  resource: Resource,
  member: string,
  adds: readonly unknown[],
  usual: readonly unknown[] = [],
): Change {
  const there = valueAt(resource, member.split("."));
  const before = Array.isArray(there) ? there : there === undefined ? usual : [there];
  return { resource: nameOf(resource), member, set: [...before, ...adds], adds };
}

/** The resources as the change makes them. */
export function changed(resources: readonly Resource[], change: Change): readonly Resource[] {
  if ("create" in change) return [...resources, change.create];
  return resources.map((resource) =>
    nameOf(resource) === change.resource
      ? (written(resource, change.member.split("."), change.set) as Resource)
      : resource,
  );
}

export function nameOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  return isObject(value) ? valueAt(value[name], rest) : undefined;
}

// `undefined` takes the member away.
function written(value: unknown, [name, ...rest]: readonly string[], put: unknown): unknown {
  if (name === undefined) return put;
  const object = isObject(value) ? value : {};
  const member = written(object[name], rest, put);
  const others = Object.entries(object).filter(([own]) => own !== name);
  return Object.fromEntries(member === undefined ? others : [...others, [name, member]]);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
