// A Worker as wrangler bundles and uploads it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { must, QUIET_WRANGLER, tool } from "../../src/tasks/run.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const COMPATIBILITY_DATE = /^compatibility_date = "(.+)"$/m.exec(
  readFileSync(join(ROOT, "wrangler.toml"), "utf8"),
)[1];

/**
 * The modules of a Worker, the entry first, as Miniflare takes them. `main`: a file in the repository; `objects`: whether it
 * exports our classes of Durable Objects.
 */
export async function bundled(main, { objects = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-bundle-"));
  try {
    const config = join(folder, "wrangler.toml");
    const lines = { name: "bench", main: join(ROOT, main), compatibility_date: COMPATIBILITY_DATE };
    const text = Object.entries(lines).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    writeFileSync(config, text.join("") + (objects ? OBJECTS : ""));
    const out = join(folder, "out");
    const parameters = ["deploy", "--dry-run", "--config", config, "--outdir", out];
    await must(process.execPath, [tool("wrangler", "bin", "wrangler.js"), ...parameters], {
      env: { ...process.env, ...QUIET_WRANGLER, WRANGLER_LOG: "error" },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const files = readdirSync(out).filter((file) => extname(file) in TYPES);
    const modules = files
      .sort((one, other) => extname(one).localeCompare(extname(other))) // .js, which is the entry, then .wasm
      .map((file) => ({ type: TYPES[extname(file)], path: file, contents: readFileSync(join(out, file)) }));
    const [entry] = modules;
    if (entry?.type !== "ESModule") throw new Error(`wrangler made no entry of ${main}`);
    return modules;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TYPES = { ".js": "ESModule", ".wasm": "CompiledWasm" };

// The classes are exported by the entry; without a binding wrangler would warn.
const OBJECTS = `[[durable_objects.bindings]]
name = "GRANTS"
class_name = "Grant"
[[durable_objects.bindings]]
name = "DIRECTORY"
class_name = "Directory"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Grant", "Directory"]
`;
