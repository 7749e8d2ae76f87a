import "./browser_platform.js";
import { provideModule } from "./engine.js";

provideModule(async () => {
  // Written out in one piece: bundlers look for exactly this.
  const address = new URL("./wasm/edge_sts_bg.wasm", import.meta.url);
  const response = await fetch(address).catch((error: unknown) => {
    throw address.protocol === "file:" ? new TypeError(NOT_IN_NODE) : error;
  });
  if (!response.ok) throw new TypeError(NOT_FOUND);
  // A server that does not know application/wasm makes the streaming way impossible.
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
});

// A bundler that was not told took this entry point for a server.
const NOT_IN_NODE =
  "edge_sts_bg.wasm cannot be fetched from a file: for Node, bundle with the condition node (rollup: nodeResolve({ exportConditions: ['node'] }); esbuild: platform 'node'), or import edge-sts/inline";
const NOT_FOUND =
  "edge_sts_bg.wasm was not found beside the module: serve it there, give it as createSts({ wasm }), or import edge-sts/inline";

export * from "./package.js";
