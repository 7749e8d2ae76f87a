// The words that the pages offer in expressions, against the core: each is known there, at each member that has an expression,
// and the core names no others.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { load } from "../../dist/engine.js";
import "../../dist/node.js";
import { changesOf } from "../../dist/resources.js";
import { FUNCTIONS, KEYWORDS, METHODS, UNKNOWN_IN, VARIABLES } from "../../dist/schema/expression_words.js";

const { definitions } = JSON.parse(readFileSync(new URL("../../dist/schema.json", import.meta.url), "utf8"));
await load();

/** The sentence with which the core refuses a resource; `undefined` when it takes it. */
function refused(resource) {
  try {
    changesOf(JSON.stringify([resource]), 1_800_000_000);
    return undefined;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return error.message;
  }
}

const CLIENT = {
  resourceType: "Client",
  id: "c",
  secret: "a secret of some length",
  grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
  allowedIssuers: ["https://a.example"],
  scope: ["read"],
};
const INTROSPECTOR = {
  resourceType: "TokenIntrospector",
  id: "i",
  type: "jwt",
  user: "none",
  jwt: { iss: "https://a.example", secret: "0123456789abcdef0123456789abcdef" },
};

/** By the path of each member that has an expression: a resource with this one there. */
const WITH = {
  "Client.condition": (text) => ({ ...CLIENT, condition: text }),
  "Client.condition.expression": (text) => ({ ...CLIENT, condition: [{ expression: text }] }),
  "Client.scope_rules.when": (text) => ({ ...CLIENT, scope_rules: [{ scope: ["read"], when: text }] }),
  "TokenIntrospector.condition": (text) => ({ ...INTROSPECTOR, condition: text }),
  "TokenIntrospector.condition.expression": (text) => ({ ...INTROSPECTOR, condition: [{ expression: text }] }),
  "TokenIntrospector.attributes.*": (text) => ({ ...INTROSPECTOR, attributes: { one: text } }),
  "TokenIntrospector.subject": (text) => ({ ...INTROSPECTOR, subject: text }),
  "TokenIntrospector.emit.*": (text) => ({ ...INTROSPECTOR, emit: { one: text } }),
};

/** The paths of the expressions in a schema. */
function expressionsIn(schema, path) {
  if (typeof schema !== "object" || schema === null) return [];
  if (schema.contentMediaType === "text/x-cel") return [path];
  const below = [
    ...Object.entries(schema.properties ?? {}).map(([name, one]) => expressionsIn(one, `${path}.${name}`)),
    expressionsIn(schema.additionalProperties, `${path}.*`),
    ...[schema.items, ...(schema.oneOf ?? [])].map((one) => expressionsIn(one, path)),
  ];
  return below.flat();
}

const members = ["Client", "TokenIntrospector", "User"].flatMap((type) => expressionsIn(definitions[type], type));
const unknownIn = (path) => UNKNOWN_IN[path.split(".")[1]] ?? [];
const names = (words) => words.map(({ name }) => name);
const called = ({ name, arguments: given }) => `${name}(${given})`;

describe("the words of expressions", () => {
  test("each member that has an expression is tried here", () => {
    assert.deepEqual(members.toSorted(), Object.keys(WITH).toSorted());
    const known = members.map((path) => path.split(".")[1]);
    for (const member of Object.keys(UNKNOWN_IN)) assert.ok(known.includes(member), member);
  });

  for (const [path, resource] of Object.entries(WITH)) {
    test(`${path} reads every variable but those that are unknown there`, () => {
      const refusedThere = names(VARIABLES).filter((name) => refused(resource(`${name} == ${name}`)) !== undefined);
      assert.deepEqual(refusedThere, unknownIn(path));
      assert.equal(refused(resource("claims.sub == 'a'")), undefined, "and the good one is taken");
    });
  }

  test("each function and method is known as it is offered", () => {
    for (const word of FUNCTIONS) assert.equal(refused(WITH["Client.condition"](called(word))), undefined, word.name);
    for (const word of METHODS)
      assert.equal(refused(WITH["Client.condition"](`claims.name.${called(word)}`)), undefined, word.name);
    for (const text of ["true", "false", "null == null", "'a' in claims.groups"])
      assert.equal(refused(WITH["Client.condition"](text)), undefined, text);
    assert.deepEqual(names(KEYWORDS), ["true", "false", "null", "in"]);
  });

  test("the core names the same variables and functions where it refuses another one", () => {
    const named = (text) =>
      /known; there are (.*)\.$/
        .exec(refused(WITH["Client.condition"](text)))[1]
        .split(/, | and /)
        .toSorted();
    assert.deepEqual(named("nobody"), names(VARIABLES).toSorted());
    const functions = [...new Set(names([...FUNCTIONS, ...METHODS]))];
    assert.deepEqual(named("nothing()"), functions.toSorted());
    assert.deepEqual(named("claims.sub.nothing()"), functions.toSorted());
  });

  test("the page on rules explains each of them", () => {
    const page = readFileSync(new URL("../../www/docs/reference/rules.md", import.meta.url), "utf8");
    const code = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text).join(" ");
    for (const name of names([...VARIABLES, ...KEYWORDS, ...FUNCTIONS, ...METHODS]))
      assert.match(code, new RegExp(`\\b${name.replace(".", "\\.")}\\b`), name);
  });
});
