// The good request, and the ways to change one thing in it.
import { EXCHANGE, SECRETS, subjectToken, TYPE } from "./fixture.mjs";
import { base64, bytesOf } from "./jwt.mjs";

export const FORM = "application/x-www-form-urlencoded";
export const JSON_TYPE = "application/json";

/** Credentials as RFC 6749 section 2.3.1 wants them: form-encoded, then base64. */
export function basic(id, secret = SECRETS[id]) {
  return `Basic ${base64(`${formEncoded(id)}:${formEncoded(secret)}`)}`;
}

/** The same without the form encoding, which many clients leave out. */
export function basicRaw(id, secret = SECRETS[id]) {
  return `Basic ${base64(`${id}:${secret}`)}`;
}

export function formEncoded(text) {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

export class TokenRequest {
  path = "/auth/token";
  method = "POST";
  headers = { "content-type": FORM };
  /** Pairs; what the form or the JSON is made of as long as `body` is undefined. */
  parameters = [];
  body = undefined;
  host = undefined;
  streamed = false;

  header(name, value) {
    if (value === undefined) delete this.headers[name];
    else this.headers[name] = value;
    return this;
  }

  as(client) {
    return this.header("authorization", basic(client));
  }

  /** Gives a parameter another value; `undefined` takes it away. */
  set(name, value) {
    const at = this.parameters.findIndex(([key]) => key === name);
    this.parameters = this.parameters.filter(([key]) => key !== name);
    if (value !== undefined) this.parameters.splice(at < 0 ? this.parameters.length : at, 0, [name, value]);
    return this;
  }

  add(name, value) {
    this.parameters.push([name, value]);
    return this;
  }

  /** The parameters as JSON; a parameter that is there several times becomes an array. */
  json(more = {}) {
    this.header("content-type", JSON_TYPE);
    const object = {};
    for (const [name, value] of this.parameters) object[name] = name in object ? [object[name], value].flat() : value;
    return this.raw(JSON.stringify({ ...object, ...more }));
  }

  /** Puts more behind the form as it is: what no honest encoder writes. */
  append(text) {
    return this.raw(concatenated(this.form(), text));
  }

  raw(body) {
    this.body = body;
    return this;
  }

  form() {
    return this.parameters.map(([name, value]) => `${formEncoded(name)}=${formEncoded(value)}`).join("&");
  }

  send(sts) {
    const body = this.body ?? this.form();
    const { method, headers, host, streamed } = this;
    const bodyless = method === "GET" || method === "HEAD";
    return sts.fetch(this.path, { method, headers, host, streamed, ...(bodyless ? {} : { body }) });
  }

  /** The values that must not come back in an error's sentence. */
  inputs() {
    const credentials = this.headers.authorization?.split(" ").slice(1).join(" ") ?? "";
    const values = this.parameters.map(([, value]) => value).filter((value) => typeof value === "string");
    return [credentials, ...values]
      .flatMap((value) => [value, ...value.split(".")])
      .filter((value) => !WORDS.has(value));
  }
}

// Names of parameters that are values of others too, and may stand in a sentence.
const WORDS = new Set(["refresh_token", "access_token", "subject_token", "grant_type", "scope"]);

function concatenated(text, more) {
  if (typeof more === "string") return text + more;
  const begin = bytesOf(text);
  const bytes = new Uint8Array(begin.length + more.length);
  bytes.set(begin);
  bytes.set(more, begin.length);
  return bytes;
}

/** The good exchange: 200 with a JWT for "orders" and scope "read". */
export async function goodExchange(sts) {
  return new TokenRequest()
    .as("c1")
    .set("grant_type", EXCHANGE)
    .set("subject_token", await goodSubjectToken(sts))
    .set("subject_token_type", TYPE.jwt)
    .set("scope", "read");
}

const tokens = new WeakMap();

// Minted anew when the clock has moved: thousands of cases use it.
async function goodSubjectToken(sts) {
  const known = tokens.get(sts);
  if (known !== undefined && Math.abs(sts.now() - known.at) < 60) return known.token;
  const made = { at: sts.now(), token: await subjectToken(sts) };
  tokens.set(sts, made);
  return made.token;
}

/** The good exchange of another client, which may have other scopes. */
export async function goodExchangeOf(sts, client, scope) {
  return (await goodExchange(sts)).as(client).set("scope", scope);
}

export function refreshRequest(client, refreshToken) {
  return new TokenRequest().as(client).set("grant_type", "refresh_token").set("refresh_token", refreshToken);
}

export function introspectionRequest(client, token) {
  const request = new TokenRequest().as(client).set("token", token);
  request.path = "/auth/introspect";
  return request;
}

export function revocationRequest(client, token) {
  const request = introspectionRequest(client, token);
  request.path = "/auth/revoke";
  return request;
}
