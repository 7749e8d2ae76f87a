import { readBody } from "./body.js";
import { converse } from "./dialogue.js";
import type { Hosts } from "./effects.js";
import { bodyLimit, call, type Core, put, requestHeaders, Trapped } from "./engine.js";
import { unavailable } from "./wasm/edge_sts.js";

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
  const asked = headOf(request) + sourceLine(address);
  const read = readBody(request, bodyLimit());
  const body = read instanceof Uint8Array ? read : await read;
  try {
    let answer = converse(core, hosts, (wasm, now) => wasm.fetch(put(wasm, asked), body, now));
    if (answer instanceof Promise) {
      waits?.(answer.catch(() => undefined));
      answer = await answer;
    }
    const head = responseHead(answer.payload);
    if (head.document === undefined) return new Response(head.bodyless ? null : answer.body, head);
    const document = await documentOf(head.document, core, hosts);
    // Anew: meanwhile the name of another request may have been set.
    return new Response(document, responseHead(answer.payload));
  } catch (error) {
    if (error instanceof Trapped) return refuse(request, ["the service failed at this request and was started anew"]);
    throw error;
  }
}

/** The answer of a host that cannot serve: `faults` says what is missing or broken, each in one line. */
export function refuse(request: Request, faults: readonly string[]): Response {
  const asked = headOf(request);
  const answer = call(() => unavailable(asked, faults.join("\n")));
  const end = answer.indexOf("\n\n");
  return new Response(answer.slice(end + 2), responseHead(answer.slice(0, end)));
}

// "METHOD /path?query", then one line for each header that the core reads.
function headOf(request: Request): string {
  const { method, url, headers } = request;
  const path = url.indexOf("/", url.indexOf("//") + 2);
  const fragment = url.indexOf("#", path);
  let head = `${method} ${fragment < 0 ? url.slice(path) : url.slice(path, fragment)}`;
  for (const name of requestHeaders(method)) {
    const value = headers.get(name);
    if (value !== null) head += `\n${name}: ${value}`;
  }
  return head;
}

// Under a name that no header can have. What is no address is left out, whatever it is.
function sourceLine(address?: string | null): string {
  return typeof address === "string" && ADDRESS.test(address) ? `\n@address: ${address}` : "";
}

const ADDRESS = /^[0-9a-f:.]{2,45}(?:%[\w.-]{1,64})?$/i;

// The documents that the host keeps for the core. The long one is seldom asked for, so that nothing else loads it.
async function documentOf(name: string, core: Core, { meter }: Hosts): Promise<string> {
  if (name === "metrics" && meter?.text !== undefined) return meter.text();
  if (name !== "openapi.json") throw new TypeError("the core names a document that this package has not");
  const { openapi } = await import("./openapi/document.js");
  return openapi(core.issuer);
}

interface ResponseHead {
  readonly status: number;
  /** The document that is the body. */
  readonly document: string | undefined;
  readonly headers: Headers;
  readonly bodyless: boolean;
}

// Answers of one kind have the same head but for the request's name, which is its last line. There are few kinds, so that
// their heads are kept. A Response copies the headers that it is given: the name of the next request can be set into them.
const heads = new Map<string, ResponseHead>();

// More than the kinds of answers; what differs with each resource (ETag, Location) must not fill the memory.
const MOST_HEADS = 64;

function responseHead(payload: string): ResponseHead {
  const name = payload.lastIndexOf(REQUEST_ID);
  const head = keptHead(name < 0 ? payload : payload.slice(0, name));
  if (name < 0) head.headers.delete("x-request-id");
  else head.headers.set("x-request-id", payload.slice(name + REQUEST_ID.length));
  return head;
}

const REQUEST_ID = "\nx-request-id: ";

function keptHead(text: string): ResponseHead {
  const known = heads.get(text);
  if (known !== undefined) return known;
  const [first = "", ...lines] = text.split("\n");
  const [status, document] = first.split(" ");
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(": ");
    headers.append(line.slice(0, colon), line.slice(colon + 2));
  }
  const head = { status: Number(status), document, headers, bodyless: status === "204" || status === "304" };
  if (heads.size >= MOST_HEADS) heads.clear();
  heads.set(text, head);
  return head;
}
