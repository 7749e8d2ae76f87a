// schemathesis tests an HTTP interface against its OpenAPI description. It is a Python program: it gets a virtual
// environment under target/, made once for each list of versions.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { must, output, step } from "./run.mjs";
import { Failure, ROOT } from "./setup.mjs";
import { unlessUpToDate } from "./up_to_date.mjs";

const FOLDER = join("target", "schemathesis");
const REQUIREMENTS = join("tests", "workerd", "openapi", "requirements.txt");
const PROGRAMS = process.platform === "win32" ? "Scripts" : "bin";

/** The path of the program; undefined, and a sentence on the console, where there is no Python to run it. */
export async function schemathesis() {
  const python = await findPython();
  if (python === undefined) {
    console.error(
      "*** SKIPPED: schemathesis. It needs Python 3.10 or newer with venv (Debian: apt-get install python3-venv); or name one: PYTHON=/path/to/it npm test ***",
    );
    return undefined;
  }
  const program = join(FOLDER, PROGRAMS, process.platform === "win32" ? "schemathesis.exe" : "schemathesis");
  await step("schemathesis", () =>
    unlessUpToDate(
      { inputs: [REQUIREMENTS, "src/tasks/schemathesis.mjs"], outputs: [program], stamp: join(FOLDER, "inputs") },
      async () => {
        await must(python, ["-m", "venv", "--clear", FOLDER]);
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        await must(join(FOLDER, PROGRAMS, "python"), [...pip, "--requirement", REQUIREMENTS]);
      },
    ),
  );
  return join(ROOT, program);
}

async function findPython() {
  const asked = process.env.PYTHON;
  if (asked && !existsSync(asked)) throw new Failure("PYTHON names a file that is not there.");
  const fits = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
  for (const name of asked ? [asked] : ["python3", "python"]) {
    if ((await output(name, ["-c", fits])) !== undefined) return name;
  }
  return undefined;
}
