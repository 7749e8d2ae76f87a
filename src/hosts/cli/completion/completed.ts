import type { Option, Options } from "../options.js";

/** What a shell completes of a command. */
export interface Completed {
  readonly name: string;
  readonly says: string;
  readonly options: Options;
  /** Whether it takes files beside its options. */
  readonly takesFiles: boolean;
  /** What it takes instead of files. */
  readonly words: readonly string[];
}

/** Whether the value of an option is a file or a folder. */
export function isFile({ value }: Option): boolean {
  return value === "FILE" || value === "PATH";
}

/** What an option does, in a few words. */
export function briefly(says: string): string {
  const [first = ""] = says.split(/[;:.] |, such as /);
  return first;
}
