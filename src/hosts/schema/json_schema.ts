// `edge-sts/schema.json`: what editors complete and check a file of resources with. JSON Schema draft-07, which all of them
// know. A file holds resources in an array; or in an object, where `$schema` can stand beside them; or a single one.
import { resources, RESOURCE_TYPES } from "../openapi/resources.js";
import { tokens } from "../openapi/tokens.js";
import { REASONS, TOKEN_FAULTS, TOKENS } from "../types/reasons.js";
import { auditEvent } from "./audit_event.js";

const { Id, Client, TokenIntrospector, User } = resources;

const $schema = { type: "string", description: "The schema that editors check this file with." };
const listed = { type: "array", items: { $ref: "#/definitions/Resource" }, description: "The resources." };

// Which one it is says `resourceType`; then there is one schema whose faults are shown, and not one of three.
const resource = {
  title: "Resource",
  description: "A resource: a Client, a TokenIntrospector or a User.",
  type: "object",
  required: ["resourceType", "id"],
  properties: { resourceType: { enum: RESOURCE_TYPES } },
  allOf: RESOURCE_TYPES.map((type) => ({
    if: { required: ["resourceType"], properties: { resourceType: { const: type } } },
    then: { $ref: `#/definitions/${type}` },
  })),
};

const reasons = [...REASONS, ...TOKENS.flatMap((token) => TOKEN_FAULTS.map((fault) => `${token}.${fault}`))];

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Resources of edge-sts",
  if: { type: "array" },
  then: listed,
  else: {
    if: { required: ["resourceType"] },
    // A single one. What it may have beside `$schema` the definition says, which does not know that member.
    then: { $ref: "#/definitions/Resource" },
    else: {
      type: "object",
      required: ["resources"],
      properties: { $schema, resources: listed },
      additionalProperties: false,
    },
  },
  definitions: {
    Resource: resource,
    Id,
    Client,
    TokenIntrospector,
    User,
    AuditEvent: auditEvent,
    Actor: tokens.Actor,
    Reason: { title: "Reason", enum: reasons },
  },
};

/** The schema as JSON text. */
export function jsonSchema(): string {
  return `${JSON.stringify(schema, (name, value: unknown) => (name === "$ref" ? moved(value) : value))}\n`;
}

function moved(value: unknown): unknown {
  return typeof value === "string" ? value.replace("#/components/schemas/", "#/definitions/") : value;
}
