import { briefly, type Completed, isFile } from "./completed.js";

/** For zsh, by its own _arguments. */
export function zsh(commands: readonly Completed[]): string {
  const listed = commands.map(({ name, says }) => `    ${quoted(`${name}:${says.replaceAll(":", "\\:")}`)}`);
  const cases = commands.map(({ name, options, takesFiles, words }) => {
    const specs = Object.entries(options).map(([option, { value, words: choices, many, says }]) => {
      const action =
        choices !== undefined ? `(${choices.join(" ")})` : isFile({ value: value ?? "", says }) ? "_files" : " ";
      const values = value === undefined ? "" : `:${escaped(value)}:${action}`;
      return quoted(`${many === true ? "*" : ""}--${option}[${escaped(briefly(says))}]${values}`);
    });
    const files = words.length > 0 ? [quoted(`:shell:(${words.join(" ")})`)] : takesFiles ? ["'*:file:_files'"] : [];
    return `    ${name}) _arguments ${["'--help[tells more]'", ...specs, ...files].join(" ")} ;;`;
  });
  return `#compdef edge-sts
_edge_sts() {
  local -a commands=(
${listed.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT -= 1 ))
  case $command in
${cases.join("\n")}
  esac
}

if [ "$funcstack[1]" = "_edge-sts" ]; then _edge_sts "$@"; else compdef _edge_sts edge-sts; fi
`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
