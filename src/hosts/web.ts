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

/**
 * `edge_sts_bg.wasm` of this package (`edge-sts/wasm`): compiled, as bytes, as a `Response`, as its `URL`, or a promise of one of
 * them.
 *
 * @example
 * ```js
 * import { readFile } from "node:fs/promises";
 * import { fileURLToPath } from "node:url";
 * import { createSts } from "edge-sts";
 *
 * const sts = await createSts({
 *   issuer: "https://sts.example",
 *   signingKeys: { keys: [{ kty: "oct", alg: "HS256", kid: "1", k: "c2lnbmluZy1rZXktb2YtYXQtbGVhc3QtMzItYnl0ZXM" }] },
 *   resources: [],
 *   wasm: readFile(fileURLToPath(import.meta.resolve("edge-sts/wasm"))), // where your build puts it
 * });
 * console.log((await sts.fetch(new Request("https://sts.example/health"))).status); // 200
 * ```
 */
export type WasmSource = Given | Promise<Given>;

type Given = WasmModule | ArrayBuffer | ArrayBufferView | WebResponse | WebUrl;
