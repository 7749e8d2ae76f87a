import { provideModule } from "./engine.js";
import { compiledModule } from "./node_module.js";
import { nodePlatform } from "./node_platform.js";
import { providePlatform } from "./platform.js";

provideModule(compiledModule);

// Others that come in by this door have WebCrypto and fetch whole, and the modules of Node only in parts.
if (!("Deno" in globalThis) && !("Bun" in globalThis)) providePlatform(nodePlatform);

export * from "./package.js";
export { sqliteGrants, type SqliteGrants } from "./grants/sqlite.js";
export { sqliteDirectory, type SqliteDirectory } from "./directory/sqlite.js";
