import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { bodyLimit } from "../engine.js";
import { answer, type Asked, headOf, linesOf } from "../http.js";
import type { Service } from "../service.js";
import { readBody, thrownAway } from "./incoming_body.js";
import { IncomingHeaders } from "./incoming_headers.js";
import { welcome } from "./welcome.js";

/**
 * What a server of `node:http` does with a request: hands it to the service, which `current` gives, and sends the answer. The
 * core's plain values are taken from it: a Request, its stream and a Response would cost more than the exchange itself.
 */
export function listener(
  current: () => Service,
  server: Server,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    handle(current(), server, incoming, outgoing).catch((error: unknown) => {
      // A client that went away is no news. Of anything else the name only: a message may hold anything.
      const gone = incoming.destroyed && !incoming.complete;
      if (!gone) console.error(`edge-sts: a request failed: ${error instanceof Error ? error.name : typeof error}`);
      outgoing.destroy();
    });
  };
}

async function handle(
  { core, hosts }: Service,
  server: Server,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/" } = incoming;
  if (method === "TRACE" || !isTarget(url)) {
    outgoing.writeHead(400, { "content-length": 0, connection: "close" }).end();
    return;
  }
  const headers = new IncomingHeaders(incoming.rawHeaders);
  const asked: Asked = { method, target: url, headers, address: incoming.socket.remoteAddress };
  // A body that is announced as too long is not asked for.
  const notSent = isExpected(incoming) && isTooLong(incoming);
  if (isExpected(incoming) && !notSent) outgoing.writeContinue();
  const read = bodyOf(incoming);
  const body = read instanceof Uint8Array ? read : await read;
  const answered = welcome(asked) ?? answer(linesOf(asked), body, core, hosts);
  const { head, body: content } = answered instanceof Promise ? await answered : answered;

  const { status, headers: pairs, bodyless } = headOf(head);
  // To HEAD, the length of what GET would give: not known here.
  if (!bodyless && method !== "HEAD") pairs.push(["content-length", String(Buffer.byteLength(content))]);
  // A body that nobody has read to its end would be taken for the next request.
  const unread = hasBody(incoming) && !incoming.readableEnded;
  if (unread || !server.listening) pairs.push(["connection", "close"]);
  outgoing.writeHead(status, pairs.flat());
  if (!unread) {
    outgoing.end(content);
    return;
  }
  outgoing.write(content);
  // The answer is on its way. Were the connection closed at once, what the client is still sending would make its
  // system throw the answer away before it is read.
  if (!notSent) await thrownAway(incoming);
  outgoing.end();
}

// Where the service is reached says nothing about it: its issuer is configured.
const ORIGIN = "http://localhost";

// Paths match as they are sent: what reading a URL would change (`..`, `\\`) leads nowhere, also past no proxy's rules.
function isTarget(url: string): boolean {
  if (PLAIN.test(url)) return true;
  if (!url.startsWith("/") || !URL.canParse(ORIGIN + url)) return false;
  const { pathname, search } = new URL(ORIGIN + url);
  return pathname + search === url;
}

// What most requests ask for, which no reading changes.
const PLAIN = /^(?:\/[a-z]+)+$/;

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function isExpected({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === "100-continue";
}

function isTooLong({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > bodyLimit();
}

const NOTHING = new Uint8Array(0);

function bodyOf(incoming: IncomingMessage): Uint8Array | Promise<Uint8Array> {
  if (!hasBody(incoming) || incoming.method === "GET" || incoming.method === "HEAD") return NOTHING;
  // Not read at all: one byte too many, whichever, is enough for the core to refuse it.
  if (isTooLong(incoming)) return new Uint8Array(bodyLimit() + 1);
  return readBody(incoming, bodyLimit());
}
