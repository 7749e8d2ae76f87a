// The site: what the Worker and any other static host serve. The pages' own files are copied as they are, with no build
// between them and a reader, but that a page's head names its modules; so is the package, below `edge-sts/`. What pages take
// from npm packages stands in the files of `www/packages/`, and each of these becomes one module.
import fs, { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { step } from "./run.mjs";
import { Failure } from "./setup.mjs";
import { withPreloads } from "./site/preloads.mjs";
import { unlessUpToDate } from "./up_to_date.mjs";

/** The folder of the site; its index.html is `/`. */
export const SITE = "target/site";

const DOCS = "target/docs";

// Each part has a folder of its own; the rest of the site is the pages' own files.
const PARTS = ["docs", "edge-sts", "packages"];

// What of the package belongs to other runtimes, which no page has.
const ELSEWHERE = [
  /^(cli|conformance|postgres)\//,
  /^(node|node_module|worker|workerd|postgres|sqlite)\.js$/,
  /^wasm\/edge_sts_bundled\.js$/,
  /^grants\/(grant|sqlite)\.js$/,
  /^directory\/(object|outbox|publisher|sql|sqlite|sqlite_sql|tables)\.js$/,
];

/** Assembles the site from `www/` and `dist/`, which must be built. What is up to date is left alone. */
export async function buildSite() {
  await step("the site: npm packages", bundled);
  await step("the site: the package", () => mirrored("dist", packageFiles(), join(SITE, "edge-sts")));
  // The heads of pages name modules of the package, too.
  const heads = ["src/tasks/site/*.mjs", ...packageFiles().map((name) => join("dist", name))];
  await step("the site: pages", () => mirrored("www", ownFiles(), SITE, { kept: PARTS, also: heads }));
  // It takes longer to build than the rest: `npm run docs` and `npm run deploy` do, and `npm start` beside the service.
  if (existsSync(DOCS)) await siteDocs();
}

/** The part of the site that is the documentation, which must be built. */
export async function siteDocs() {
  await step("the site: documentation", () => mirrored(DOCS, filesIn(DOCS), join(SITE, "docs")));
}

function ownFiles() {
  return filesIn("www").filter((name) => !PARTS.includes(name.split("/")[0]) && name !== "tsconfig.json");
}

function packageFiles() {
  const files = filesIn("dist").filter((name) => name.endsWith(".js") || name === "wasm/edge_sts_bg.wasm");
  return files.filter((name) => !ELSEWHERE.some((pattern) => pattern.test(name)));
}

/** The paths of all files below a folder, with `/` on every system; `.assetsignore`, too, which wrangler reads. */
function filesIn(folder) {
  const files = fs.globSync("**/{*,.*}", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll("\\", "/")).sort();
}

/**
 * Makes `to` hold copies of these files of `from`, and no others but those in the folders that are `kept`. `also`: what else
 * decides about the copies.
 */
async function mirrored(from, names, to, { kept = [], also = [] } = {}) {
  const inputs = names.map((name) => join(from, name));
  const outputs = names.map((name) => join(to, name));
  return unlessUpToDate(
    { inputs: [...inputs, ...also], outputs, stamp: `target/site.${basename(from)}.inputs` },
    () => {
      mkdirSync(to, { recursive: true });
      const there = filesIn(to).filter((name) => !kept.includes(name.split("/")[0]));
      for (const name of there) if (!names.includes(name)) rmSync(join(to, name));
      outputs.forEach((output, index) => {
        mkdirSync(dirname(output), { recursive: true });
        if (from === "www" && output.endsWith(".html")) writeFileSync(output, page(names[index]));
        else copied(inputs[index], output);
      });
    },
  );
}

/**
 * CodeMirror makes its styles in the page. In a document its package puts them into an element, which the page's policy forbids;
 * in a shadow tree it takes a constructed style sheet, which documents have had for years, too.
 */
const constructedStyles = {
  name: "constructed style sheets",
  transform(code, id) {
    if (!/[\\/]style-mod\.js$/.test(id)) return undefined;
    const changed = code.replace("!root.head && root.adoptedStyleSheets", "root.adoptedStyleSheets");
    if (changed === code) throw new Failure("style-mod has changed: see constructedStyles in src/tasks/site.mjs.");
    return { code: changed, map: null };
  },
};

function page(name) {
  const read = (path) => {
    const [, isPackage, rest] = /^(edge-sts\/)?(.*)$/.exec(path);
    // What is made of npm packages is one module.
    if (path.startsWith("packages/")) return "";
    return readFileSync(join(isPackage === undefined ? "www" : "dist", rest), "utf8");
  };
  return withPreloads(readFileSync(join("www", name), "utf8"), name, read);
}

// A script without the name of its source map, which is not copied.
function copied(input, output) {
  if (!input.endsWith(".js")) return copyFileSync(input, output);
  writeFileSync(output, readFileSync(input, "utf8").replace(/\n\/\/# sourceMappingURL=.*/, ""));
}

async function bundled() {
  const input = fs.globSync("www/packages/*.js");
  const outDir = join(SITE, "packages");
  const outputs = input.map((file) => join(outDir, basename(file)));
  const inputs = [...input, "src/tasks/site.mjs", "package-lock.json"];
  return unlessUpToDate({ inputs, outputs, stamp: "target/site.packages.inputs" }, async () => {
    // Not above: the tasks load this file before the npm packages are installed.
    const { build } = await import("vite");
    // Vite sets it for the whole process, and npm would install no devDependencies for a test that comes after.
    const { NODE_ENV } = process.env;
    await build({
      configFile: false,
      logLevel: "warn",
      publicDir: false,
      plugins: [constructedStyles],
      build: {
        outDir,
        emptyOutDir: true,
        target: "es2022",
        modulePreload: false,
        rolldownOptions: {
          input,
          preserveEntrySignatures: "strict",
          output: { entryFileNames: "[name].js", chunkFileNames: "[name].js" },
        },
      },
    });
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  });
}
