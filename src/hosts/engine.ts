// The boundary to the module. Strings and bytes cross it, nothing else; the module never calls JavaScript while it runs,
// but for random bytes. `src/wasm.rs` is its other side.
//
// A request goes in as its head ("METHOD /path?query", then "\nname: value" for each header that the core reads) and
// its body, or as the JSON text of an object of parameters. What comes out is
//
//     tag, audit events (lines of JSON with "\n" between them), "\x1e", payload
//
// The text of a request, its head or its parameters, is written into the module's memory before the call (`put`).
//
// With `counts`, each event has before it what of it is counted (src/counted.rs) and "\t".
//
// `=`  finished. Payload of `exchange` and `introspect`: the answer's JSON text; of `revoke`: nothing.
// `>`  finished with a response. Payload: "status\nname: value\n..."; where the first line has one more word, such as
//      "status openapi.json", the body is the document of that name, which the host keeps. `events` and `body` give the
//      events and the body, and are called before the next call: they are strings of their own because the Workers runtime
//      is slower to write what was cut out of a string.
// `!`  refused. Payload of `exchange`, `introspect` and `revoke`: JSON of error, error_description, status, reason; of
//      `probe`: a sentence.
// `?`  waits. Payload: "ticket\n", then a JSON array of effects, each with `id` and `op`. They are performed side by side
//      and their results, [{"id": n, "ok": ...} | {"id": n, "failed": true}, ...], are given to `resume`.
import { __wbg_reset_state, body_limit, Core as WasmCore, initSync, request_headers } from "./wasm/edge_sts.js";

/** How the compiled module arrives: the one thing in which the runtimes differ. */
export type ModuleSource = () => WebAssembly.Module | Promise<WebAssembly.Module>;

/** The configuration of one core, as the module takes it. */
export interface CoreConfig {
  issuer: string;
  /** JSON text of the private JWK Set. */
  signing_keys: string;
  /** JSON text of a second one. */
  signing_keys_2?: string;
  /** The `kid` of the key that signs. */
  sign_with?: string;
  admin_token?: string;
  /** Seconds. */
  cache_ttl?: number;
  /** JSON text of an object of names and tokens or their digests. */
  admin_tokens?: string;
  secret_pepper?: string;
  /** Since when the grant store remembers, seconds. */
  grants_since?: number;
  /** Whether DPoP proofs need a nonce of this service. */
  dpop_nonces?: boolean;
  /** Whether each DPoP proof serves once. */
  dpop_replay_store?: boolean;
  /** Whether there is a directory that can be changed. */
  writable: boolean;
  /** Whether resources are read from a replica of it. */
  replicated: boolean;
  /** Whether what is to be counted stands before each event. */
  counts?: boolean;
  /** Whether an administrator may read counters: the document `metrics`. */
  metrics?: boolean;
}

export type { WasmCore };

/** The module met a fault of its own (or the instance that a request was waiting on is gone). Never shown to a user. */
export class Trapped extends Error {
  override readonly name = "Trapped";
}

let source: ModuleSource | undefined;
let memory: WebAssembly.Memory | undefined;
const encoder = new TextEncoder();
let loading: Promise<void> | undefined;
// Which instance of the module is in use; it counts up when a trap has made one unusable. 0: none is loaded yet.
let generation = 0;
let headers: readonly string[] = [];
let headersUnlessPost: readonly string[] = [];
let limit = 0;

/** Called once by each entry point, with its way to the module. Nothing is loaded yet. */
export function provideModule(given: ModuleSource): void {
  source = given;
}

/**
 * Makes the module ready. It returns at once, without a promise, where the module is at hand, and when it is loaded.
 * `from`: where it comes from, if not from the entry point; the first call decides.
 */
export function load(from = source): Promise<void> | undefined {
  if (generation > 0) return undefined;
  if (loading !== undefined) return loading;
  if (from === undefined) throw new TypeError("import edge-sts by its entry point, not one of its inner files");
  const module = from();
  if (module instanceof WebAssembly.Module) {
    instantiate(module);
    return undefined;
  }
  loading = module.then(instantiate).catch((error: unknown) => {
    loading = undefined; // a network that failed may work the next time
    throw error;
  });
  return loading;
}

/** The names of the request headers that the core reads of a request with this method. */
export function requestHeaders(method: string): readonly string[] {
  return method === "POST" ? headers : headersUnlessPost;
}

/** How often the module failed and was started anew. */
export function restarts(): number {
  return Math.max(generation - 1, 0);
}

/** Bytes; a longer body is refused by the core. */
export function bodyLimit(): number {
  return limit;
}

/**
 * Runs a call into the module. A `TypeError` is an answer of the calls that are documented to give one
 * (`mayRefuse`); whatever else is thrown leaves the instance in an unknown state, so that a new one takes its place.
 */
export function call<T>(work: () => T, mayRefuse = false): T {
  try {
    return work();
  } catch (error) {
    if (mayRefuse && error instanceof TypeError) throw error;
    generation += 1;
    memory = undefined;
    __wbg_reset_state();
    throw new Trapped("the module failed and was started anew");
  }
}

/**
 * Writes the text of the next call into the module's memory; gives its bytes. wasm-bindgen would go through it one character
 * after the other: 900 ns in place of 100 for the parameters of an exchange.
 */
export function put(core: WasmCore, text: string): number {
  // As many bytes as characters: most texts are ASCII. Others have three bytes for a character at most.
  const { read, written } = encoder.encodeInto(text, room(core, text.length));
  return read === text.length ? written : encoder.encodeInto(text, room(core, 3 * text.length)).written;
}

function room(core: WasmCore, bytes: number): Uint8Array {
  memory ??= core.memory() as WebAssembly.Memory;
  const begin = core.room(bytes);
  // The buffer is another one when the memory has grown.
  return new Uint8Array(memory.buffer, begin, bytes);
}

/**
 * A core that outlives its instance: after a trap it is made anew, from the same configuration, at its next use.
 * The constructor throws a `TypeError` for a configuration that is not acceptable.
 */
export class Core {
  /** The URL of the service. */
  readonly issuer: string;
  readonly #config: string;
  #core: WasmCore;
  #generation: number;
  // Requests that wait for effects: ticket to the time when it began to wait.
  readonly #waiting = new Map<number, number>();

  constructor(config: CoreConfig) {
    this.issuer = config.issuer;
    this.#config = JSON.stringify(config);
    this.#core = call(() => new WasmCore(this.#config), true);
    this.#generation = generation;
  }

  /** Calls the core. Throws `Trapped` when the module fails. */
  call<T>(work: (core: WasmCore) => T): T {
    if (this.#generation !== generation) {
      this.#core = call(() => new WasmCore(this.#config));
      this.#generation = generation;
      this.#waiting.clear();
    }
    const core = this.#core;
    return call(() => work(core));
  }

  /** The audit events of the request whose response the last call made. */
  events(): string {
    return this.call((core) => core.events());
  }

  /** The body of that response. */
  body(): string {
    return this.call((core) => core.body());
  }

  /** Notes that a request waits; gives what `resume` asks for. */
  wait(ticket: number): Wait {
    const since = Date.now();
    this.#abandonForgotten(since);
    this.#waiting.set(ticket, since);
    return { ticket, generation: this.#generation };
  }

  /** Goes on with a request that waited. Throws `Trapped` when the instance that it waited on is gone. */
  resume(wait: Wait, results: string, now: number): string {
    if (wait.generation !== generation || !this.#waiting.delete(wait.ticket)) {
      throw new Trapped("the request was forgotten");
    }
    return this.call((core) => core.resume(wait.ticket, results, now));
  }

  /** Releases the memory in the module at once instead of when the collector comes by. */
  free(): void {
    if (this.#generation === generation) this.#core.free();
  }

  // When a client goes away, the Workers runtime drops the request without running anything more of it. Its state in
  // the module would stay for ever.
  #abandonForgotten(now: number): void {
    for (const [ticket, since] of this.#waiting) {
      if (now - since < LONGEST_WAIT) return;
      this.#waiting.delete(ticket);
      this.call((core) => core.abandon(ticket));
    }
  }
}

/** A request that waits: for which ticket, and in which instance of the module. */
export interface Wait {
  readonly ticket: number;
  readonly generation: number;
}

// Milliseconds. No store and no signature takes so long; clients give up after 30 s or so.
const LONGEST_WAIT = 120_000;

function instantiate(module: WebAssembly.Module): void {
  if (generation > 0) return;
  initSync({ module });
  const [always = "", unlessPost = ""] = request_headers().split("\n\n");
  headers = always.split("\n");
  headersUnlessPost = [...headers, ...unlessPost.split("\n")];
  limit = body_limit();
  generation = 1;
}
