// What the page knows of each type of resource: how it is listed, searched, and edited in a form. What a resource may say
// is decided by the service; a member that is not in a form is edited as JSON.

/** @typedef {"Client" | "TokenIntrospector" | "User"} ResourceType */

/**
 * @typedef {object} Field
 * @property {readonly string[]} path
 * @property {string} label
 * @property {"text" | "lines" | "check" | "number" | "choice" | "secret" | "identifiers"} kind
 * @property {string} [help]
 * @property {readonly (readonly [value: string, label: string])[]} [choices]  the first is the default, an empty value
 * @property {boolean} [otherwise]  of a check: what it is where the member is absent
 */

/**
 * @typedef {object} Kind
 * @property {string} one
 * @property {string} many
 * @property {string} what
 * @property {readonly (readonly [parameter: string, label: string, example: string])[]} filters
 * @property {readonly (readonly [title: string, cell: (resource: any) => string])[]} columns
 * @property {(resource: any) => boolean} isOff
 * @property {readonly Field[]} fields
 * @property {object} example  of a new one
 */

const EXCHANGE = ["auth", "token_exchange"];

/** @type {Record<ResourceType, Kind>} */
export const KINDS = {
  Client: {
    one: "Client",
    many: "Clients",
    what: "Programs that exchange tokens, and what they may ask for.",
    filters: [
      ["_id", "Id", "shop-frontend"],
      ["name", "Name", "Shop"],
    ],
    columns: [
      ["Name", ({ name }) => name ?? ""],
      ["Issuers", ({ allowedIssuers }) => shortList(allowedIssuers)],
      ["Scopes", ({ scope }) => shortList(scope)],
    ],
    isOff: ({ active }) => active === false,
    fields: [
      { path: ["active"], label: "Active", kind: "check", otherwise: true },
      { path: ["name"], label: "Name", kind: "text" },
      {
        path: ["secret"],
        label: "Secret",
        kind: "secret",
        help: "Stored as a digest. Leave *** to keep the one that is stored.",
      },
      { path: ["grant_types"], label: "Grant types", kind: "lines" },
      {
        path: ["allowedIssuers"],
        label: "Allowed issuers",
        kind: "lines",
        help: "Compared exactly. An empty list allows no issuer.",
      },
      { path: ["scope"], label: "Scopes", kind: "lines" },
      {
        path: [...EXCHANGE, "audience"],
        label: "Targets",
        kind: "lines",
        help: "The first one is issued where the client asks for none.",
      },
      {
        path: [...EXCHANGE, "token_format"],
        label: "Form of access tokens",
        kind: "choice",
        choices: [
          ["", "opaque"],
          ["jwt", "JWT"],
        ],
      },
      {
        path: [...EXCHANGE, "access_token_expiration"],
        label: "Access token lives",
        kind: "number",
        help: "Seconds; 300 if empty.",
      },
      { path: [...EXCHANGE, "refresh_token"], label: "Gets refresh tokens", kind: "check", otherwise: false },
      {
        path: [...EXCHANGE, "delegation"],
        label: "Delegation",
        kind: "choice",
        choices: [
          ["", "as may_act says"],
          ["any", "any actor"],
          ["deny", "none"],
        ],
      },
    ],
    example: {
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
      allowedIssuers: ["https://issuer.example"],
      scope: ["openid"],
      auth: { token_exchange: { token_format: "jwt" } },
    },
  },
  TokenIntrospector: {
    one: "TokenIntrospector",
    many: "Issuers",
    what: "The issuers whose tokens are trusted, with their keys and conditions (TokenIntrospector).",
    filters: [
      ["iss", "Issuer", "https://issuer.example"],
      ["_id", "Id", "external"],
    ],
    columns: [
      ["Issuer", ({ jwt }) => jwt?.iss ?? ""],
      ["Keys", keysOf],
      ["User", ({ user }) => user ?? "required"],
    ],
    isOff: () => false,
    fields: [
      { path: ["jwt", "iss"], label: "Issuer", kind: "text", help: "Exactly as in the claim iss." },
      {
        path: ["type"],
        label: "Tokens",
        kind: "choice",
        choices: [
          ["", "choose"],
          ["jwt", "JWT"],
          ["opaque", "opaque"],
        ],
      },
      {
        path: ["jwks_uri"],
        label: "Address of the keys",
        kind: "text",
        help: "jwks_uri: an https URL of the issuer’s key set.",
      },
      { path: ["discovery"], label: "Find the keys in the issuer’s metadata", kind: "check", otherwise: false },
      {
        path: ["jwt", "secret"],
        label: "Shared secret",
        kind: "secret",
        help: "HMAC, at least 32 bytes. Leave *** to keep the one that is stored.",
      },
      { path: ["audience"], label: "Audience", kind: "lines", help: "The token must be for one of these." },
      {
        path: ["user"],
        label: "User",
        kind: "choice",
        choices: [
          ["", "required"],
          ["identifier", "by identifier only"],
          ["none", "none: workloads"],
        ],
      },
      { path: ["max_lifetime"], label: "Longest remaining lifetime", kind: "number", help: "Seconds; a day if empty." },
    ],
    example: { type: "jwt", jwt: { iss: "https://issuer.example" }, discovery: true },
  },
  User: {
    one: "User",
    many: "Users",
    what: "People whom tokens speak of.",
    filters: [
      ["identifier", "Identifier", "https://issuer.example|00u1"],
      ["name", "User name", "alice"],
      ["_id", "Id", "alice"],
    ],
    columns: [
      ["Name", ({ userName, displayName }) => displayName ?? userName ?? ""],
      ["E-mail", ({ email }) => email ?? ""],
      ["Identifiers", ({ identifier }) => shortList((identifier ?? []).map(identifierText))],
    ],
    isOff: ({ inactive }) => inactive === true,
    fields: [
      { path: ["inactive"], label: "Inactive", kind: "check", otherwise: false },
      { path: ["userName"], label: "User name", kind: "text" },
      { path: ["displayName"], label: "Shown as", kind: "text" },
      { path: ["email"], label: "E-mail", kind: "text" },
      { path: ["identifier"], label: "Identifiers", kind: "identifiers", help: "One a line: issuer|sub" },
    ],
    example: { userName: "", identifier: [] },
  },
};

/** @param {string} name @returns {name is ResourceType} */
export function isResourceType(name) {
  return Object.hasOwn(KINDS, name);
}

/** @param {{ system?: string, value?: string }} identifier */
export function identifierText({ system = "", value = "" }) {
  return `${system}|${value}`;
}

/** @param {readonly string[] | undefined} values */
function shortList(values = []) {
  const [first, second, ...rest] = values;
  const shown = [first, second].filter((value) => value !== undefined).join(", ");
  return rest.length > 0 ? `${shown} and ${rest.length} more` : shown;
}

/** @param {any} resource */
function keysOf({ type, jwt, jwks_uri, discovery }) {
  if (type === "opaque") return "its word (opaque)";
  if (jwks_uri !== undefined) return "jwks_uri";
  if (discovery === true) return "discovery";
  return jwt?.secret === undefined ? "given here" : "shared secret";
}
