// What the tables of the resources share: kinds of values, rules, and members that several of them have.

export const text = { type: "string", pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]+$" };
export const texts = { type: "array", items: text };
export const scopes = { type: "array", items: { type: "string", pattern: "^[!#-\\[\\]-~]+$" } };
export const flag = { type: "boolean" };
export const list = { type: "array" };
export const url = { type: "string", format: "uri", maxLength: 2048 };
export const URL_RULE = "It is https with a public host name, or http on loopback.";
export const seconds = (title: string, maximum: number, byDefault: number, description: string): object => ({
  title,
  type: "integer",
  minimum: 1,
  maximum,
  default: byDefault,
  description,
});
export const has = (...required: readonly string[]) => ({
  required,
  properties: Object.fromEntries(required.map((name) => [name, {}])),
});
export const withoutEffect = (names: readonly string[]): object =>
  Object.fromEntries(
    names.map((name) => [name, { description: "Known to Aidbox. It is kept and has no effect here." }]),
  );

export const YEAR = 31_536_000;
export const DAY = 86_400;

export const expression = { type: "string", contentMediaType: "text/x-cel", minLength: 1, maxLength: 4096 };
export const ruleCondition = (title: string, description: string): object => ({
  title,
  description,
  oneOf: [
    expression,
    {
      type: "array",
      minItems: 1,
      maxItems: 32,
      items: {
        title: "Rule",
        description: "An expression that must be true, and what the audit event says when it is not.",
        type: "object",
        required: ["expression"],
        properties: {
          expression: {
            ...expression,
            title: "Condition (must be true)",
            description: "An expression (a subset of CEL), at most 4096 bytes.",
          },
          message: {
            ...text,
            title: "Message for the log",
            description: "A sentence for the audit event. The client does not see it.",
          },
        },
        additionalProperties: false,
      },
    },
  ],
});
export const mappings = { type: "object", maxProperties: 32, additionalProperties: expression };

const condition = { oneOf: [text, flag] };
export const claims = (description: string): object => ({
  title: "Required claim values",
  type: "object",
  description,
  propertyNames: { minLength: 1 },
  additionalProperties: { oneOf: [...condition.oneOf, { type: "array", items: condition, minItems: 1 }] },
});

/** The members that every resource has. `label`: of its id; the other two describe its id, and what `not_before` ends. */
export const common = (type: string, { label, id, notBefore }: { label: string; id: string; notBefore: string }) => ({
  resourceType: { const: type, description: "The type of the resource." },
  id: { $ref: "#/components/schemas/Id", title: label, description: id },
  meta: {
    type: "object",
    description:
      "Set by the service. It ignores what is written here, except `instance` in `/$import` and in files: it tells apart the resources that have had this id.",
  },
  not_before: {
    oneOf: [
      { type: "string", format: "date-time", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" },
      { type: "integer", minimum: 0, maximum: 253_402_300_799 },
    ],
    description: notBefore,
  },
});
