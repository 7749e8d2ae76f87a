import { briefly, type Completed, isFile } from "./completed.js";

/** For fish. */
export function fish(commands: readonly Completed[]): string {
  const lines = ["# fish completion of edge-sts", "complete -c edge-sts -f"];
  for (const { name, says } of commands) {
    lines.push(`complete -c edge-sts -n __fish_use_subcommand -a ${name} -d ${quoted(says)}`);
  }
  for (const { name, options, takesFiles, words } of commands) {
    const only = `complete -c edge-sts -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    for (const [option, { value, words: choices, says }] of Object.entries(options)) {
      const file = isFile({ value: value ?? "", says });
      const takes =
        value === undefined
          ? ""
          : file
            ? " -r -F"
            : ` -x${choices === undefined ? "" : ` -a ${quoted(choices.join(" "))}`}`;
      lines.push(`${only} -l ${option}${takes} -d ${quoted(briefly(says))}`);
    }
    if (takesFiles) lines.push(`${only} -F`);
    if (words.length > 0) lines.push(`${only} -a ${quoted(words.join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
