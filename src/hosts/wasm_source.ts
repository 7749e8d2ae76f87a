// The module where a program brings it itself: as it is compiled, as bytes, as an answer that brings them, or where it lies.
import { need } from "./misuse.js";
import { platform } from "./platform.js";
import type { WasmSource } from "./web.js";

/** Whether a value can be a source of the module. Bytes of another kind of program show only when they are compiled. */
export function isWasmSource(value: unknown): value is WasmSource {
  return value instanceof Promise || isModule(value) || isBytes(value) || isResponse(value) || isUrl(value);
}

/** The compiled module. Rejects with a `TypeError` that says what is wrong. */
export async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  const module = await moduleOf(await source);
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  need(names.includes("json_fault") && names.includes("memory"), NOT_THE_MODULE);
  return module;
}

async function moduleOf(given: unknown): Promise<WebAssembly.Module> {
  if (isModule(given)) return given;
  if (isBytes(given)) return compile(given);
  if (isUrl(given)) return compiledAt(given);
  need(isResponse(given), WASM);
  return compiledFrom(given);
}

/** What the option may be. */
export const WASM = "wasm must be edge_sts_bg.wasm (edge-sts/wasm): a WebAssembly.Module, bytes, a Response or a URL";

async function compiledAt(url: URL): Promise<WebAssembly.Module> {
  const bytes = url.protocol === "file:" ? read(url) : undefined;
  if (bytes !== undefined) return compile(bytes);
  const response = await fetch(url).catch(() => undefined);
  need(response !== undefined, "wasm: nothing answers at this URL");
  return compiledFrom(response);
}

function read(url: URL): Uint8Array<ArrayBuffer> | undefined {
  try {
    return platform().readFile?.(url);
  } catch {
    throw new TypeError("wasm: the file at this URL cannot be read");
  }
}

async function compiledFrom(response: Response): Promise<WebAssembly.Module> {
  need(response.ok && !response.bodyUsed, "wasm: the Response must be a good one that nobody has read");
  return compile(await response.arrayBuffer());
}

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytes).catch((error: unknown) => {
    // The Workers runtime compiles nothing while it runs.
    const compiles = error instanceof WebAssembly.CompileError && !/disallowed/.test(error.message);
    throw new TypeError(compiles ? NOT_THE_MODULE : NOT_HERE);
  });
}

/** Said of bytes, or of a module, that are not those of this version of the package. */
export const NOT_THE_MODULE = "wasm: this is not edge_sts_bg.wasm of this version of edge-sts";
const NOT_HERE = "wasm: this runtime compiles no modules while it runs; import the module and give it as it is";

// By their names, since a program in a vm, as Jest runs it, has others of the same name.
function named(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function isModule(value: unknown): value is WebAssembly.Module {
  return named(value) === "WebAssembly.Module";
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView<ArrayBuffer> {
  return ArrayBuffer.isView(value) || named(value) === "ArrayBuffer";
}

function isResponse(value: unknown): value is Response {
  return named(value) === "Response";
}

function isUrl(value: unknown): value is URL {
  return named(value) === "URL";
}
