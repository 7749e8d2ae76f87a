import { parseArgs, type ParseArgsConfig } from "node:util";
import { Misuse } from "./failure.js";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Reads the parameters of a command; at most `files` of them are no options. Throws `Misuse`. */
export function readArguments<const T extends Options>(args: string[], options: T, files = 0) {
  const read = () => parseArgs({ args: withNegativeNumbers(args), options, allowPositionals: files > 0 });
  let found: ReturnType<typeof read>;
  try {
    found = read();
  } catch {
    // Node's message repeats what was given, which may be a secret.
    throw new Misuse("There is no such option, or it has no value.");
  }
  if (found.positionals.length > files) throw new Misuse(`Name at most ${files === 1 ? "one" : files}.`);
  return found;
}

// Node takes `--name -60` for two options. No option of the command is a digit.
function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-[0-9]/.test(arg) && before !== undefined && /^--[^=]+$/.test(before))
      joined.splice(-1, 1, `${before}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** A whole number in a range, or `Misuse`. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = /^-?[0-9]{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new Misuse(`${name} must be a whole number from ${least} to ${most}.`);
}
