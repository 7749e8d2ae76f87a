// npm run build: Rust to wasm, wasm to something that JavaScript can load, TypeScript to JavaScript. What is up to date
// is left alone.
import fs, { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { must, output, step, tool } from "./run.mjs";
import { rustTarget } from "./rust_target.mjs";
import { Failure, ROOT, task } from "./setup.mjs";
import { buildSite } from "./site.mjs";
import { unlessUpToDate } from "./up_to_date.mjs";

const TARGET = "wasm32-unknown-unknown";
const WASM = "dist/wasm/edge_sts_bg.wasm";
const BINDGEN = "src/tasks/wasm_bindgen";
const BUNDLED = "dist/wasm/edge_sts_bundled.js";

/**
 * Builds what is not up to date. `quick`: without wasm-opt, which makes the module smaller and faster and takes longer
 * than the rest; to try the service it is not needed. A module that has gone through wasm-opt serves for both.
 */
export async function build({ quick = false } = {}) {
  await buildWasm({ quick });
  await step("TypeScript", () =>
    unlessUpToDate(
      {
        inputs: [
          "src/hosts/**/*.ts",
          "src/hosts/tsconfig.json",
          "dist/wasm/*.d.ts",
          "node_modules/typescript/package.json",
        ],
        outputs: ["dist/node.js", "dist/worker.js", "dist/workerd.js", "dist/browser.js", "dist/cli/main.js"],
        stamp: "dist/typescript.inputs",
      },
      compileTypeScript,
    ),
  );
  await step("schema.json", writeSchema);
  await step("the conformance suite", copySuite);
  await buildSite();
  if (!quick) sizes();
}

/** What needs Rust alone, done while npm still installs its packages. What fails here, `build` tells. */
export async function compileEarly() {
  await rustTarget(TARGET);
  await Promise.all([compileRust(), compileBindgen()]);
}

/** The module and its JavaScript: what TypeScript's check needs. */
export async function buildWasm({ quick = false } = {}) {
  await rustTarget(TARGET);
  const compiler = await output("rustc", ["-vV"]);
  await step("wasm", () =>
    unlessUpToDate(
      {
        inputs: [
          "Cargo.toml",
          "Cargo.lock",
          ".cargo/config.toml",
          "src/**/*.rs",
          "src/tasks/build.mjs",
          "src/tasks/wasm_bindgen/*",
          "node_modules/binaryen/package.json",
        ],
        outputs: [WASM, BUNDLED, "dist/wasm/edge_sts.js", "dist/wasm/edge_sts.d.ts"],
        stamp: "dist/wasm/wasm.inputs",
        also: quick ? [`${compiler}quick`, compiler] : [compiler],
      },
      () => compileWasm(quick),
    ),
  );
}

async function compileWasm(quick) {
  const [bindgen] = await Promise.all([wasmBindgen(), compileRust()]);
  await step("  wasm-bindgen", async () => {
    rmSync("dist/wasm", { recursive: true, force: true });
    await must(bindgen, [join("target", TARGET, "release", "edge_sts.wasm"), "dist/wasm"]);
    // wasm-bindgen describes an import that gives the module's exports, which no runtime here does.
    writeFileSync(`${WASM}.d.ts`, "declare const module: WebAssembly.Module;\nexport default module;\n");
  });
  if (!quick) await step("  wasm-opt", optimiseWasm);
  await step("  the copy for bundles", writeBundled);
}

async function optimiseWasm() {
  // After wasm-bindgen, which reads sections that are stripped here. The features are those that rustc uses for this
  // target and that all supported runtimes have.
  const features = [
    "simd",
    "bulk-memory",
    "bulk-memory-opt",
    "nontrapping-float-to-int",
    "sign-ext",
    "mutable-globals",
  ];
  const more = ["reference-types", "multivalue"];
  const flags = [...features, ...more].map((feature) => `--enable-${feature}`);
  const strip = ["--strip-debug", "--strip-producers", "--strip-target-features"];
  // A function with one caller is not made a part of it when it is long: the runtime compiles a function at its first call,
  // with all that only other requests need.
  const inline = "--one-caller-inline-max-function-size=400";
  // Functions of one room beside each other: gzip looks back 32 kB for what is alike. By name, so before names are stripped.
  const optimise = ["-O3", "--converge", inline, "--reorder-functions-by-name"];
  const wasmOpt = [tool("binaryen", "bin", "wasm-opt"), WASM, "-o", WASM, ...optimise];
  await must(process.execPath, [...wasmOpt, ...flags, ...strip]);
}

// The module as JavaScript: what bundlers for Node carry along, who would leave the file behind; and `edge-sts/inline`.
function writeBundled() {
  // gzip, which browsers can undo, too.
  const text = gzipSync(readFileSync(WASM), { level: 9 }).toString("base64");
  writeFileSync(BUNDLED, `export default "${text}";\n`);
  writeFileSync(BUNDLED.replace(/js$/, "d.ts"), "declare const text: string;\nexport default text;\n");
}

async function compileRust() {
  console.error("  cargo: compiles the module");
  // Flags from the environment would replace those of .cargo/config.toml. Paths of this machine stay out of the module.
  const { RUSTFLAGS, CARGO_ENCODED_RUSTFLAGS, ...env } = process.env;
  const cargo = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const flags = [`--remap-path-prefix=${cargo}=cargo`, `--remap-path-prefix=${ROOT}=`];
  const config = `target.${TARGET}.rustflags=${JSON.stringify(flags)}`;
  const what = ["--lib", "--release", "--target", TARGET, "--features", "wasm", "--crate-type", "cdylib"];
  const parameters = ["rustc", "--locked", "--quiet", ...what, "--target-dir", "target", "--config", config];
  await step("  cargo", () => must("cargo", parameters, { env }));
}

// The program wasm-bindgen, compiled once for each version. Its folder is its own, so that cargo can compile it beside
// the module.
async function wasmBindgen() {
  const { folder, program } = bindgenPlace();
  await unlessUpToDate({ inputs: [`${BINDGEN}/*`], outputs: [program], stamp: join(folder, "inputs") }, compileBindgen);
  return join(ROOT, program);
}

function bindgenPlace() {
  const folder = join("target", `wasm-bindgen-${bindgenVersion()}`);
  return { folder, program: join(folder, "target", "debug", process.platform === "win32" ? "bind.exe" : "bind") };
}

async function compileBindgen() {
  const { folder } = bindgenPlace();
  const place = ["--manifest-path", join(BINDGEN, "Cargo.toml"), "--target-dir", join(folder, "target")];
  console.error("  cargo: compiles wasm-bindgen's own program");
  await step("  wasm-bindgen's own program", () => must("cargo", ["build", "--locked", "--quiet", ...place]));
}

// The program and the crate that the module is compiled with must be of one version: their formats change.
function bindgenVersion() {
  const [crate, program] = ["Cargo.lock", join(BINDGEN, "Cargo.lock")].map(bindgenVersionIn);
  if (crate === program) return crate;
  throw new Failure(
    `wasm-bindgen is ${crate} in Cargo.lock and ${program} in ${BINDGEN}/Cargo.lock. Write =${crate} in ` +
      `${BINDGEN}/Cargo.toml, then: cargo update --workspace --manifest-path ${BINDGEN}/Cargo.toml`,
  );
}

function bindgenVersionIn(lockFile) {
  const text = readFileSync(lockFile, "utf8").replaceAll("\r\n", "\n");
  const version = /name = "wasm-bindgen(?:-cli-support)?"\nversion = "([^"]+)"/.exec(text)?.[1];
  if (version === undefined) throw new Failure(`${lockFile} names no version of wasm-bindgen.`);
  return version;
}

async function compileTypeScript() {
  for (const file of fs.globSync([
    "dist/*.{js,d.ts,map}",
    "dist/{cli,directory,grants,openapi,postgres,recipes,schema,types}/*",
  ]))
    rmSync(file, { recursive: true });
  await must(process.execPath, [tool("typescript", "bin", "tsc"), "--project", "src/hosts", "--noEmitOnError"]);
}

async function writeSchema() {
  return unlessUpToDate(
    { inputs: ["dist/{openapi,schema,types}/**/*.js"], outputs: ["dist/schema.json"], stamp: "dist/schema.inputs" },
    async () => {
      const { jsonSchema } = await import(pathToFileURL(join(ROOT, "dist/schema/json_schema.js")));
      writeFileSync("dist/schema.json", jsonSchema());
    },
  );
}

// The suite ships as it is: it has no import from here, and nothing here has one from it but the command.
async function copySuite() {
  const inputs = ["tests/conformance/*.mjs", "tests/conformance/cases/*.mjs", "tests/conformance/README.md"];
  const files = fs.globSync(inputs);
  const copies = files.map((file) => join("dist", relative("tests", file)));
  return unlessUpToDate({ inputs, outputs: copies, stamp: "dist/conformance.inputs" }, async () => {
    rmSync("dist/conformance", { recursive: true, force: true });
    for (const [index, copy] of copies.entries()) {
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(files[index], copy);
    }
  });
}

function sizes() {
  const bytes = readFileSync(WASM);
  const [raw, gzip, brotli] = [bytes.length, gzipped(bytes), brotliCompressSync(bytes).length];
  console.error(`${WASM}: ${grouped(raw)} bytes, gzip ${grouped(gzip)}, brotli ${grouped(brotli)}`);
  const over = gzip - budget();
  if (over > 0) console.error(`*** ${grouped(over)} bytes gzip past its budget: npm run bench -- size fails ***`);
}

/** Fails when the module is larger than its budget, which stands in package.json. `told` hears its size, bytes gzip, and whether it is kept. */
export function keepBudget(told = () => undefined) {
  const size = gzipped(readFileSync(WASM));
  told(size, size <= budget());
  if (size <= budget()) return;
  throw new Failure(`The module is larger than its budget (package.json, config): ${grouped(budget())} bytes gzip.`);
}

function budget() {
  return JSON.parse(readFileSync("package.json", "utf8")).config["wasm-gzip-budget"];
}

function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}

function grouped(number) {
  return number.toLocaleString("en-US");
}

await task(import.meta, () => build());
