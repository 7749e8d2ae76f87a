// The target's file: what the suite may know of the server that it tests. README.md describes each member.
import { signingKey } from "./jwt.mjs";

/** The file is not as README.md describes it. The message names the member and repeats no value. */
export class BadTarget extends Error {}

export const TYPES = {
  jwt: "urn:ietf:params:oauth:token-type:jwt",
  accessToken: "urn:ietf:params:oauth:token-type:access_token",
  refreshToken: "urn:ietf:params:oauth:token-type:refresh_token",
  idToken: "urn:ietf:params:oauth:token-type:id_token",
  saml1: "urn:ietf:params:oauth:token-type:saml1",
  saml2: "urn:ietf:params:oauth:token-type:saml2",
  idJag: "urn:ietf:params:oauth:token-type:id-jag",
};

const METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

const MEMBERS = {
  name: text,
  issuer: url,
  token_endpoint: url,
  jwks_uri: url,
  metadata: url,
  introspection_endpoint: url,
  revocation_endpoint: url,
  client,
  other_client: client,
  unauthorized_client: client,
  assertion_client: client,
  subject: source,
  actor: source,
  audience: texts,
  resource: texts,
  forbidden_audience: text,
  forbidden_resource: text,
  scope: texts,
  forbidden_scope: text,
  features,
  id_jag: idJag,
};

const FEATURES = [
  "rfc9068",
  "delegation",
  "may_act",
  "jwt_requested",
  "refresh",
  "introspection",
  "revocation",
  "dpop",
];

/** Reads the text of a target's file. Throws `BadTarget`. */
export function readTarget(json) {
  let target;
  try {
    target = JSON.parse(json);
  } catch {
    throw new BadTarget("The target's file is not JSON.");
  }
  if (!isObject(target)) throw new BadTarget("The target's file must hold a JSON object.");
  members("", target, MEMBERS);
  for (const name of ["token_endpoint", "client", "subject"]) {
    if (target[name] === undefined) throw new BadTarget(`${name} is required.`);
  }
  return { name: target.token_endpoint, audience: [], resource: [], scope: [], features: {}, ...target };
}

function members(path, object, allowed) {
  for (const [name, value] of Object.entries(object)) {
    if (!Object.hasOwn(allowed, name)) throw new BadTarget(`${path || "The file"} has a member that is not known.`);
    allowed[name](path === "" ? name : `${path}.${name}`, value);
  }
}

function text(path, value) {
  if (typeof value !== "string" || value === "") throw new BadTarget(`${path} must be a text.`);
}

function texts(path, value) {
  if (!Array.isArray(value)) throw new BadTarget(`${path} must be a list of texts.`);
  for (const one of value) text(path, one);
}

function object(path, value) {
  if (!isObject(value)) throw new BadTarget(`${path} must be an object.`);
}

function url(path, value) {
  text(path, value);
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new BadTarget(`${path} must be an http or https URL.`);
  }
}

function key(path, value) {
  object(path, value);
  try {
    signingKey({ jwk: value });
  } catch {
    throw new BadTarget(`${path} must be a private JWK, or one of kty oct.`);
  }
}

function client(path, value) {
  object(path, value);
  const method = (path, name) => {
    if (!METHODS.includes(name)) throw new BadTarget(`${path} must be one of ${METHODS.join(", ")}.`);
  };
  members(path, value, { client_id: text, client_secret: text, method, jwk: key, assertion_audience: text });
  text(`${path}.client_id`, value.client_id);
  const needed = { private_key_jwt: "jwk", none: "client_id" }[value.method] ?? "client_secret";
  if (value[needed] === undefined) throw new BadTarget(`${path}.${needed} is required for this method.`);
}

function source(path, value) {
  object(path, value);
  const list = { token_type: text, mint, tokens: texts, token_request: object, expired: text };
  members(path, value, list);
  text(`${path}.token_type`, value.token_type);
  const ways = ["mint", "tokens", "token_request"].filter((name) => value[name] !== undefined);
  if (ways.length !== 1) throw new BadTarget(`${path} must have one of mint, tokens, token_request.`);
}

function mint(path, value) {
  object(path, value);
  members(path, value, { iss: text, secret: text, jwk: key, alg: text, kid: text, typ: text, claims: object });
  text(`${path}.iss`, value.iss);
  if ((value.secret === undefined) === (value.jwk === undefined)) {
    throw new BadTarget(`${path} must have either secret or jwk.`);
  }
}

function features(path, value) {
  object(path, value);
  const flag = (path, one) => {
    if (typeof one !== "boolean") throw new BadTarget(`${path} must be true or false.`);
  };
  members(path, value, Object.fromEntries(FEATURES.map((name) => [name, flag])));
}

function idJag(path, value) {
  object(path, value);
  members(path, value, { client, subject: source, audience: text, resource: text, assertion: mint });
  if (value.audience === undefined && value.assertion === undefined) {
    throw new BadTarget(`${path} must have audience (it issues ID-JAGs) or assertion (it takes them).`);
  }
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
