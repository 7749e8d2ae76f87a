// npm run sbom: what ships, as CycloneDX: the crates that the module is compiled from, and the npm packages that the
// package brings. In target/sbom, or in a folder that is given: npm run sbom -- FOLDER
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { crateTool } from "./crate_tool.mjs";
import { npmCommand } from "./npm.mjs";
import { must, output, step } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";

/** The program and its version. */
export const CARGO_CYCLONEDX = ["cargo-cyclonedx", "0.5.9"];
const MODULE = ["--features", "wasm", "--target", "wasm32-unknown-unknown"];

/** Writes both, and gives their paths: { crates, npm }. */
export async function sbom(place = join(ROOT, "target", "sbom")) {
  mkdirSync(place, { recursive: true });
  const files = { crates: join(place, "edge-sts.crates.cdx.json"), npm: join(place, "edge-sts.npm.cdx.json") };
  const program = await crateTool(...CARGO_CYCLONEDX);
  await step(files.crates, async () => write(files.crates, await crates(program)));
  await step(files.npm, async () => write(files.npm, await packages()));
  return files;
}

// cargo-cyclonedx writes beside each manifest of the workspace, and nowhere else.
async function crates(program) {
  const name = `edge-sts-sbom-${process.pid}`;
  const beside = [`${name}.json`, join("fuzz", `${name}.json`)];
  const format = ["--format", "json", "--spec-version", "1.5", "--no-build-deps", "--override-filename", name];
  try {
    await must(program, ["cyclonedx", "--quiet", ...format, ...MODULE], { env: await dated() });
    return shipped(JSON.parse(withoutPlace(readFileSync(beside[0], "utf8"))));
  } finally {
    for (const file of beside) rmSync(join(ROOT, file), { force: true });
  }
}

// Neither the folder of this machine nor `.` is where anybody else finds it.
function withoutPlace(text) {
  const here = pathToFileURL(ROOT).href.replace(/\/$/, "");
  return text.replaceAll(here, "file:///edge-sts").replaceAll("?download_url=file://.", "");
}

// It lists what the tests turn on in the module's crates, too: that does not ship.
async function shipped(bom) {
  const tree = await moduleTree();
  const components = bom.components.filter(({ name, version }) => tree.has(`${name}@${version}`));
  const there = new Set([bom.metadata.component, ...components].map((component) => component["bom-ref"]));
  const dependencies = bom.dependencies
    .filter(({ ref }) => there.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => there.has(other)) }));
  return { ...bom, components, dependencies };
}

/** `name@version` of each crate of the module's tree, this one included; macros, too, which run when it is compiled. */
async function moduleTree() {
  const tree = ["tree", "--locked", ...MODULE, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
  const text = await output("cargo", tree);
  if (text === undefined) throw new Failure("cargo tree fails.");
  return new Set(text.split("\n").map((line) => line.replace(/^(\S+) v(\S+).*$/, "$1@$2")));
}

// What the package's users install with it: no package at all, at the time of writing; `pg` is theirs to choose.
async function packages() {
  const what = ["--sbom-format", "cyclonedx", "--sbom-type", "library", "--package-lock-only"];
  const omitted = ["dev", "optional", "peer"].flatMap((type) => ["--omit", type]);
  const { program, parameters, shell } = npmCommand(["sbom", ...what, ...omitted]);
  const text = await output(program, parameters, { shell });
  if (text === undefined) throw new Failure("npm sbom fails: it needs npm 9.8 or newer.");
  const bom = JSON.parse(text);
  // npm takes the name of the folder.
  bom.metadata.component.name = JSON.parse(readFileSync("package.json", "utf8")).name;
  return bom;
}

/** The time of the last commit: the same commit gives the same list. */
async function dated() {
  const time = await output("git", ["log", "-1", "--format=%ct"]);
  return time === undefined ? process.env : { ...process.env, SOURCE_DATE_EPOCH: time };
}

function write(file, bom) {
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`);
  return `${bom.components.length} components`;
}

// npm runs this in the repository's root; a folder is meant from where npm was called.
await task(import.meta, ([folder]) => sbom(folder && resolve(process.env.INIT_CWD ?? ROOT, folder)));
