// Whose token it is, by its claims, and what the recipe knows about tokens of this issuer.
import type { TokenIntrospector } from "../types/resources.js";
import type { Claims, Need, Recipe } from "./recipe.js";
import { RECIPES } from "./recipes.js";

export interface Issuer {
  /** Of its resources. */
  readonly id: string;
  readonly name: string;
  /** The page of the documentation. */
  readonly recipe: string;
  /** Whom its tokens are about. A program needs no User. */
  readonly about: "program" | "person";
  /** Claims to compare, the ones that the recipe compares. */
  readonly chosen: readonly string[];
  /** More of them. */
  readonly offered: readonly string[];
  readonly needs: readonly Need[];
  /** Claims that are copied into the new token. */
  readonly copied: readonly string[];
  /** Seconds, the longest that its tokens live; undefined: the usual. */
  readonly lifetime: number | undefined;
  /** Where its keys are, where its metadata does not say it. */
  readonly jwks_uri: string | undefined;
  readonly doubts: (claims: Claims) => string[];
}

/** The issuer of a token with these claims. */
export function recognised(claims: Claims): Issuer {
  const { iss } = claims;
  const found = Object.entries(RECIPES).find(([, { fits }]) => fits(String(iss ?? ""), claims));
  return found === undefined ? OTHER : issuerOf(...found);
}

function issuerOf(recipe: string, { title, resources, also = [], offered = [], needs, doubts }: Recipe): Issuer {
  const all: readonly object[] = resources;
  const introspector = all.find(isIntrospector);
  const compared = Object.keys(introspector?.claims ?? {}).filter((name) => !offered.includes(name));
  return {
    id: introspector?.id ?? OTHER.id,
    name: title,
    recipe,
    about: introspector?.user === "none" ? "program" : "person",
    chosen: [...compared, ...also],
    offered,
    needs,
    copied: introspector?.copy_claims ?? [],
    lifetime: introspector?.max_lifetime,
    jwks_uri: introspector?.jwks_uri,
    doubts: doubts ?? (() => []),
  };
}

function isIntrospector(resource: object): resource is TokenIntrospector {
  return "resourceType" in resource && resource.resourceType === "TokenIntrospector";
}

const OTHER: Issuer = {
  id: "issuer",
  name: "An issuer without a recipe",
  recipe: "recipes",
  about: "person",
  chosen: ["azp", "client_id", "cid"],
  offered: ["groups", "roles", "scope", "typ", "tenant", "org_id"],
  needs: [],
  copied: [],
  lifetime: undefined,
  jwks_uri: undefined,
  doubts: () => [],
};
