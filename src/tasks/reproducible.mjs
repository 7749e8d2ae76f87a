// npm run reproducible: builds the package twice, from nothing, in two folders and from two homes of cargo, and compares
// every file of dist/. wasm-bindgen's own program is compiled once: it writes what it reads, wherever it lies.
import { createHash } from "node:crypto";
import fs, {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "./build.mjs";
import { must, output, step } from "./run.mjs";
import { Failure, ROOT, task } from "./setup.mjs";

const MODULE = "wasm/edge_sts_bg.wasm";

async function reproducible() {
  await build({ quick: true }); // leaves wasm-bindgen's own program
  // Not below ROOT, whose .cargo/config.toml would count there once more.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "edge-sts-reproducible-")));
  try {
    const one = await built(join(folder, "one"), {});
    const other = await built(join(folder, "other", "of", "another-length"), { CARGO_HOME: join(folder, "cargo") });
    compare(one, other);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function built(place, variables) {
  await copySources(place);
  const env = { ...process.env, ...variables };
  // Another target folder would be shared by both.
  for (const name of ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]) delete env[name];
  await step(place, () =>
    must(process.execPath, [join(place, "src", "tasks", "build.mjs")], { cwd: place, env, stdio: ["ignore", 2, 2] }),
  );
  const dist = join(place, "dist");
  const files = fs.globSync("**/*.{js,mjs,ts,wasm,md}", { cwd: dist }).sort();
  return new Map(files.map((file) => [file.replaceAll("\\", "/"), digest(join(dist, file))]));
}

async function copySources(place) {
  const names = await output("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
  if (names === undefined) throw new Failure("git lists no files: this needs a clone of the repository.");
  const programs = fs.globSync(["target/wasm-bindgen-*/inputs", "target/wasm-bindgen-*/target/debug/bind{,.exe}"]);
  for (const name of [...names.split("\n"), ...programs]) {
    if (!existsSync(join(ROOT, name))) continue; // deleted, and not committed yet
    mkdirSync(dirname(join(place, name)), { recursive: true });
    cpSync(join(ROOT, name), join(place, name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(place, "node_modules"), "junction");
}

function compare(one, other) {
  const differing = [...new Set([...one.keys(), ...other.keys()])].filter((file) => one.get(file) !== other.get(file));
  if (!one.has(MODULE)) throw new Failure(`The build left no ${MODULE}.`);
  console.log(`${one.get(MODULE)}  dist/${MODULE}`);
  if (differing.length > 0) throw new Failure(`Not reproducible: these files differ: ${differing.join(", ")}`);
  console.log(`${one.size} files of dist/ are the same in both.`);
}

function digest(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

await task(import.meta, reproducible);
