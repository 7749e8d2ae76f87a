// npm run library-page: writes www/docs/reference/exports.md, every export of the package on one page, from the declarations
// that the package ships. A test fails where the page is not fresh.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { ROOT, task } from "./setup.mjs";
import { exported } from "./types/exported.mjs";

export const PAGE = "www/docs/reference/exports.md";

// The parts of the page: what an entry point exports, by the file that declares it.
const PARTS = [
  ["node", "The service", /^(sts|options|oauth_error|effects)\.d\.ts$/],
  ["node", "Resources", /^types\/resources\.d\.ts$/],
  ["node", "Requests and answers", /^types\/tokens\.d\.ts$/],
  ["node", "Events and reasons", /^types\/(audit_event|reasons)\.d\.ts$/],
  ["node", "Stores of resources", /^(directory\/.*|resources)\.d\.ts$/],
  ["node", "Stores of grants", /^grants\//],
  ["node", "The platform", /^web\.d\.ts$/],
  ["postgres", "edge-sts/postgres", /./],
  ["worker", "edge-sts/worker", /./],
];

const INTRODUCTION = `# Every export

This page is made of the declarations of the package (\`npm run library-page\`). It lists every name that can be imported, with
its type and the comments that editors show.

| Import | What it is |
| --- | --- |
| \`edge-sts\` | the service; which build it is decides the runtime: Node, Deno, Bun, a browser, the Workers runtime |
| \`edge-sts/inline\` | the same names; the WebAssembly module comes as JavaScript, for bundlers and platforms that move files |
| \`edge-sts/postgres\` | resources and grants in PostgreSQL |
| \`edge-sts/worker\` | the ready Worker: its \`default\` export, and the classes of its Durable Objects |
| \`edge-sts/wasm\` | the WebAssembly module itself, for \`createSts({ wasm })\` |
| \`edge-sts/schema.json\` | the JSON Schema of files of resources and of audit events |

\`sqliteDirectory\` and \`sqliteGrants\` are there in Node, Deno and Bun alone.
`;

/** The exports of each part: `{ title, exports }`. */
export function parts() {
  const dist = join(ROOT, "dist");
  const all = Object.fromEntries(
    ["node", "postgres", "worker"].map((entry) => [entry, exported(join(dist, `${entry}.d.ts`))]),
  );
  const inFile = ({ file }) => file.slice(dist.length + 1).replaceAll("\\", "/");
  return PARTS.map(([entry, title, files]) => ({
    title,
    entry,
    exports: all[entry].filter((declaration) => files.test(inFile(declaration))),
  }));
}

/** The page as Markdown. */
export async function libraryPage() {
  const prettier = await import("prettier"); // after npm has installed it
  const codes = await import(pathToFileURL(join(ROOT, "dist/types/reasons.js")));
  const sections = parts().map(({ title, exports }) => {
    return [`## ${title}`, ...exports.map((one) => section(one, codes))].join("\n\n");
  });
  const text = `${INTRODUCTION}\n${sections.join("\n\n")}\n`;
  return prettier.format(text, { ...(await prettier.resolveConfig(join(ROOT, PAGE))), filepath: PAGE });
}

/** One export. `codes`: the lists of which types of codes are made. */
function section({ name, comment, text }, codes) {
  const [sentences, ...examples] = comment.split(/^@example\n/m);
  const shown = text
    .replace(/^export (declare )?/, "")
    .replaceAll("\n    ", "\n  ")
    .replaceAll(/\(typeof (\w+)\)\[number\]/g, (_, list) => {
      return codes[list].map((code) => JSON.stringify(code)).join(" | ");
    });
  return [`### ${name}`, tagged(sentences.trim()), `\`\`\`ts\n${shown}\n\`\`\``, ...examples.map((one) => one.trim())]
    .filter(Boolean)
    .join("\n\n");
}

/** Tags of a comment as a list. */
function tagged(text) {
  return text
    .replace(/^@param (\w+) /gm, "- `$1`: ")
    .replace(/^@throws (\w+) /gm, "- throws `$1` ")
    .replace(/^@see /gm, "- see ");
}

async function write() {
  await build({ quick: true });
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, await libraryPage());
}

await task(import.meta, write);
