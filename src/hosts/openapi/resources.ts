// The rules that a schema can say, and what each member means. Some rules it cannot say, such as that a point lies on its
// curve: those answer 422 as well. From these tables come the OpenAPI description, `edge-sts/schema.json` and the TypeScript
// types (`npm run types`); tests/node/schema.test.mjs holds them against the core.
//
// A `title` of one word in PascalCase is the name of the TypeScript type. Any other is a member's label, in plain words: the
// forms of www/form show the members that have one. "Default: …" is added to a comment by itself. `writeOnly` marks secrets.

import { client } from "./resources/client.js";
import { operationOutcome, stored } from "./resources/stored.js";
import { tokenIntrospector } from "./resources/token_introspector.js";
import { user } from "./resources/user.js";

export { jwk } from "./resources/jwk.js";

/** The types of resources. */
export const RESOURCE_TYPES = ["Client", "TokenIntrospector", "User"] as const;

/** What the administrator writes and reads. */
export const resources = {
  Id: {
    type: "string",
    pattern: "^[A-Za-z0-9._-]{1,64}$",
    description: "1 to 64 of `A-Z a-z 0-9 - . _`.",
  },
  Client: client,
  TokenIntrospector: tokenIntrospector,
  User: user,
  ...Object.fromEntries(RESOURCE_TYPES.map((type) => [`Stored${type}`, stored(type)])),
  OperationOutcome: operationOutcome,
  Link: {
    title: "Another page of a Bundle",
    type: "object",
    required: ["relation", "url"],
    properties: { relation: { enum: ["self", "previous", "next"] }, url: { type: "string" } },
  },
};
