// Programs and libraries of Python that tests use: each list of versions gets a virtual environment under target/, made
// once.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { must, output, step } from "./run.mjs";
import { Failure, ROOT } from "./setup.mjs";
import { unlessUpToDate } from "./up_to_date.mjs";

const WINDOWS = process.platform === "win32";

/**
 * The environment `name` with what the file `requirements` lists: gives the path of a program in it. Undefined, and a
 * sentence on the console, where there is no Python.
 */
export async function pythonEnvironment(name, requirements) {
  const python = await findPython();
  if (python === undefined) {
    const sentence = `${name} needs Python 3.10 or newer with venv (Debian: apt-get install python3-venv), or name one: PYTHON=/path/to/it npm test`;
    console.error(`\n*** SKIPPED: ${sentence} ***\n`);
    return undefined;
  }
  const folder = join("target", name);
  const program = (name) => join(folder, WINDOWS ? "Scripts" : "bin", WINDOWS ? `${name}.exe` : name);
  await step(`${name}, from PyPI`, () =>
    unlessUpToDate(
      {
        inputs: [requirements, "src/tasks/python.mjs"],
        outputs: [program("python")],
        stamp: join(folder, "inputs"),
        also: [python],
      },
      async () => {
        await must(python, ["-m", "venv", "--clear", folder]);
        const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        await must(program("python"), [...pip, "--requirement", requirements]);
      },
    ),
  );
  return (name) => join(ROOT, program(name));
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
