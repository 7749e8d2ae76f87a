import { lookup as resolve } from "node:dns";
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isLoopback, isPublic, isPublicOrOwn } from "./node_addresses.js";
import { incoming, LimitedText, unread } from "./outgoing.js";
import { isPrivateHost } from "./private_hosts.js";
export { isPublic };
// Agents of our own: a connection that the application made, by rules of its own, is not used, and neither is the proxy
// that NODE_USE_ENV_PROXY puts into the global ones, which would look the names up itself. Keys are fetched seldom, each
// time by a connection of their own; those to introspection endpoints are kept for a while.
const KEEP = { keepAlive: true, timeout: 5000 };
const AGENTS = {
  GET: { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) },
  POST: { http: new HttpAgent(KEEP), https: new HttpsAgent(KEEP) },
};
/**
 * Sends a request from Node: as `outgoing.ts` does, and to public addresses only; for `privateHosts` to private ones, too;
 * and over http, which the core allows for this machine alone, to no other.
 */
export async function send(outgoing, privateHosts = []) {
  const { url, form, authorization, user_agent, limit, timeout } = outgoing;
  const rule = url.startsWith("http:") ? isLoopback : isPrivateHost(url, privateHosts) ? isPublicOrOwn : isPublic;
  const signal = AbortSignal.timeout(timeout);
  const body = form === undefined ? undefined : Buffer.from(form);
  const method = body === undefined ? "GET" : "POST";
  const options = {
    method,
    agent: AGENTS[method][url.startsWith("http:") ? "http" : "https"],
    lookup: lookupBy(rule),
    headers: {
      accept: "application/json",
      "accept-encoding": "identity",
      ...(user_agent !== undefined && { "user-agent": user_agent }),
      ...(body && { "content-type": "application/x-www-form-urlencoded", "content-length": body.length }),
      ...(authorization !== undefined && { authorization }),
    },
    signal,
  };
  try {
    const response = await ask(url, options, body, rule);
    return await read(response, limit);
  } catch (error) {
    return { unanswered: signal.aborted ? "timeout" : cause(error) };
  }
}
// The connection is made to what is returned here, so that nothing can change between the look and the connection.
function lookupBy(rule) {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const allowed = addresses.filter(rule);
      const [first] = allowed;
      if (first === undefined) return callback(new Unanswered("address_refused"), "", 0);
      if (options.all === true) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}
class Unanswered extends Error {
  reason;
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}
function ask(url, options, body, rule, again = true) {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith("http:") ? requestHttp : requestHttps)(url, options, resolve);
    let handshake = false;
    request.on("socket", (socket) => {
      // Once more, at the connection itself: of a name that is an address nothing was looked up, and one that is kept
      // may have been made by another service's rule.
      const look = () => {
        const { remoteAddress: address = "", remoteFamily } = socket;
        const family = remoteFamily === "IPv6" ? 6 : 4;
        if (!rule({ address, family })) request.destroy(new Unanswered("address_refused"));
      };
      if (!socket.connecting) return look();
      socket.once("connect", look);
      socket.once("connect", () => (handshake = url.startsWith("https:")));
      socket.once("secureConnect", () => (handshake = false));
    });
    request.on("error", (error) => {
      // The server closed a connection that was kept, at the moment when it was used again.
      const closed = request.reusedSocket && error.code === "ECONNRESET" && again;
      if (closed) return resolve(ask(url, options, body, rule, false));
      reject(handshake && !(error instanceof Unanswered) ? new Unanswered("tls_failed") : error);
    });
    // An answer that is none: without this nobody would ever hear of it, not even at the end of the time.
    request.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Unanswered("not_http"));
    });
    request.end(body);
  });
}
/** What there is to mend. */
function cause(error) {
  if (error instanceof Unanswered) return error.reason;
  const code = error.code ?? "";
  if (/^(ENOTFOUND|ENODATA|EAI_)/.test(code)) return "name_unknown";
  if (/^(ERR_TLS|ERR_SSL|CERT_)/.test(code)) return "tls_failed";
  if (code.startsWith("HPE_")) return "not_http";
  return /^E[A-Z]+$/.test(code) ? "connection_failed" : "no_answer";
}
async function read(response, limit) {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    return { status };
  }
  const coding = response.headers["content-encoding"] ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    response.destroy();
    return unread("content_encoding");
  }
  const limited = new LimitedText(limit);
  for await (const chunk of response) {
    if (!limited.push(chunk)) {
      response.destroy();
      return unread("too_long");
    }
  }
  // What is cut off looks like an end where no length was said.
  if (!response.complete) throw new Unanswered("connection_failed");
  return incoming(limited.text(), response.headers["cache-control"]);
}
