import { readFileSync } from "node:fs";
import { provideModule } from "./engine.js";
import * as nodeCrypto from "./node_crypto.js";
import { send } from "./node_outgoing.js";
import { providePlatform } from "./platform.js";

provideModule(() => new WebAssembly.Module(readFileSync(new URL("./wasm/edge_sts_bg.wasm", import.meta.url))));

// Others that come in by this door have WebCrypto and fetch whole, and the modules of Node only in parts.
if (!("Deno" in globalThis) && !("Bun" in globalThis)) providePlatform({ ...nodeCrypto, send });

export * from "./package.js";
export { sqliteGrants, type SqliteGrants } from "./grants/sqlite.js";
export { sqliteDirectory, type SqliteDirectory } from "./directory/sqlite.js";
