import { existsSync } from "node:fs";
import { Failure } from "./failure.js";
import type { Description, Option } from "./options.js";

// The suite knows nothing of this package, and this package nothing of the suite: it is copied beside it when the
// package is built.
const SUITE = new URL("../conformance/main.mjs", import.meta.url);

interface Suite {
  readonly usage: string;
  run(parameters: string[]): Promise<number>;
}

async function suite(): Promise<Suite> {
  if (!existsSync(SUITE)) throw new Failure("The suite is not beside this command. Build the package: npm run build");
  return (await import(SUITE.href)) as Suite;
}

export const { usage, run } = await suite();

/** What the suite's own usage says, for completion. */
export const description: Description = {
  name: "conformance",
  parameters: ["TARGET [OPTIONS]"],
  about: usage,
  options: Object.fromEntries(
    [...usage.matchAll(/^  --([a-z-]+)(?: ([A-Z]+))? {2,}(.*)$/gm)].map(
      ([, name = "", value, says = ""]): [string, Option] => [
        name,
        { ...(value === undefined ? {} : { value }), says },
      ],
    ),
  ),
  files: 1,
};
