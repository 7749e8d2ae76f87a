import { readArguments } from "./arguments.js";
import { COMMANDS } from "./commands.js";
import { bash } from "./completion/bash.js";
import { fish } from "./completion/fish.js";
import type { Completed } from "./completion/completed.js";
import { zsh } from "./completion/zsh.js";
import { Misuse } from "./failure.js";
import type { Description } from "./options.js";
import { print } from "./terminal.js";

const SHELLS = { bash, zsh, fish };

export const description = {
  name: "completion",
  parameters: ["bash|zsh|fish"],
  about: `Prints a script that completes the commands, options and files of edge-sts:

  bash   echo 'source <(edge-sts completion bash)' >> ~/.bashrc
  zsh    edge-sts completion zsh > "\${fpath[1]}/_edge-sts"
  fish   edge-sts completion fish > ~/.config/fish/completions/edge-sts.fish`,
  options: {},
  files: 1,
} as const satisfies Description;

/** edge-sts completion */
export async function run(parameters: string[]): Promise<number> {
  const [shell, ...more] = readArguments(parameters, description).positionals;
  const write = Object.entries(SHELLS).find(([name]) => name === shell)?.[1];
  if (write === undefined || more.length > 0) throw new Misuse("Name a shell: bash, zsh or fish.");
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, { says, load }]): Promise<Completed> => {
      const { options, files = 0 } = (await load()).description;
      return { name, says, options, takesFiles: files > 0, words: [] };
    }),
  );
  const own = { name: "completion", says: "", options: {}, takesFiles: false, words: Object.keys(SHELLS) };
  return print(write([...commands, own]));
}
