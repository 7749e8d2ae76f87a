import { readFileSync } from "node:fs";
import { provideModule } from "./engine.js";

provideModule(() => new WebAssembly.Module(readFileSync(new URL("./wasm/edge_sts_bg.wasm", import.meta.url))));

export * from "./package.js";
export { sqliteGrants, type SqliteGrants } from "./grants/sqlite.js";
