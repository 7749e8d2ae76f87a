import { readBody } from "./body.js";
import { converse } from "./dialogue.js";
import { bodyLimit, call, requestHeaders, Trapped } from "./engine.js";
import { unavailable } from "./wasm/edge_sts.js";
/** Answers one HTTP request. `address`: where it came from, as the platform says, and never as a client says. */
export async function serve(request, core, hosts, address) {
  const asked = headOf(request) + sourceLine(address);
  const read = readBody(request, bodyLimit());
  const body = read instanceof Uint8Array ? read : await read;
  try {
    const answer = converse(core, hosts, (wasm, now) => wasm.fetch(asked, body, now));
    const { head, body: text, id } = parse(answer instanceof Promise ? (await answer).payload : answer.payload);
    const response = new Response(head.document === undefined ? text : await documentOf(head.document, core), head);
    if (id !== undefined) response.headers.set("x-request-id", id);
    return response;
  } catch (error) {
    if (error instanceof Trapped) return refuse(request, ["the service failed at this request and was started anew"]);
    throw error;
  }
}
/** The answer of a host that cannot serve: `faults` says what is missing or broken, each in one line. */
export function refuse(request, faults) {
  const head = headOf(request);
  const { head: answered, body } = parse(call(() => unavailable(head, faults.join("\n"))));
  return new Response(body, answered);
}
// "METHOD /path?query", then one line for each header that the core reads.
function headOf(request) {
  const { url, headers } = request;
  const path = url.indexOf("/", url.indexOf("//") + 2);
  const fragment = url.indexOf("#", path);
  let head = `${request.method} ${fragment < 0 ? url.slice(path) : url.slice(path, fragment)}`;
  for (const name of requestHeaders()) {
    const value = headers.get(name);
    if (value !== null) head += `\n${name}: ${value}`;
  }
  return head;
}
// Under a name that no header can have. What is no address is left out, whatever it is.
function sourceLine(address) {
  return typeof address === "string" && ADDRESS.test(address) ? `\n@address: ${address}` : "";
}
const ADDRESS = /^[0-9a-f:.]{2,45}(?:%[\w.-]{1,64})?$/i;
// "status", one line for each header, of which the last may be the request's name; an empty line, the body.
function parse(payload) {
  const end = payload.indexOf("\n\n");
  const name = payload.lastIndexOf(REQUEST_ID, end);
  const head = responseHead(payload.slice(0, name < 0 ? end : name));
  const id = name < 0 ? undefined : payload.slice(name + REQUEST_ID.length, end);
  return { head, body: head.bodyless ? null : payload.slice(end + 2), id };
}
const REQUEST_ID = "\nx-request-id: ";
// The documents that the host keeps for the core. They are long and seldom asked for, so that nothing else loads them.
async function documentOf(name, core) {
  if (name !== "openapi.json") throw new TypeError("the core names a document that this package has not");
  const { openapi } = await import("./openapi/document.js");
  return openapi(core.issuer);
}
// Answers of one kind have the same head, and there are few kinds. A Response copies the headers that it is given.
const heads = new Map();
// More than the kinds of answers; what differs with each resource (ETag, Location) must not fill the memory.
const MOST_HEADS = 64;
function responseHead(text) {
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
