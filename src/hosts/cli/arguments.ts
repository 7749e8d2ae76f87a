import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest } from "../nearest.js";
import { Misuse } from "./failure.js";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Reads the parameters of a command; at most `files` of them are no options. Throws `Misuse`. */
export function readArguments<const T extends Options>(args: string[], options: T, files = 0) {
  const read = () => parseArgs({ args: withNegativeNumbers(args), options, allowPositionals: files > 0 });
  let found: ReturnType<typeof read>;
  try {
    found = read();
  } catch {
    throw new Misuse(sentence(args, Object.keys(options)));
  }
  if (found.positionals.length > files) throw new Misuse(`Name at most ${files === 1 ? "one" : files}.`);
  return found;
}

// Nothing of what was given is repeated: it may be a secret. A name of ours that was nearly written is.
function sentence(args: string[], known: string[]): string {
  const names = args.map((arg) => /^--([a-z][a-z-]{0,30})(?:=|$)/.exec(arg)?.[1]);
  const unknown = names.find((name) => name !== undefined && !known.includes(name));
  const meant = unknown === undefined ? undefined : nearest(unknown, known);
  const hint = meant === undefined ? "" : ` Did you mean --${meant}?`;
  return `There is no such option, or it has no value.${hint}`;
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
