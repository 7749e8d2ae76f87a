import { type Completed, isFile } from "./completed.js";

/** For bash 3.2 and newer. Where it has nothing to say, and a file may stand, bash completes files by itself. */
export function bash(commands: readonly Completed[]): string {
  const values = commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { value, words, ...more }]) => {
      if (value === undefined) return [];
      if (words !== undefined) return [`    "${name} --${option}") _edge_sts_words ${words.join(" ")}; return ;;`];
      const then = isFile({ value, ...more }) ? "return" : "_edge_sts_words; return";
      return [`    "${name} --${option}") ${then} ;;`];
    }),
  );
  const rest = commands.map(({ name, options, takesFiles, words }) => {
    const switches = [...Object.keys(options).map((option) => `--${option}`), "--help"].join(" ");
    const files = takesFiles ? "return" : `_edge_sts_words ${words.join(" ")}`.trimEnd();
    return `    ${name}) case "$cur" in -*) _edge_sts_words ${switches} ;; *) ${files} ;; esac ;;`;
  });
  const names = commands.map(({ name }) => name).join(" ");
  return `# bash completion of edge-sts
_edge_sts_words() {
  COMPREPLY=($(compgen -W "$*" -- "$cur"))
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt +o default +o bashdefault 2>/dev/null
}

_edge_sts() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  # --name=value is three words to bash
  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  if [ "$COMP_CWORD" -eq 1 ]; then _edge_sts_words ${names} --help --version; return; fi
  case "\${COMP_WORDS[1]} $prev" in
${values.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${rest.join("\n")}
    *) _edge_sts_words ;;
  esac
}

complete -o bashdefault -o default -F _edge_sts edge-sts
`;
}
