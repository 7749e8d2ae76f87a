// What a command takes: one table from which its usage is written, its parameters are read, and the shell completes them.

/** One option. */
export interface Option {
  /** What its value is called: FILE and PATH are completed as files. Without it the option is a switch. */
  readonly value?: string;
  /** Every value that it takes. */
  readonly words?: readonly string[];
  /** Whether it may be given several times. */
  readonly many?: true;
  /** What may follow a switch, for the usage. */
  readonly before?: string;
  /** What it does. */
  readonly says: string;
}

export type Options = Readonly<Record<string, Option>>;

/** One command. */
export interface Description<T extends Options = Options> {
  readonly name: string;
  /** What follows its name, one for each line of the usage. */
  readonly parameters: readonly string[];
  /** What it does, before the options. */
  readonly about: string;
  readonly options: T;
  /** More, behind the options. */
  readonly more?: string;
  /** How many parameters that are no options it takes. */
  readonly files?: number;
}

/** The values of options that were given. */
export type Values<T extends Options> = {
  readonly [Name in keyof T]?:
    (T[Name] extends { value: string } ? (T[Name] extends { many: true } ? string[] : string) : boolean) | undefined;
};

const WIDTH = 120;

/** The text that `--help` prints. */
export function usageOf({ name, parameters, about, options, more }: Description): string {
  const [first = "", ...others] = parameters.map((line) => `edge-sts ${name}${line === "" ? "" : ` ${line}`}`);
  const lines = [`Usage: ${first}`, ...others.map((line) => `       ${line}`), "", about.trim(), ""];
  const rows = Object.entries(options).map(([option, { value, before, says }]): [string, string] => [
    `--${option}${value === undefined ? (before === undefined ? "" : ` ${before}`) : ` ${value}`}`,
    says,
  ]);
  const column = Math.max(0, ...rows.map(([left]) => left.length)) + 4;
  for (const [left, says] of rows) lines.push(...wrapped(`  ${left}`.padEnd(column), says, column));
  if (rows.length > 0) lines.push("");
  if (more !== undefined) lines.push(more.trim(), "");
  return lines.join("\n");
}

function wrapped(left: string, text: string, column: number): string[] {
  const lines = [left];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    const begun = line.length > column || (lines.length === 1 && line.trimEnd().length > column);
    const longer = begun ? `${line} ${word}` : `${line}${word}`;
    if (longer.length <= WIDTH || !begun) lines.splice(-1, 1, longer);
    else lines.push(`${" ".repeat(column)}${word}`);
  }
  return lines;
}
