import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { bodyLimit } from "../engine.js";
import type { Sts } from "../sts.js";
import { welcome } from "./welcome.js";

/** What a server of `node:http` does with a request: hands it to the service and sends the answer. */
export function listener(
  sts: Pick<Sts, "fetch">,
  server: Server,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    answer(sts, server, incoming, outgoing).catch((error: unknown) => {
      // A client that went away is no news. Of anything else the name only: a message may hold anything.
      const gone = incoming.destroyed && !incoming.complete;
      if (!gone) console.error(`edge-sts: a request failed: ${error instanceof Error ? error.name : typeof error}`);
      outgoing.destroy();
    });
  };
}

async function answer(
  sts: Pick<Sts, "fetch">,
  server: Server,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Chunks = incoming[Symbol.asyncIterator]();
  const request = requestOf(incoming, chunks);
  if (request === undefined) {
    outgoing.writeHead(400, { "content-length": 0, connection: "close" }).end();
    return;
  }
  // A body that is announced as too long is not asked for.
  const notSent = isExpected(incoming) && isTooLong(incoming);
  if (isExpected(incoming) && !notSent) outgoing.writeContinue();
  const response = welcome(request) ?? (await sts.fetch(request, { address: incoming.socket.remoteAddress }));
  const content = Buffer.from(await response.arrayBuffer());
  const headers: Record<string, string | number> = Object.fromEntries(response.headers);
  // To HEAD, the length of what GET would give: not known here.
  const bodyless = response.status === 204 || response.status === 304 || incoming.method === "HEAD";
  if (!bodyless) headers["content-length"] = content.length;
  // A body that nobody has read to its end would be taken for the next request.
  const unread = hasBody(incoming) && !incoming.readableEnded;
  if (unread || !server.listening) headers["connection"] = "close";
  outgoing.writeHead(response.status, headers);
  outgoing.write(content);
  // The answer is on its way. Were the connection closed at once, what the client is still sending would make its
  // system throw the answer away before it is read.
  if (unread && !notSent) await thrownAway(chunks);
  outgoing.end();
}

type Chunks = AsyncIterator<Uint8Array, unknown>;

// Where the service is reached says nothing about it: its issuer is configured.
const ORIGIN = "http://localhost";

function requestOf(incoming: IncomingMessage, chunks: Chunks): Request | undefined {
  const { method = "GET", url = "/", rawHeaders } = incoming;
  // Paths match as they are sent: what reading a URL would change (`..`, `\\`) leads nowhere, also past no proxy's rules.
  if (!url.startsWith("/") || !URL.canParse(ORIGIN + url)) return undefined;
  const { pathname, search } = new URL(ORIGIN + url);
  if (pathname + search !== url) return undefined;
  const headers = new Headers();
  // Not `incoming.headers`: there, of two Authorization headers the second is gone without a trace.
  const body = hasBody(incoming) && method !== "GET" && method !== "HEAD" ? bodyOf(incoming, chunks) : null;
  try {
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
    }
    const init: RequestInit & { duplex: "half" } = { method, headers, body, duplex: "half" };
    return new Request(ORIGIN + url, init);
  } catch {
    return undefined; // a method that no Request may have, such as TRACE
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function isExpected({ headers }: IncomingMessage): boolean {
  return headers.expect?.toLowerCase() === "100-continue";
}

function isTooLong({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > bodyLimit();
}

// Not Readable.toWeb: cancelling that one destroys the connection, and with it the answer.
function bodyOf(incoming: IncomingMessage, chunks: Chunks): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      if (isTooLong(incoming)) {
        // Not read at all: one byte too many, whichever, is enough for the core to refuse it.
        controller.enqueue(new Uint8Array(bodyLimit() + 1));
        controller.close();
        return;
      }
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

// Bytes and milliseconds; then the connection is closed all the same.
const MOST_THROWN_AWAY = 16_777_216;
const LONGEST_THROWING_AWAY = 2_000;

async function thrownAway(chunks: Chunks): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ done: true; value: undefined }>((resolve) => {
    timer = setTimeout(resolve, LONGEST_THROWING_AWAY, { done: true, value: undefined });
  });
  try {
    for (let left = MOST_THROWN_AWAY; left > 0;) {
      const { done, value } = await Promise.race([chunks.next(), late]);
      if (done === true) return;
      left -= value.length;
    }
  } catch {
    // the client is gone
  } finally {
    clearTimeout(timer);
  }
}
