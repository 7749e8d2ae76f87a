// The module in Node: the file beside this one; or, in a bundle, which has no such file, a copy that is JavaScript.
import { readFileSync } from "node:fs";

/** The compiled module. */
export function compiledModule(): WebAssembly.Module | Promise<WebAssembly.Module> {
  const bytes = file();
  return bytes === undefined ? bundled() : new WebAssembly.Module(bytes);
}

// In a bundle the address leads nowhere, or is none at all: CommonJS has no `import.meta.url`.
function file(): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(new URL("./wasm/edge_sts_bg.wasm", import.meta.url));
  } catch {
    return undefined;
  }
}

async function bundled(): Promise<WebAssembly.Module> {
  const { default: text } = await import("./wasm/edge_sts_bundled.js").catch(() => {
    throw new TypeError(
      "edge_sts_bg.wasm was not found beside the module: import edge-sts/inline, give the file as createSts({ wasm }), or keep edge-sts out of the bundle (esbuild, rollup, webpack: external; Next.js: serverExternalPackages)",
    );
  });
  return moduleIn(text);
}

/** The module that is packed in a text: gzip in base64. */
export async function moduleIn(text: string): Promise<WebAssembly.Module> {
  const { gunzipSync } = await import("node:zlib");
  return new WebAssembly.Module(gunzipSync(Buffer.from(text, "base64")));
}
