// The words of the policy language, for people who write expressions: the forms and editors of www offer them. What is accepted
// is decided by the core (`src/expression`). tests/node/expression_words.test.mjs holds this table against it: each word is
// known there, and there are no others.

/** A word of the language. */
export interface Word {
  name: string;
  /** A function's or a method's: what stands between its brackets, as an example. Empty where it takes nothing. */
  arguments?: string;
  description: string;
}

/** What an expression reads. */
export const VARIABLES: readonly Word[] = [
  { name: "claims", description: "The claims of the token, such as `claims.sub` or `claims['a/name']`." },
  { name: "assertion", description: "The same as `claims`, under the name that Google has for it." },
  { name: "actor", description: "The claims of the actor token. It is `null` if there is none." },
  { name: "attribute", description: "The values that `attributes` of the TokenIntrospector defines." },
  { name: "client.id", description: "The id of the Client that asks." },
  { name: "target", description: "The list of targets that the request asks for." },
];

/** What begins an expression, or stands between two of its parts. */
export const KEYWORDS: readonly Word[] = [
  { name: "true", description: "A value." },
  { name: "false", description: "A value." },
  { name: "null", description: "No value, such as that of `actor` when there is no actor token." },
  { name: "in", description: "Whether a list has a value: `'admins' in claims.groups`." },
];

/** What is written before its brackets. */
export const FUNCTIONS: readonly Word[] = [
  { name: "has", arguments: "claims.name", description: "Whether there is such a claim." },
  { name: "size", arguments: "claims.name", description: "The length of a text, or of a list." },
  {
    name: "glob",
    arguments: "claims.name, 'a/*'",
    description:
      "Whether a text matches a pattern: `*` stands for anything without `/`, `**` for anything, `?` for one character but `/`.",
  },
];

/** What is written behind a value and a dot. */
export const METHODS: readonly Word[] = [
  { name: "startsWith", arguments: "'text'", description: "Whether a text begins with another one." },
  { name: "endsWith", arguments: "'text'", description: "Whether a text ends with another one." },
  { name: "contains", arguments: "'text'", description: "Whether another text stands anywhere in a text." },
  { name: "lowerAscii", arguments: "", description: "A text with A to Z as a to z." },
  { name: "size", arguments: "", description: "The length of a text, or of a list." },
  { name: "split", arguments: "','", description: "The list of the parts of a text, without the text between them." },
  { name: "join", arguments: "','", description: "One text of the texts in a list, with a text between them." },
  {
    name: "extract",
    arguments: "'/heads/{name}'",
    description:
      "The part of a text that stands in place of the name in the template. An empty text where nothing does.",
  },
];

/** The members whose expressions are evaluated before these variables are known. */
export const UNKNOWN_IN: Readonly<Record<string, readonly string[]>> = {
  attributes: ["actor", "attribute"],
  subject: ["actor"],
};
