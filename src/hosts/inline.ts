// `edge-sts/inline` where there is no Node: the module is JavaScript here, so that whatever moves files moves it along. A
// page needs `'wasm-unsafe-eval'` in its Content-Security-Policy, as for the file.
import "./browser_platform.js";
import { provideModule } from "./engine.js";
import text from "./wasm/edge_sts_bundled.js";

provideModule(async () => {
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
});

export * from "./package.js";
