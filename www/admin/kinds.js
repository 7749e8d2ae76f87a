// What the page knows of each type of resource: how it is listed and searched. What a resource may say is decided by the
// service, and its form is made of the schema.

/** @typedef {"Client" | "TokenIntrospector" | "User"} ResourceType */

/**
 * @typedef {object} Kind
 * @property {string} one
 * @property {string} many
 * @property {string} what
 * @property {readonly (readonly [parameter: string, label: string, example: string])[]} filters
 * @property {readonly (readonly [title: string, cell: (resource: any) => string])[]} columns
 * @property {(resource: any) => boolean} isOff
 * @property {object} example  of a new one
 */

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
