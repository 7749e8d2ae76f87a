import { type Core, Trapped, type WasmCore } from "./engine.js";
import { type Hosts, perform } from "./effects.js";

/** How a request ended. `refused` never happens to `fetch`. */
export interface Finished {
  readonly refused: boolean;
  readonly payload: string;
  /** The body of a response; empty where there is none. */
  readonly body: string;
}

/**
 * Leads one request to its end: calls the core, delivers its events, performs what it waits for, goes on.
 * A request that need not wait is answered without a promise. Throws or rejects with `Trapped`.
 */
export function converse(
  core: Core,
  hosts: Hosts,
  start: (core: WasmCore, now: number) => string,
): Finished | Promise<Finished> {
  const now = hosts.now();
  const output = core.call((wasm) => start(wasm, now));
  const next = accept(output, core, hosts);
  return typeof next === "string" ? goOn(core, hosts, next) : next;
}

async function goOn(core: Core, hosts: Hosts, waiting: string): Promise<Finished> {
  for (;;) {
    const end = waiting.indexOf("\n");
    const wait = core.wait(Number(waiting.slice(0, end)));
    const results = await perform(waiting.slice(end + 1), hosts);
    const next = accept(core.resume(wait, results, hosts.now()), core, hosts);
    if (typeof next !== "string") return next;
    waiting = next;
  }
}

/** Why the signing keys cannot be used, as a sentence; undefined when they can. Without a promise where none is needed. */
export function probe(core: Core, hosts: Hosts): string | undefined | Promise<string | undefined> {
  const fault = ({ refused, payload }: Finished): string | undefined => (refused ? payload : undefined);
  const finished = converse(core, hosts, (wasm, now) => wasm.probe(now));
  return finished instanceof Promise ? finished.then(fault) : fault(finished);
}

// Takes an output of the core apart (its form: engine.ts). Gives a string, ticket and effects, when the request waits.
// Whoever is told of an event may call the core: what a response left is taken before.
function accept(output: string, core: Core, hosts: Hosts): Finished | string {
  const tag = output.charCodeAt(0);
  const separator = output.indexOf("\x1e");
  const events = tag === RESPONSE ? core.events() : output.slice(1, separator);
  const body = tag === RESPONSE ? core.body() : "";
  if (events !== "") tellAll(events, hosts);
  const payload = output.slice(separator + 1);
  switch (tag) {
    case FINISHED:
    case RESPONSE:
      return { refused: false, payload, body };
    case REFUSED:
      return { refused: true, payload, body };
    case WAITS:
      return payload;
    default:
      throw new Trapped("the core gave an output of an unknown kind");
  }
}

function tellAll(events: string, hosts: Hosts): void {
  if (!events.includes("\n")) return tell(events, hosts);
  for (const event of events.split("\n")) tell(event, hosts);
}

function tell(event: string, { meter, deliver }: Hosts): void {
  if (meter === undefined) return deliver(event);
  const tab = event.indexOf("\t");
  meter.decided(event.slice(0, tab));
  deliver(event.slice(tab + 1));
}

const FINISHED = "=".charCodeAt(0);
const RESPONSE = ">".charCodeAt(0);
const REFUSED = "!".charCodeAt(0);
const WAITS = "?".charCodeAt(0);
