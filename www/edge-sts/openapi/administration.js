import { RESOURCE_TYPES } from "./resources.js";
const response = (name) => ({ $ref: `#/components/responses/${name}` });
const schemaOf = (type) => ({ schema: { $ref: `#/components/schemas/${type}` } });
const asAdministrator = { tags: ["administration"], security: [{ administrator: [] }] };
const noStore = { "Cache-Control": { $ref: "#/components/headers/NoStore" } };
const etag = { ...noStore, ETag: { $ref: "#/components/headers/ETag" } };
const located = { ...etag, Location: { $ref: "#/components/headers/Location" } };
const always = {
  401: response("AdministratorRefused"),
  404: response("ResourceUnknown"),
  429: response("AdministratorThrottled"),
  503: response("AdministrationUnavailable"),
};
const ofABody = {
  400: response("ResourceMalformed"),
  413: response("ResourceTooLarge"),
  415: response("NotJson"),
  422: response("ResourceRefused"),
};
const text = { type: "string", pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]*$" };
const inQuery = (name, description, schema = text) => ({
  name,
  in: "query",
  description,
  schema,
});
const pages = [
  inQuery("_count", "How many to give at most.", { type: "integer", minimum: 1, maximum: 1000, default: 100 }),
  inQuery("_page", "Which page, from 1 on.", { type: "integer", minimum: 1, maximum: 1_000_000_000, default: 1 }),
];
const filters = {
  Client: [inQuery("_id", "With this `id`."), inQuery("name", "With this `name`.")],
  TokenIntrospector: [inQuery("_id", "With this `id`."), inQuery("iss", "With this `jwt.iss`.")],
  User: [
    inQuery("_id", "With this `id`."),
    inQuery("name", "With this `userName`."),
    inQuery("identifier", "With this identifier: `system|value`.", {
      type: "string",
      pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]*[|][^\\u0000-\\u001F\\u007F-\\u009F]*$",
    }),
  ],
};
const paging = {
  total: { type: "integer", minimum: 0 },
  link: { type: "array", items: { $ref: "#/components/schemas/Link" } },
};
// A page of a backup is taken back as it is: how it was cut is not looked at.
const anyPaging = { total: {}, link: {} };
function bundleOf(kind, title, entry, page = paging, more = {}) {
  return {
    title,
    type: "object",
    required: ["resourceType", "type", "entry"],
    properties: {
      resourceType: { const: "Bundle" },
      type: { const: kind },
      ...page,
      entry: { type: "array", items: entry },
    },
    ...more,
  };
}
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
const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  description: "`*`: only if there is none yet.",
  schema: { type: "string" },
};
function ofType(type) {
  const shown = (description, headers) => ({
    description,
    headers,
    content: { "application/json": schemaOf(`Stored${type}`) },
  });
  const requestBody = {
    required: true,
    content: { "application/json": schemaOf(type), "application/fhir+json": schemaOf(type) },
  };
  const bundle = bundleOf("searchset", `Resources of type ${type}`, {
    type: "object",
    required: ["resource"],
    properties: { resource: { $ref: `#/components/schemas/Stored${type}` } },
  });
  const history = bundleOf("history", `Versions of one ${type}`, {
    type: "object",
    required: ["request", "response", "administrator"],
    properties: {
      resource: { $ref: `#/components/schemas/Stored${type}` },
      request: { type: "object", properties: { method: { enum: ["PUT", "DELETE"] }, url: { type: "string" } } },
      response: { type: "object", properties: { etag: { type: "string" }, lastModified: { type: "string" } } },
      administrator: { type: "string", description: "Who made it." },
    },
  });
  return {
    [`/${type}`]: {
      get: {
        ...asAdministrator,
        operationId: `list${type}`,
        summary: `Lists the resources of type ${type}, in pages`,
        parameters: [...pages, ...(filters[type] ?? [])],
        responses: {
          200: { description: "A Bundle.", headers: noStore, content: { "application/json": { schema: bundle } } },
          400: response("QueryRefused"),
          ...always,
        },
      },
      post: {
        ...asAdministrator,
        operationId: `create${type}`,
        summary: `Creates a ${type}, with the \`id\` of the body or a new one`,
        requestBody,
        responses: {
          201: shown("Created.", located),
          409: response("ResourceExists"),
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
        responses: { 200: shown("It is.", etag), ...always },
      },
      put: {
        ...asAdministrator,
        operationId: `put${type}`,
        summary: `Creates or replaces a ${type}`,
        parameters: [ifMatch, ifNoneMatch],
        requestBody,
        responses: {
          200: shown("Replaced.", etag),
          201: shown("Created.", located),
          409: response("LookUpTaken"),
          412: response("OtherVersion"),
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
          200: shown("It was.", noStore),
          204: { description: "There was none.", headers: noStore },
          412: response("OtherVersion"),
          ...always,
        },
      },
    },
    [`/${type}/{id}/_history`]: {
      parameters: [id],
      get: {
        ...asAdministrator,
        operationId: `history${type}`,
        summary: `Lists the versions of a ${type}, newest first, without secrets`,
        parameters: pages,
        responses: {
          200: { description: "A Bundle.", headers: noStore, content: { "application/json": { schema: history } } },
          400: response("QueryRefused"),
          ...always,
        },
      },
    },
  };
}
const transaction = (title) =>
  bundleOf(
    "transaction",
    title,
    {
      type: "object",
      required: ["request"],
      properties: {
        fullUrl: { type: "string" },
        resource: { type: "object", description: "The Client, TokenIntrospector or User that is to be there." },
        request: {
          type: "object",
          required: ["method", "url"],
          properties: {
            method: { enum: ["PUT", "DELETE"] },
            url: { type: "string", pattern: "^(Client|TokenIntrospector|User)/[A-Za-z0-9._-]{1,64}$" },
            ifMatch: { type: "string" },
            ifNoneMatch: { type: "string" },
          },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    anyPaging,
    { additionalProperties: false },
  );
const transactionResponse = bundleOf("transaction-response", "What became of each entry", {
  type: "object",
  required: ["response"],
  properties: {
    response: {
      type: "object",
      required: ["status", "location"],
      properties: { status: { enum: ["200", "201", "204"] }, location: { type: "string" }, etag: { type: "string" } },
    },
  },
});
function transact(operationId, summary) {
  return {
    ...asAdministrator,
    operationId,
    summary,
    requestBody: { required: true, content: { "application/json": { schema: transaction("Changes, all or none") } } },
    responses: {
      200: {
        description: "All of it is done.",
        headers: noStore,
        content: { "application/json": { schema: transactionResponse } },
      },
      409: response("LookUpTaken"),
      412: response("OtherVersion"),
      ...ofABody,
      ...always,
    },
  };
}
/** The resources of the administrator. */
export const administration = Object.assign(
  {
    "/": {
      post: transact("change", "Makes several changes, all or none: a Bundle of at most 100"),
      get: {
        tags: ["page"],
        operationId: "page",
        summary: "The page, where the service has one",
        security: [],
        responses: {
          200: { description: "The page.", content: { "text/html": { schema: { type: "string" } } } },
          404: { description: "There is no page." },
        },
      },
    },
    "/$import": {
      post: transact(
        "import",
        "Brings a page of a backup back: the same, and each resource is the instance that it says",
      ),
    },
    "/$export": {
      get: {
        ...asAdministrator,
        operationId: "export",
        summary: "Gives every resource as it is stored, in pages that `/$import` takes",
        parameters: [
          inQuery("_count", "How many to give at most.", { type: "integer", minimum: 1, maximum: 100, default: 100 }),
          pages[1],
          inQuery("secrets", "`shared`: with the secrets that issuers share with this service, in plain text.", {
            const: "shared",
          }),
        ],
        responses: {
          200: {
            description: "A Bundle.",
            headers: noStore,
            content: {
              "application/json": { schema: bundleOf("transaction", "A page of a backup", { type: "object" }) },
            },
          },
          400: response("QueryRefused"),
          ...always,
        },
      },
    },
  },
  ...RESOURCE_TYPES.map(ofType),
);
