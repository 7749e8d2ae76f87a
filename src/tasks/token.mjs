// npm run token: prints a subject token for trying. It is `edge-sts token` (src/hosts/cli/token.ts), run in this folder:
//   --iss URL --sub ID           who says it, about whom
//   --secret TEXT | --key FILE   what it is signed with: a shared secret, or a file with a private JWK
//   --claim NAME=VALUE           more claims, also several times; a value that is JSON is taken as JSON
//   --expires-in SECONDS         3600; a negative number makes a token that has ended
// What is left out comes from resources.json.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { run } from "./run.mjs";
import { ROOT, task } from "./setup.mjs";

const COMMAND = join(ROOT, "dist", "cli", "main.js");

async function token(parameters) {
  if (!existsSync(COMMAND)) await build({ quick: true });
  process.exitCode = await run(process.execPath, [COMMAND, "token", ...parameters]);
}

await task(import.meta, token);
