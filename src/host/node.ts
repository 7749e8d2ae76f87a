import { readFileSync } from "node:fs";
import { provideCryptography } from "./cryptography.js";
import { provideModule } from "./engine.js";
import * as nodeCrypto from "./node_crypto.js";

provideModule(() => new WebAssembly.Module(readFileSync(new URL("./wasm/edge_sts_bg.wasm", import.meta.url))));

// Others that come in by this door have WebCrypto whole, and node:crypto only in parts.
if (!("Deno" in globalThis) && !("Bun" in globalThis)) provideCryptography(nodeCrypto);

export * from "./package.js";
export { sqliteGrants, type SqliteGrants } from "./grants/sqlite.js";
