// `Request` in, `Response` out.
import { readBody } from "./body.js";
import type { Hosts } from "./effects.js";
import { bodyLimit, type Core } from "./engine.js";
import { answer, type Answer, headOf, linesOf, refusal } from "./http.js";

/**
 * Answers one HTTP request. `address`: where it came from, as the platform says, and never as a client says. `waits` is
 * given what the request waits for outside, if it does: others may wait for it as well, when its client has gone away.
 */
export async function serve(
  request: Request,
  core: Core,
  hosts: Hosts,
  address?: string | null,
  waits?: (answer: Promise<unknown>) => void,
): Promise<Response> {
  const asked = linesOfRequest(request, address);
  const read = readBody(request, bodyLimit());
  const body = read instanceof Uint8Array ? read : await read;
  const answered = answer(asked, body, core, hosts, waits);
  return responseOf(answered instanceof Promise ? await answered : answered);
}

/** The answer of a host that cannot serve: `faults` says what is missing or broken, each in one line. */
export function refuse(request: Request, faults: readonly string[]): Response {
  return responseOf(refusal(linesOfRequest(request), faults));
}

function linesOfRequest({ method, url, headers }: Request, address?: string | null): string {
  const path = url.indexOf("/", url.indexOf("//") + 2);
  const fragment = url.indexOf("#", path);
  const target = fragment < 0 ? url.slice(path) : url.slice(path, fragment);
  return linesOf({ method, target, headers, address });
}

// Answers of one kind have the same head but for the request's name, which is its last line. There are few kinds, so that
// their heads are kept. A Response copies the headers that it is given: the name of the next request can be set into them.
const heads = new Map<string, KeptHead>();

// More than the kinds of answers; what differs with each resource (ETag, Location) must not fill the memory.
const MOST_HEADS = 64;

interface KeptHead {
  readonly status: number;
  readonly headers: Headers;
  readonly bodyless: boolean;
}

function responseOf({ head: text, body }: Answer): Response {
  const name = text.lastIndexOf(REQUEST_ID);
  const head = keptHead(name < 0 ? text : text.slice(0, name));
  if (name < 0) head.headers.delete("x-request-id");
  else head.headers.set("x-request-id", text.slice(name + REQUEST_ID.length));
  return new Response(head.bodyless ? null : body, head);
}

const REQUEST_ID = "\nx-request-id: ";

function keptHead(text: string): KeptHead {
  const known = heads.get(text);
  if (known !== undefined) return known;
  const { status, headers: pairs, bodyless } = headOf(text);
  const head = { status, headers: new Headers(pairs), bodyless };
  if (heads.size >= MOST_HEADS) heads.clear();
  heads.set(text, head);
  return head;
}
