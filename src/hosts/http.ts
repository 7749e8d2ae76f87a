// HTTP as plain values: what the core reads of a request, and what it answers. How they come and go is the business of each
// server: fetch_handler.ts (Request and Response), cli/listener.ts (node:http).
import { converse, type Finished } from "./dialogue.js";
import type { Hosts } from "./effects.js";
import { call, type Core, put, requestHeaders, Trapped } from "./engine.js";
import { unavailable } from "./wasm/edge_sts.js";

/** What is read of a request besides its body. */
export interface Asked {
  readonly method: string;
  /** The path and the query, as they were sent. */
  readonly target: string;
  /** `get`: the value of a header (lower case), of several lines all with ", " between them; null where there is none. */
  readonly headers: { get(name: string): string | null };
  /** Where it came from, as the platform says, and never as a client says. */
  readonly address?: string | null | undefined;
}

/** What is answered. */
export interface Answer {
  /** The status, and sometimes the name of a document behind a space; then one line, "name: value", for each header. */
  readonly head: string;
  readonly body: string;
}

/** The same as the core takes it: "METHOD /path?query", then one line for each header that it reads. */
export function linesOf({ method, target, headers, address }: Asked): string {
  let lines = `${method} ${target}`;
  for (const name of requestHeaders(method)) {
    const value = headers.get(name);
    if (value !== null) lines += `\n${name}: ${value}`;
  }
  // Under a name that no header can have. What is no address is left out, whatever it is.
  if (typeof address === "string" && ADDRESS.test(address)) lines += `\n@address: ${address}`;
  return lines;
}

const ADDRESS = /^[0-9a-f:.]{2,45}(?:%[\w.-]{1,64})?$/i;

/**
 * Answers one request, without a promise where nothing has to be waited for. `waits` is given what it waits for outside, if it
 * does: others may wait for it as well, when its client has gone away.
 */
export function answer(
  asked: string,
  body: Uint8Array,
  core: Core,
  hosts: Hosts,
  waits?: (answer: Promise<unknown>) => void,
): Answer | Promise<Answer> {
  try {
    const finished = converse(core, hosts, (wasm, now) => wasm.fetch(put(wasm, asked), body, now));
    if (!(finished instanceof Promise)) return whole(finished, core, hosts);
    waits?.(finished.catch(() => undefined));
    return finished.then((later) => whole(later, core, hosts)).catch((error: unknown) => afterTrap(error, asked));
  } catch (error) {
    return afterTrap(error, asked);
  }
}

/** The answer of a host that cannot serve: `faults` says what is missing or broken, each in one line. */
export function refusal(asked: string, faults: readonly string[]): Answer {
  const text = call(() => unavailable(asked, faults.join("\n")));
  const end = text.indexOf("\n\n");
  return { head: text.slice(0, end), body: text.slice(end + 2) };
}

function afterTrap(error: unknown, asked: string): Answer {
  if (error instanceof Trapped) return refusal(asked, ["the service failed at this request and was started anew"]);
  throw error;
}

function whole({ payload: head, body }: Finished, core: Core, hosts: Hosts): Answer | Promise<Answer> {
  if (head.charCodeAt(STATUS_LENGTH) !== SPACE) return { head, body };
  const end = head.indexOf("\n");
  const name = head.slice(STATUS_LENGTH + 1, end < 0 ? head.length : end);
  return documentOf(name, core, hosts).then((document) => ({ head, body: document }));
}

const STATUS_LENGTH = 3;
const SPACE = " ".charCodeAt(0);

// The documents that the host keeps for the core. The long one is seldom asked for, so that nothing else loads it.
async function documentOf(name: string, core: Core, { meter }: Hosts): Promise<string> {
  if (name === "metrics" && meter?.text !== undefined) return meter.text();
  if (name !== "openapi.json") throw new TypeError("the core names a document that this package has not");
  const { openapi } = await import("./openapi/document.js");
  return openapi(core.issuer, { counts: meter?.text !== undefined });
}

/** The head of an answer, taken apart. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: [name: string, value: string][];
  /** Whether there can be no body, and so no length of one. */
  readonly bodyless: boolean;
}

/** Takes the head of an answer apart. */
export function headOf(text: string): AnswerHead {
  const [first = "", ...lines] = text.split("\n");
  const status = Number(first.slice(0, STATUS_LENGTH));
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { status, headers, bodyless: status === 204 || status === 304 };
}
