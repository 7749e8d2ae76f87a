// The boundary to the module. Strings and bytes cross it, nothing else; the module never calls JavaScript while it runs,
// but for random bytes. `src/wasm.rs` is its other side.
//
// A request goes in as its head ("METHOD /path?query", then "\nname: value" for each header that the core reads) and
// its body, or as the JSON text of an object of parameters. What comes out is
//
//     tag, audit events (each a line of JSON with "\n" at its end), "\x1e", payload
//
// `=`  finished. Payload of `fetch`: "status\nname: value\n...\n\nbody"; where the first line is "status openapi.json",
//      the body is that document, which the host keeps. Payload of `exchange`: the answer's JSON text.
// `!`  refused. Payload of `exchange`: JSON of error, error_description, status, reason; of `probe`: a sentence.
// `?`  waits. Payload: "ticket\n", then a JSON array of effects, each with `id` and `op`. They are performed side by side
//      and their results, [{"id": n, "ok": ...} | {"id": n, "failed": true}, ...], are given to `resume`.
import { __wbg_reset_state, body_limit, Core as WasmCore, initSync, request_headers } from "./wasm/edge_sts.js";
/** The module met a fault of its own (or the instance that a request was waiting on is gone). Never shown to a user. */
export class Trapped extends Error {
  name = "Trapped";
}
let source;
let loading;
// Which instance of the module is in use; it counts up when a trap has made one unusable. 0: none is loaded yet.
let generation = 0;
let headers = [];
let limit = 0;
/** Called once by each entry point, with its way to the module. Nothing is loaded yet. */
export function provideModule(given) {
  source = given;
}
/** Makes the module ready. It returns at once, without a promise, where the module is at hand, and when it is loaded. */
export function load() {
  if (generation > 0) return undefined;
  if (loading !== undefined) return loading;
  if (source === undefined) throw new TypeError("import edge-sts by its entry point, not one of its inner files");
  const module = source();
  if (module instanceof WebAssembly.Module) {
    instantiate(module);
    return undefined;
  }
  loading = module.then(instantiate).catch((error) => {
    loading = undefined; // a network that failed may work the next time
    throw error;
  });
  return loading;
}
/** The names of the request headers that the core reads. */
export function requestHeaders() {
  return headers;
}
/** Bytes; a longer body is refused by the core. */
export function bodyLimit() {
  return limit;
}
/**
 * Runs a call into the module. A `TypeError` is an answer of the calls that are documented to give one
 * (`mayRefuse`); whatever else is thrown leaves the instance in an unknown state, so that a new one takes its place.
 */
export function call(work, mayRefuse = false) {
  try {
    return work();
  } catch (error) {
    if (mayRefuse && error instanceof TypeError) throw error;
    generation += 1;
    __wbg_reset_state();
    throw new Trapped("the module failed and was started anew");
  }
}
/**
 * A core that outlives its instance: after a trap it is made anew, from the same configuration, at its next use.
 * The constructor throws a `TypeError` for a configuration that is not acceptable.
 */
export class Core {
  /** The URL of the service. */
  issuer;
  #config;
  #core;
  #generation;
  // Requests that wait for effects: ticket to the time when it began to wait.
  #waiting = new Map();
  constructor(config) {
    this.issuer = config.issuer;
    this.#config = JSON.stringify(config);
    this.#core = call(() => new WasmCore(this.#config), true);
    this.#generation = generation;
  }
  /** Calls the core. Throws `Trapped` when the module fails. */
  call(work) {
    if (this.#generation !== generation) {
      this.#core = call(() => new WasmCore(this.#config));
      this.#generation = generation;
      this.#waiting.clear();
    }
    const core = this.#core;
    return call(() => work(core));
  }
  /** Notes that a request waits; gives what `resume` asks for. */
  wait(ticket) {
    const since = Date.now();
    this.#abandonForgotten(since);
    this.#waiting.set(ticket, since);
    return { ticket, generation: this.#generation };
  }
  /** Goes on with a request that waited. Throws `Trapped` when the instance that it waited on is gone. */
  resume(wait, results, now) {
    if (wait.generation !== generation || !this.#waiting.delete(wait.ticket)) {
      throw new Trapped("the request was forgotten");
    }
    return this.call((core) => core.resume(wait.ticket, results, now));
  }
  /** Releases the memory in the module at once instead of when the collector comes by. */
  free() {
    if (this.#generation === generation) this.#core.free();
  }
  // When a client goes away, the Workers runtime drops the request without running anything more of it. Its state in
  // the module would stay for ever.
  #abandonForgotten(now) {
    for (const [ticket, since] of this.#waiting) {
      if (now - since < LONGEST_WAIT) return;
      this.#waiting.delete(ticket);
      this.call((core) => core.abandon(ticket));
    }
  }
}
// Milliseconds. No store and no signature takes so long; clients give up after 30 s or so.
const LONGEST_WAIT = 120_000;
function instantiate(module) {
  if (generation > 0) return;
  initSync({ module });
  headers = request_headers().split("\n").filter(Boolean);
  limit = body_limit();
  generation = 1;
}
