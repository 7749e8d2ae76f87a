/** A resource as it is written to resources.json. */
export type Resource = Readonly<Record<string, unknown>> & { readonly resourceType: string; readonly id: string };

export type Claims = Readonly<Record<string, unknown>>;

/** Claims of which the conditions must name one. `risk`: what happens when they name none of them. */
export interface Need {
  readonly anyOf: readonly string[];
  readonly risk: string;
}

/** An issuer: its resources, and how a token of its is told from others. */
export interface Recipe {
  /** As the documentation has it. */
  readonly title: string;
  /** As the documentation prints them; tests/node/init.test.mjs compares them. */
  readonly resources: readonly Resource[];
  /** Whether these claims are of a token of this issuer. */
  readonly fits: (iss: string, claims: Claims) => boolean;
  /** Claims to compare besides those that the resources compare: the same under another name. */
  readonly also?: readonly string[];
  /** Claims that can be compared as well, where somebody wants it. */
  readonly offered?: readonly string[];
  readonly needs: readonly Need[];
  /** What is dangerous about a token. */
  readonly doubts?: (claims: Claims) => string[];
}
