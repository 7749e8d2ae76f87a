import { parseArgs } from "node:util";
import { Failure } from "./setup.mjs";

/** Reads the parameters of a task. `--help` prints the usage and ends the process; what is not known fails with it. */
export function parametersOf(args, usage, options) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch {
    throw new Failure(`There is no such option, or it has no value.\n\n${usage}`);
  }
}
