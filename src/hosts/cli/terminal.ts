import type { WriteStream } from "node:tty";

const STYLES = { fault: 31, warning: 33, good: 32 };

/** Coloured where stderr (or `stream`) is a terminal that shows colours and nobody has set NO_COLOR. */
export function style(name: keyof typeof STYLES, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  // hasColors reads the environment: NO_COLOR, FORCE_COLOR, TERM
  const colours = stream.isTTY && (stream as WriteStream).hasColors();
  return colours ? `\u001b[${STYLES[name]}m${text}\u001b[39m` : text;
}

/** What the command was asked for goes to stdout. Gives the exit code 0. */
export function print(text: string): number {
  // A reader that has seen enough, such as head.
  if (process.stdout.listenerCount("error") === 0) process.stdout.on("error", () => undefined);
  process.stdout.write(text);
  return 0;
}

/** What is said about it goes to stderr. */
export function tell(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}
