// The rules that accept one token: from its claims to the resources of `resources.json`.
import { TOKEN_EXCHANGE } from "./token_request.js";

/** @import { Claims } from "../src/hosts/recipes/recipe.js" */
/** @import { Issuer } from "../src/hosts/recipes/recognised.js" */

// Seconds: the service's own limit for subject tokens that no rule raises.
const DAY = 86_400;

/**
 * A claim that a condition can compare. `path`: its name, or names with dots between them.
 * @typedef {{ path: string, value: string | boolean | string[], chosen: boolean }} Condition
 */

/**
 * What the reader decides.
 * @typedef {object} Wanted
 * @property {string} audience  the API that the new token is for
 * @property {string} scope  names with spaces between them
 * @property {readonly string[]} conditions  paths
 */

/**
 * The claims of a token that say whose it is, those that the recipe compares chosen.
 * @param {Issuer} issuer
 * @param {Claims} claims
 * @returns {Condition[]}
 */
export function conditionsOf({ chosen, offered }, claims) {
  return [...chosen, ...offered].flatMap((path) => {
    const value = comparable(valueAt(claims, path));
    return value === undefined ? [] : [{ path, value, chosen: chosen.includes(path) }];
  });
}

/**
 * The resources: a Client, a TokenIntrospector and, for people, a User.
 * @param {Issuer} issuer
 * @param {Claims} claims
 * @param {Wanted} wanted
 * @param {{ alg?: unknown }} header
 * @param {string} secret  of the Client, and of an issuer that signs with one
 */
export function resourcesFor(issuer, claims, wanted, header, secret) {
  const iss = String(claims.iss ?? "");
  const aud = [claims.aud].flat().filter((one) => typeof one === "string" && one !== "");
  const compared = wanted.conditions.map((path) => [path, comparable(valueAt(claims, path))]);
  const isProgram = issuer.about === "program";
  // A public client proves nothing: the service lets it in only where the issuer's tokens say for whom and whose they are.
  const isPublic = isProgram && aud.length > 0 && compared.length > 0;
  const lifetime = Number(claims.exp) - Number(claims.iat);
  const copied = issuer.copied.filter((path) => valueAt(claims, path) !== undefined);
  const client = {
    resourceType: "Client",
    id: issuer.id,
    ...(isPublic ? { public: true } : { secret }),
    grant_types: [TOKEN_EXCHANGE],
    allowedIssuers: [iss],
    scope: wanted.scope.split(" ").filter(Boolean),
    auth: { token_exchange: { token_format: "jwt", audience: [wanted.audience] } },
  };
  const introspector = {
    resourceType: "TokenIntrospector",
    id: issuer.id,
    type: "jwt",
    ...keysOf(issuer, iss, header),
    user: isProgram ? "none" : "identifier",
    ...maxLifetime(Math.max(issuer.lifetime ?? 0, Number.isFinite(lifetime) ? lifetime : 0)),
    ...(aud.length > 0 ? { audience: aud } : {}),
    ...(compared.length > 0 ? { claims: Object.fromEntries(compared) } : {}),
    ...(copied.length > 0 ? { copy_claims: copied } : {}),
  };
  const user = {
    resourceType: "User",
    id: userId(claims),
    identifier: [{ system: iss, value: String(claims.sub ?? "") }],
  };
  return isProgram ? [client, introspector] : [client, introspector, user];
}

/**
 * Where the issuer's keys come from.
 * @param {Issuer} issuer
 * @param {string} iss
 * @param {{ alg?: unknown }} header
 */
function keysOf({ jwks_uri }, iss, { alg }) {
  if (/^HS\d+$/.test(String(alg)))
    return { jwt: { iss, secret: "CHANGE-ME to the secret that this issuer signs with" } };
  return jwks_uri === undefined ? { jwt: { iss }, discovery: true } : { jwt: { iss }, jwks_uri };
}

/** @param {number} seconds  0: not known */
function maxLifetime(seconds) {
  return seconds === 0 || seconds === DAY ? {} : { max_lifetime: Math.ceil(seconds) };
}

/**
 * What is dangerous about a token and the conditions that were chosen, beside what the module finds.
 * @param {Issuer} issuer
 * @param {Claims} claims
 * @param {readonly string[]} conditions
 */
export function risksOf(issuer, claims, conditions) {
  const missing = ["iss", "sub", "exp"].filter((name) => claims[name] === undefined || claims[name] === null);
  return [
    ...missing.map((name) => `It has no ${name}. A token without iss, sub and exp is never accepted.`),
    ...(typeof claims.iss === "string" && !/^https:\/\//.test(claims.iss)
      ? ["Its iss is not an https URL, and so no issuer that keys could be fetched from."]
      : []),
    ...(claims.aud === undefined
      ? [
          "It has no aud: it does not say for whom it is meant, so that whoever it is shown to can use it everywhere else. Ask the issuer for a token for your service.",
        ]
      : []),
    ...issuer.doubts(claims),
    ...issuer.needs.filter(({ anyOf }) => !anyOf.some((path) => conditions.includes(path))).map(({ risk }) => risk),
  ];
}

/**
 * The rules as this page can try them: with a key that was made here in place of the issuer's, which is fetched elsewhere.
 * @param {readonly Record<string, any>[]} resources
 * @param {Record<string, unknown>} key
 */
export function withKey(resources, key) {
  return resources.map((resource) => {
    if (resource.resourceType !== "TokenIntrospector") return resource;
    const { discovery: _discovery, jwks_uri: _uri, ...rest } = resource;
    return { ...rest, jwt: { iss: resource.jwt.iss, keys: [key] } };
  });
}

/**
 * The same claims as if the token had been issued now, for those whose token has expired. Whether it had a `iat` stays.
 * @param {Claims} claims
 * @param {number} now
 */
export function asIfNew(claims, now) {
  const { exp, iat, nbf } = claims;
  if (typeof exp !== "number" || exp > now) return claims;
  const start = [iat, nbf].find((time) => typeof time === "number");
  const by = now - (typeof start === "number" ? start : exp - 300);
  const moved = Object.entries({ exp, iat, nbf }).filter(([, time]) => typeof time === "number");
  return { ...claims, ...Object.fromEntries(moved.map(([name, time]) => [name, Number(time) + by])) };
}

/**
 * The value at a path. Names may have dots of their own, such as `kubernetes.io`: the longest name that is there counts.
 * @param {unknown} value
 * @param {string} path
 * @returns {unknown}
 */
export function valueAt(value, path) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = /** @type {Record<string, unknown>} */ (value);
  if (Object.hasOwn(members, path)) return members[path];
  const name = Object.keys(members)
    .filter((one) => path.startsWith(`${one}.`))
    .sort((a, b) => b.length - a.length)[0];
  return name === undefined ? undefined : valueAt(members[name], path.slice(name.length + 1));
}

/** @param {unknown} value */
function comparable(value) {
  if (typeof value === "boolean" || (typeof value === "string" && value !== "")) return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((one) => typeof one === "string") ? /** @type {string[]} */ (value) : undefined;
}

/** @param {Claims} claims */
function userId({ preferred_username, email, sub }) {
  const name = [preferred_username, email, sub].find((one) => typeof one === "string" && one !== "");
  const id = String(name ?? "user")
    .split("@")[0]
    ?.replaceAll(/[^\w.-]+/g, "-")
    .slice(0, 64);
  return id === undefined || id === "" ? "user" : id;
}
