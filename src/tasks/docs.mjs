// npm run docs: the documentation of www/docs as static files, built by VitePress. It fails for a link that leads nowhere.
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkPages } from "./docs/check.mjs";
import { packagesOf } from "./packages.mjs";
import { quietly, run, step } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";
import { unlessUpToDate } from "./up_to_date.mjs";

export { HEADERS, POLICY } from "./docs/policy.mjs";

const SOURCE = join(ROOT, "www", "docs");
const TOOLS = join(ROOT, "src", "tasks", "docs");
const BASE = "/docs/";
const OURS = ["config.mjs", "policy.mjs", "sidebar.mjs", "theme"];

/**
 * Builds the documentation into a folder, which it replaces, unless nothing has changed. It is to be served at `/docs/`; see
 * HEADERS. `isQuiet`: what the generator prints is shown only if it fails; `signal` ends it. Gives whether there was anything
 * to do.
 */
export async function buildDocs(outDir = join(ROOT, "target", "docs"), { isQuiet = false, signal } = {}) {
  const out = resolve(outDir);
  let note;
  const inputs = ["www/docs/**/*.*", "src/tasks/docs.mjs", "src/tasks/docs/**/*.*"];
  const outputs = [join(out, "index.html")];
  await step("documentation", async () => {
    const work = async () => (note = await vitepress(out, isQuiet ? quietly : run, signal));
    return (await unlessUpToDate({ inputs, outputs, stamp: `${out}.inputs` }, work)) ?? note;
  });
  return note !== undefined;
}

async function vitepress(out, run, signal) {
  const packages = await packagesOf("src/tasks/docs");
  // A folder of this process, beside the packages: builds that run side by side do not meet.
  const root = join(packages, `build.${process.pid}`);
  const env = { ...process.env, DOCS_OUT: out, DOCS_BASE: BASE };
  try {
    // The pages, too: what they become imports Vue, which is looked for from where they lie.
    cpSync(SOURCE, root, { recursive: true });
    for (const name of OURS) cpSync(join(TOOLS, name), join(root, ".vitepress", name), { recursive: true });
    const program = join(packages, "node_modules", "vitepress", "bin", "vitepress.js");
    const code = await run(process.execPath, [program, "build", root], {
      cwd: root,
      env,
      signal,
      stdio: ["ignore", 2, 2],
    });
    if (code !== 0) throw new Failure("The documentation could not be built: see above.");
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(`${out}.cache`, { recursive: true, force: true });
  }
  return checkPages({ source: SOURCE, out, base: BASE });
}

await task(import.meta, async () => void (await buildDocs()));
