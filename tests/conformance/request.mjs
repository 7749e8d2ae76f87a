// One request, built from a good one by changing a thing, and its answer.
import { Agent as HttpAgent, request as http } from "node:http";
import { Agent as HttpsAgent, request as https } from "node:https";
import { randomUUID } from "node:crypto";
import { jwt, now, signingKey } from "./jwt.mjs";

const FORM = "application/x-www-form-urlencoded";
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Milliseconds that a server has for one answer. */
const PATIENCE = 30_000;

/** The longest that the suite waits for a server that counts requests, in seconds. */
const LONGEST_WAIT = 61;

export class Request {
  #sent;
  #agents;

  constructor(url, client, sent, agents) {
    this.method = "POST";
    this.url = url;
    this.client = client;
    this.parameters = [];
    this.headers = [];
    this.contentType = FORM;
    this.body = undefined;
    this.#sent = sent;
    this.#agents = agents;
  }

  /** Replaces the parameter; undefined leaves it out. */
  set(name, value) {
    this.without(name);
    return value === undefined ? this : this.add(name, value);
  }

  add(name, value) {
    this.parameters.push([name, value]);
    return this;
  }

  without(name) {
    this.parameters = this.parameters.filter(([one]) => one !== name);
    return this;
  }

  value(name) {
    return this.parameters.find(([one]) => one === name)?.[1];
  }

  header(name, value) {
    this.headers.push([name, value]);
    return this;
  }

  /** The client that sends it, or undefined for nobody. */
  as(client) {
    this.client = client;
    return this;
  }

  /** The parameters with the client's credentials in them, and the headers. */
  authenticated() {
    const { parameters, headers } = credentials(this.client, this.url);
    return { parameters: [...this.parameters, ...parameters], headers: [...this.headers, ...headers] };
  }

  /** Sends a body of its own in place of the parameters; the credentials stay in the header or are put in front. */
  with(body, contentType = this.contentType) {
    this.body = body;
    this.contentType = contentType;
    return this;
  }

  async send() {
    const { parameters, headers } = this.authenticated();
    const body = this.body ?? new URLSearchParams(parameters).toString();
    const plain = this.method === "GET" || this.method === "HEAD";
    const wire = {
      method: this.method,
      url: this.url,
      headers: plain ? headers : [["Content-Type", this.contentType], ...headers],
      body: plain ? "" : body,
    };
    let answer = await once(wire, this.#agents);
    const wait = Number(answer.headers["retry-after"]);
    if (answer.status === 429 && wait <= LONGEST_WAIT) {
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      answer = await once(wire, this.#agents);
    }
    this.#sent(wire, answer);
    return answer;
  }
}

// Form-encoding is RFC 6749 section 2.3.1 and appendix B.
function credentials(client, url) {
  if (client === undefined) return { parameters: [], headers: [] };
  const { client_id, client_secret } = client;
  switch (client.method) {
    case "client_secret_post":
      return { parameters: Object.entries({ client_id, client_secret }), headers: [] };
    case "private_key_jwt":
      return {
        parameters: [
          ["client_id", client_id],
          ["client_assertion_type", ASSERTION],
          ["client_assertion", client.assertion ?? assertion(client, url)],
        ],
        headers: [],
      };
    case "none":
      return { parameters: [["client_id", client_id]], headers: [] };
    default:
      return { parameters: [], headers: [["Authorization", basic(client_id, client_secret)]] };
  }
}

export function basic(id, secret) {
  const encoded = (text) => new URLSearchParams({ t: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString("base64")}`;
}

/** RFC 7523 section 3; `change` replaces claims. */
export function assertion(client, url, change = {}, by = signingKey(client), header = {}) {
  const { client_id } = client;
  const aud = client.assertion_audience ?? url;
  const good = { iss: client_id, sub: client_id, aud, iat: now(), exp: now() + 60, jti: randomUUID() };
  return jwt({ typ: "JWT", ...header }, { ...good, ...change }, by);
}

export function agents() {
  const options = { keepAlive: true, maxSockets: 4 };
  const [plain, tls] = [new HttpAgent(options), new HttpsAgent(options)];
  return {
    of: (url) => (url.startsWith("https:") ? tls : plain),
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}

function once({ method, url, headers, body }, agents) {
  const bytes = Buffer.from(body);
  const flat = headers.flat();
  if (bytes.length > 0 || method === "POST") flat.push("Content-Length", String(bytes.length));
  flat.push("Accept", "application/json", "Host", new URL(url).host);
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? https : http;
    const request = send(url, { method, headers: flat, agent: agents.of(url), timeout: PATIENCE }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => resolve(read(response, Buffer.concat(parts))));
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 30 s")));
    request.on("error", reject);
    request.end(bytes);
  });
}

function read({ statusCode, headers }, bytes) {
  const text = bytes.toString("utf8");
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    // told by the case that wants JSON
  }
  return {
    status: statusCode,
    headers,
    text,
    bytes,
    json: typeof json === "object" && json !== null ? json : undefined,
  };
}

/** As a query or a form would spell it, every byte escaped. */
export function escaped(text) {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
