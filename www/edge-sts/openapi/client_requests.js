import { uncached } from "./headers.js";
const response = (name) => ({ $ref: `#/components/responses/${name}` });
const schemaOf = (name) => ({ schema: { $ref: `#/components/schemas/${name}` } });
function body(name) {
  const content = { "application/x-www-form-urlencoded": schemaOf(name), "application/json": schemaOf(name) };
  return { required: true, content };
}
function json(description, name) {
  return { description, headers: uncached, content: { "application/json": schemaOf(name) } };
}
// With `{}`: the credentials may stand in the body.
const asClient = { tags: ["tokens"], security: [{ client: [] }, {}] };
const alwaysPossible = {
  401: response("ClientRefused"),
  413: response("BodyTooLarge"),
  415: response("EncodingUnsupported"),
  429: response("TooManyFailures"),
  503: response("Unavailable"),
};
// RFC 9449 section 4.1
const proof = {
  name: "DPoP",
  in: "header",
  description: "A proof of a key, to which the access token is or becomes bound.",
  schema: { type: "string", maxLength: 4096 },
};
// Beside a Bearer token nobody looks at it.
const proofOfBearer = { ...proof, schema: { type: "string" } };
const userinfo = {
  tags: ["tokens"],
  summary: "The User of an access token",
  parameters: [proofOfBearer],
  security: [{ accessToken: [] }],
  responses: {
    200: json("The User.", "Userinfo"),
    400: response("BearerFormRefused"),
    401: response("BearerRefused"),
    403: response("ScopeInsufficient"),
    503: response("Unavailable"),
  },
};
/** What clients, and those who hold a token, ask for. */
export const requests = {
  "/auth/token": {
    post: {
      ...asClient,
      operationId: "token",
      summary: "Exchanges a token, or refreshes one",
      parameters: [proof],
      requestBody: body("TokenRequest"),
      responses: {
        200: json("A token.", "TokenResponse"),
        400: response("TokenRefused"),
        ...alwaysPossible,
      },
    },
  },
  "/auth/introspect": {
    post: {
      ...asClient,
      operationId: "introspect",
      summary: "Whether a token of this service is active, and what it says (RFC 7662)",
      requestBody: body("PresentedToken"),
      responses: {
        200: json("What it says, to those whom it concerns; to others it is not active.", "Introspection"),
        400: response("RequestRefused"),
        ...alwaysPossible,
      },
    },
  },
  "/auth/revoke": {
    post: {
      ...asClient,
      operationId: "revoke",
      summary: "Ends a token, and the grant that it belongs to (RFC 7009)",
      requestBody: body("PresentedToken"),
      responses: {
        200: json("It is revoked, or was unknown.", "Revoked"),
        400: response("RevocationRefused"),
        ...alwaysPossible,
      },
    },
  },
  "/auth/userinfo": {
    get: { ...userinfo, operationId: "userinfo" },
    post: {
      ...userinfo,
      operationId: "userinfoByPost",
      // With `{}`: the token may stand in the form.
      security: [{ accessToken: [] }, {}],
      requestBody: { content: { "application/x-www-form-urlencoded": schemaOf("BearerForm") } },
      responses: {
        ...userinfo.responses,
        413: response("BodyTooLarge"),
        415: response("EncodingUnsupported"),
      },
    },
  },
};
