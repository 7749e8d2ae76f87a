import { RESOURCE_TYPES } from "./resources.js";

const response = (name: string): object => ({ $ref: `#/components/responses/${name}` });
const schemaOf = (type: string): object => ({ schema: { $ref: `#/components/schemas/${type}` } });

const asAdministrator = { tags: ["administration"], security: [{ administrator: [] }] };
const noStore = { "Cache-Control": { $ref: "#/components/headers/NoStore" } };
const etag = { ...noStore, ETag: { $ref: "#/components/headers/ETag" } };
const located = { ...etag, Location: { $ref: "#/components/headers/Location" } };

const always = {
  "401": response("AdministratorRefused"),
  "404": response("ResourceUnknown"),
  "503": response("AdministrationUnavailable"),
};
const ofABody = {
  "400": response("ResourceMalformed"),
  "413": response("ResourceTooLarge"),
  "415": response("NotJson"),
  "422": response("ResourceRefused"),
};

const id = {
  name: "id",
  in: "path",
  required: true,
  schema: { $ref: "#/components/schemas/Id" },
};
const ifMatch = {
  name: "If-Match",
  in: "header",
  description: "The `ETag` of the version that is to be replaced or deleted.",
  schema: { type: "string" },
};

function ofType(type: string): object {
  const shown = (description: string, headers: object): object => ({
    description,
    headers,
    content: { "application/json": schemaOf(`Stored${type}`) },
  });
  const requestBody = {
    required: true,
    content: { "application/json": schemaOf(type), "application/fhir+json": schemaOf(type) },
  };
  const bundle = {
    title: `All of type ${type}`,
    type: "object",
    required: ["resourceType", "type", "total", "entry"],
    properties: {
      resourceType: { const: "Bundle" },
      type: { const: "searchset" },
      total: { type: "integer", minimum: 0 },
      entry: {
        type: "array",
        items: {
          type: "object",
          required: ["resource"],
          properties: { resource: { $ref: `#/components/schemas/Stored${type}` } },
        },
      },
    },
  };
  return {
    [`/${type}`]: {
      get: {
        ...asAdministrator,
        operationId: `list${type}`,
        summary: `Lists the resources of type ${type}`,
        responses: {
          "200": { description: "A Bundle.", headers: noStore, content: { "application/json": { schema: bundle } } },
          ...always,
        },
      },
      post: {
        ...asAdministrator,
        operationId: `create${type}`,
        summary: `Creates a ${type}, with the \`id\` of the body or a new one`,
        requestBody,
        responses: {
          "201": shown("Created.", located),
          "409": response("ResourceExists"),
          ...ofABody,
          ...always,
        },
      },
    },
    [`/${type}/{id}`]: {
      parameters: [id],
      get: {
        ...asAdministrator,
        operationId: `read${type}`,
        summary: `Reads a ${type}, with \`***\` for every secret`,
        responses: { "200": shown("It is.", etag), ...always },
      },
      put: {
        ...asAdministrator,
        operationId: `put${type}`,
        summary: `Creates or replaces a ${type}`,
        parameters: [ifMatch],
        requestBody,
        responses: {
          "200": shown("Replaced.", etag),
          "201": shown("Created.", located),
          "412": response("OtherVersion"),
          ...ofABody,
          ...always,
        },
      },
      delete: {
        ...asAdministrator,
        operationId: `delete${type}`,
        summary: `Deletes a ${type}`,
        parameters: [ifMatch],
        responses: {
          "200": shown("It was.", noStore),
          "204": { description: "There was none.", headers: noStore },
          "412": response("OtherVersion"),
          ...always,
        },
      },
    },
  };
}

/** The resources of the administrator. */
export const administration: object = Object.assign({}, ...RESOURCE_TYPES.map(ofType));
