// A small token endpoint that keeps the rules, and breaks one of them when it is told to: it shows that the cases of
// tests/conformance can fail. Nothing of it is used by the service. This file: HTTP, parameters, clients.
import { createServer } from "node:http";
import { exchanged, idJag, introspected, redeemed, refreshed, revoked } from "./grants.mjs";
import {
  CLIENTS,
  EXCHANGE,
  Refusal,
  SIGNATURE,
  TYPE,
  JWT_BEARER,
  targetOf,
  ASSERTION_CLIENT,
} from "./configuration.mjs";
import { json, seconds, signedBy } from "./tokens.mjs";

/** Members whose repetition is no fault. */
const REPEATABLE = ["audience", "resource"];

/**
 * Starts it. `fault`: the rule that it breaks; "always-issues" and "always-errors" answer everything alike, after the
 * first request. Gives { target, stop }.
 */
export async function toy(fault) {
  const broken = (name) => name === fault;
  const state = { refresh: new Map(), revoked: new Set(), requests: 0, broken };
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      state.requests += 1;
      const answer = blind(state) ?? answered(request, Buffer.concat(parts), state);
      if (broken("no-cache-control")) delete answer.headers["cache-control"];
      if (broken("no-pragma")) delete answer.headers.pragma;
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  state.url = `http://127.0.0.1:${server.address().port}`;
  return {
    target: targetOf(state.url),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function blind({ broken, requests }) {
  if (requests === 1) return undefined;
  const headers = { "content-type": "text/html" };
  const members = {
    access_token: `e30.${Buffer.from('{"exp":1,"act":{"exp":1},"iat":"x","nbf":"x","iss":1,"sub":1,"jti":1,"aud":1,"scope":[],"client_id":1,"cnf":1}').toString("base64url")}.`,
    token_type: "DPoP",
    issued_token_type: "x",
    scope: '"',
    expires_in: "x",
    refresh_token: "x",
    error: '"',
    active: "x",
  };
  if (broken("always-issues")) return { status: 200, headers, body: JSON.stringify(members) };
  if (broken("always-errors"))
    return { status: 500, headers, body: '{"error":"\\"","error_description":"\\"","error_uri":"\\""}' };
  return undefined;
}

function answered(request, body, state) {
  const headers = { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" };
  try {
    return { status: 200, headers, body: JSON.stringify(routed(request, body, state)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (state.broken("text-errors")) headers["content-type"] = "text/plain";
    const error_description = state.broken("description") ? 'a "quoted" word' : "It is refused.";
    const status = state.broken("errors-have-200") ? 200 : error.status;
    return {
      status,
      headers: { ...headers, ...error.headers },
      body: JSON.stringify({ error: error.error, error_description, error_uri: "https://errors.example/" }),
    };
  }
}

function routed(request, body, state) {
  const { broken, url } = state;
  const [path] = request.url.split("?");
  if (path === "/metadata") return metadata(state);
  if (path === "/jwks") return { keys: [broken("private-keys") ? SIGNATURE : { ...SIGNATURE, d: undefined }] };
  if (request.method !== "POST" && !broken("any-method")) throw new Refusal("invalid_request", 405);
  const form = parameters(request, body, state);
  const client = authenticated(request, form, state);
  if (path === "/introspect") return introspected(form, state);
  if (path === "/revoke") return revoked(form, client, state);
  const grant = form.get("grant_type");
  if (grant === undefined) throw new Refusal("invalid_request");
  if (client === "idle" && !broken("any-client")) throw new Refusal("unauthorized_client");
  if (grant === "refresh_token") return refreshed(form, client, state);
  if (grant === JWT_BEARER) return redeemed(form, client, state);
  const known = broken("grant-case") ? grant.toLowerCase() === EXCHANGE : grant === EXCHANGE;
  if (!known) throw new Refusal("unsupported_grant_type");
  if (form.get("requested_token_type") === TYPE.idJag) return idJag(form, client, state);
  return exchanged(request, form, client, { ...state, url });
}

function metadata({ broken, url }) {
  return {
    issuer: broken("issuer-of-another") ? "https://nobody.example" : url,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    ...(broken("no-response-types") ? {} : { response_types_supported: [] }),
    grant_types_supported: broken("grant-untold") ? ["refresh_token"] : [EXCHANGE, "refresh_token"],
  };
}

function parameters(request, body, { broken }) {
  const type = (request.headers["content-type"] ?? "").toLowerCase().split(";")[0];
  if (type !== "application/x-www-form-urlencoded" && request.method === "POST") throw new Refusal("invalid_request");
  if (body.length > 65_536) throw new Refusal("invalid_request", 413);
  const query = request.url.split("?")[1] ?? "";
  const text = body.toString("latin1") || (broken("query") || request.method !== "POST" ? query : "");
  try {
    decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Refusal("invalid_request");
  }
  const found = new URLSearchParams(broken("plus-is-a-plus") ? text.replaceAll("+", "%2B") : text);
  const map = new Map();
  for (const name of new Set(found.keys())) {
    const values = found.getAll(name).filter((value) => value !== "" || broken("empty-counts"));
    if (values.length > 1 && !broken("repeats") && (broken("one-target") || !REPEATABLE.includes(name))) {
      throw new Refusal("invalid_request");
    }
    if (values.length > 0) map.set(name, REPEATABLE.includes(name) ? values : values[0]);
  }
  if (broken("no-unknown-parameter") && found.has("x_conformance_unknown")) throw new Refusal("invalid_request");
  return map;
}

function authenticated(request, form, state) {
  const { broken } = state;
  const header = request.headers.authorization;
  const challenge = broken("no-challenge") ? {} : { "www-authenticate": 'Basic realm="toy"' };
  const failed = new Refusal("invalid_client", 401, header === undefined ? {} : challenge);
  let [id, secret] = [form.get("client_id"), form.get("client_secret")];
  if (header !== undefined) {
    if (secret !== undefined && !broken("two-methods")) throw new Refusal("invalid_request");
    const [, encoded] = (broken("basic-case") ? /^Basic (.*)$/ : /^basic (.*)$/i).exec(header) ?? [];
    if (encoded === undefined) throw failed;
    const [user, password] = Buffer.from(encoded, "base64").toString().split(":");
    const plain = (text = "") => new URLSearchParams(`t=${text}`).get("t");
    if (id !== undefined && id !== plain(user)) throw new Refusal("invalid_request");
    [id, secret] = [plain(user), plain(password)];
  } else if (form.get("client_assertion_type")?.endsWith(":jwt-bearer")) {
    return asserted(form.get("client_assertion"), failed, state);
  }
  if (!Object.hasOwn(CLIENTS, id ?? "")) throw failed;
  if (CLIENTS[id] !== secret && !broken("any-secret")) throw failed;
  return id;
}

function asserted(token, failed, { broken, url }) {
  const { client_id } = ASSERTION_CLIENT;
  const claims = json((token ?? "").split(".")[1]);
  const good = [
    broken("assertion-signature") || signedBy(token ?? "", ASSERTION_CLIENT.jwk),
    broken("assertion-names") || (claims?.iss === client_id && claims.sub === client_id),
    broken("assertion-aud") || [claims?.aud].flat().includes(`${url}/token`),
    broken("assertion-exp") || claims?.exp > seconds(),
    broken("assertion-nbf") || !(claims?.nbf > seconds()),
  ];
  if (!good.every(Boolean)) throw failed;
  return client_id;
}
