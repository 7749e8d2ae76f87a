// The web's own types as the project of the user knows them: from DOM, from @types/node or from @cloudflare/workers-types.
// Where none of them is there the declarations still compile.

/** The `Request` of the platform; an object in a project that knows none. */
export type WebRequest = typeof globalThis extends { Request: { prototype: infer Known } } ? Known : object;

/** The `Response` of the platform; an object in a project that knows none. */
export type WebResponse = typeof globalThis extends { Response: { prototype: infer Known } } ? Known : object;

/** The `URL` of the platform; an object in a project that knows none. */
export type WebUrl = typeof globalThis extends { URL: { prototype: infer Known } } ? Known : object;

/** `WebAssembly.Module`; an object in a project that does not know it. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Known } } }
  ? Known
  : object;
