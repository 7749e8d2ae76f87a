// What Node does better than the web's own functions. Entry points for Node import it first.
import { readFileSync } from "node:fs";
import * as nodeCrypto from "./node_crypto.js";
import { send } from "./node_outgoing.js";
import { providePlatform } from "./platform.js";

// Others that come in by this door have WebCrypto and fetch whole, and the modules of Node only in parts.
if (!("Deno" in globalThis) && !("Bun" in globalThis)) providePlatform({ ...nodeCrypto, send, readFile: readFileSync });
