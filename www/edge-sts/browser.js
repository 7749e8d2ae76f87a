import { provideModule } from "./engine.js";
import { send } from "./outgoing.js";
import { providePlatform } from "./platform.js";
import * as webCrypto from "./web_crypto.js";
provideModule(async () => {
  // Written out in one piece: bundlers look for exactly this.
  const address = new URL("./wasm/edge_sts_bg.wasm", import.meta.url);
  const response = await fetch(address).catch((error) => {
    throw address.protocol === "file:" ? new TypeError(NOT_IN_NODE) : error;
  });
  if (!response.ok) throw new TypeError("edge_sts_bg.wasm was not found beside the module; serve it there");
  // A server that does not know application/wasm makes the streaming way impossible.
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
});
// Pages say themselves who they are, and to do it for them would make browsers ask the issuer for leave first.
providePlatform({ ...webCrypto, send: ({ user_agent: _userAgent, ...request }) => send(request) });
// A bundler that was not told took this entry point for a server.
const NOT_IN_NODE =
  "edge_sts_bg.wasm cannot be fetched from a file: for Node, bundle with the condition node (rollup: nodeResolve({ exportConditions: ['node'] }); esbuild: platform 'node')";
export * from "./package.js";
