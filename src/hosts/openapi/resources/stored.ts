// What the administrator reads: a stored resource, and what was wrong with a change.

export const stored = (type: string): object => ({
  title: `A stored ${type}`,
  description: "As it was written, with `***` for every secret.",
  type: "object",
  required: ["id", "resourceType", "meta"],
  properties: {
    id: { $ref: "#/components/schemas/Id" },
    resourceType: { const: type },
    meta: {
      type: "object",
      required: ["lastUpdated", "versionId"],
      properties: { lastUpdated: { type: "string", format: "date-time" }, versionId: { type: "string" } },
    },
  },
});

export const operationOutcome = {
  title: "What is wrong, and where (FHIR)",
  type: "object",
  required: ["resourceType", "issue"],
  properties: {
    resourceType: { const: "OperationOutcome" },
    id: { type: "string" },
    text: {
      type: "object",
      properties: { status: { type: "string" }, div: { type: "string" } },
    },
    issue: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["severity", "code", "diagnostics"],
        properties: {
          severity: { enum: ["fatal", "error"] },
          code: { type: "string" },
          expression: { type: "array", items: { type: "string" }, description: "The path of the member." },
          diagnostics: { type: "string", description: "What to do." },
        },
      },
    },
  },
};
