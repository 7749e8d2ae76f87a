import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearest } from "../nearest.js";
import { Misuse } from "./failure.js";
import type { Description, Options, Values } from "./options.js";

/** Reads the parameters of a command. Throws `Misuse`. */
export function readArguments<const T extends Options>(
  args: readonly string[],
  { options, files = 0 }: Description<T>,
): { values: Values<T>; positionals: string[] } {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { value, many }]) => [
      name,
      { type: value === undefined ? "boolean" : "string", multiple: many === true } as const,
    ]),
  ) satisfies ParseArgsConfig["options"];
  const given = withNegativeNumbers(args);
  const read = () => parseArgs({ args: given, options: config, allowPositionals: true });
  let found: ReturnType<typeof read>;
  try {
    found = read();
  } catch {
    throw new Misuse(sentence(given, options));
  }
  if (found.positionals.length > files) {
    const most = files === 1 ? "one file" : `${files} parameters`;
    throw new Misuse(files === 0 ? "It takes options only, such as --help." : `Name at most ${most}.`);
  }
  return { values: found.values as Values<T>, positionals: found.positionals };
}

// An option that is a word is named, and nothing else of what was given: what is no word may be a secret.
function sentence(args: readonly string[], options: Options): string {
  const known = Object.keys(options);
  for (const [place, arg] of args.entries()) {
    const [, name, value] = /^--([a-z]+(?:-[a-z]+)*)(=|$)/.exec(arg) ?? [];
    if (name === undefined) continue;
    if (!known.includes(name)) return unknown(name, known);
    const takes = options[name]?.value;
    const next = args[place + 1];
    if (takes === undefined && value === "=") return `--${name} takes no value.`;
    if (takes !== undefined && value !== "=" && (next === undefined || next.startsWith("-"))) {
      return `--${name} needs a value: --${name} ${takes}. One that begins with - is written --${name}=-…`;
    }
  }
  return "There is an option that is not known.";
}

// Longer than any option: no option that was misspelt.
const LONGEST = 24;

function unknown(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const named = name.length > LONGEST ? "There is an option that is not known." : `Unknown option --${name}.`;
  return meant === undefined ? named : `${named} Did you mean --${meant}?`;
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
