// The documentation that `npm start` serves at /docs/. The first time it takes a minute to build, which nobody waits for: it is
// built beside the service, and a page in the place of each of its pages says so.
import fs, { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildDocs } from "./docs.mjs";
import { Failure } from "./setup.mjs";
import { SITE, siteDocs } from "./site.mjs";

const PLACE = join(SITE, "docs");
const FIRST = join(PLACE, "index.html");

const BEING_BUILT =
  "The documentation is being built. It takes about a minute the first time. This page then appears here.";
const FAILED = "The documentation could not be built. The console of npm start says why.";

/** Says in its place that it is being built, if it is not there yet. The service knows only files that are there when it starts. */
export function placeOfDocs() {
  if (!existsSync(FIRST)) say(BEING_BUILT);
}

/** Builds it if need be, and has the service serve it. `stopped`: the signal that ends it. */
export async function docsBeside(worker, origin, stopped) {
  const isMissing = saysInstead();
  if (isMissing) console.error("documentation: being built beside the service");
  try {
    const isNew = await buildDocs(undefined, { isQuiet: true, signal: stopped });
    if (stopped.aborted) return;
    if (isMissing || isNew) {
      await siteDocs();
      // It looks again which files there are.
      await worker.patchConfig({});
    }
    console.error(`The documentation: ${origin}/docs/`);
  } catch (error) {
    if (stopped.aborted) return;
    if (!(error instanceof Failure)) throw error;
    console.error(`${error.message}\nThe service runs without it.`);
    if (isMissing) say(FAILED);
  } finally {
    if (stopped.aborted && saysInstead()) rmSync(PLACE, { recursive: true, force: true });
  }
}

/** Whether sentences stand in its place. */
function saysInstead() {
  const text = readFileSync(FIRST, "utf8");
  return [BEING_BUILT, FAILED].some((sentence) => text.includes(sentence));
}

/** Says it in the place of each page: the address of one deep in the documentation leads there as soon as it is built. */
function say(sentence) {
  for (const source of fs.globSync("**/*.md", { cwd: "www/docs" })) {
    const page = join(PLACE, source.replace(/\.md$/, ".html"));
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, pageThatSays(sentence));
  }
}

function pageThatSays(sentence) {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <meta name="color-scheme" content="light dark" />
  <meta http-equiv="refresh" content="5" />
  <title>Documentation · edge-sts</title>
  <p>${sentence}</p>
</html>
`;
}
