// `edge-sts completion`: what real shells make of it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { COMMANDS } from "../../dist/cli/commands.js";
import { edgeSts } from "./command.mjs";
import { atTerminal, noTerminal } from "./terminal.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-completion-"));
after(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "rules"));
writeFileSync(join(folder, "rules.json"), "[]");

const script = (shell) => join(folder, `edge-sts.${shell}`);
before(async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout, stderr } = await edgeSts(["completion", shell]);
    assert.equal(code, 0, stderr);
    writeFileSync(script(shell), stdout);
  }
});

const missing = (shell) => spawnSync(shell, ["--version"]).status !== 0 && `there is no ${shell} here`;

// What is typed, and what can follow: all of it, or (some, of more).
const CASES = [
  ["edge-sts ", ["serve", "check", "explain", "eval", "import", "token", "keys", "init", "conformance", "completion"]],
  ["edge-sts ex", ["explain"]],
  ["edge-sts explain --fe", ["--fetch"]],
  ["edge-sts explain --type ", ["jwt", "id_token", "access_token"]],
  ["edge-sts keys --alg E", ["ES256", "EdDSA"]],
  ["edge-sts check --keys ru", ["rules", "rules.json"]],
  ["edge-sts check ru", ["rules", "rules.json"]],
  ["edge-sts serve --resources ru", ["rules", "rules.json"]],
  ["edge-sts serve --port ", []],
  ["edge-sts completion z", ["zsh"]],
  ["edge-sts conformance --ju", ["--junit"]],
];

test("each option of each command is in each script, and nothing is run when it is read", async () => {
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const { description } = await load();
    assert.equal(description.name, name);
    for (const shell of ["bash", "zsh", "fish"]) {
      const stdout = readFileSync(script(shell), "utf8");
      for (const option of Object.keys(description.options)) {
        const written = shell === "fish" ? `-l ${option} ` : `--${option}`;
        assert.ok(stdout.includes(written), `${shell}: ${name} --${option}`);
      }
    }
  }
});

test("which shell", async () => {
  for (const parameters of [[], ["csh"], ["bash", "zsh"]]) {
    const { code, stderr } = await edgeSts(["completion", ...parameters]);
    assert.equal(code, 2);
    assert.match(stderr, /bash, zsh or fish|Name at most one/);
  }
});

describe("bash", { skip: missing("bash") }, () => {
  // As bash calls the function, and with what -o default adds where it gives nothing.
  const complete = (line) => {
    const words = line.split(" ");
    const code = `
      cd "$1" && source "$2" || exit 1
      compopt() { [ "$2 $1" = "default +o" ] && none=1; }
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
      _edge_sts
      if [ \${#COMPREPLY[@]} -eq 0 ] && [ -z "$none" ]; then COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); fi
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync(
      "bash",
      ["--norc", "--noprofile", "-c", code, "bash", folder, script("bash")],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    return stdout.split("\n").filter(Boolean);
  };

  for (const [line, expected] of CASES) {
    test(JSON.stringify(line), () => {
      const found = complete(line).filter((word) => !["--help", "--version"].includes(word));
      assert.deepEqual(found.sort(), [...expected].sort());
    });
  }

  test("an option and its value with =", () => {
    assert.deepEqual(complete("edge-sts keys --alg = ED").sort(), []);
    assert.deepEqual(complete("edge-sts keys --alg = Ed").sort(), ["EdDSA"]);
  });

  test("at a terminal, with the key that people press", { skip: noTerminal }, async () => {
    const shell = atTerminal("bash", ["--norc", "--noprofile", "-i"], { cwd: folder });
    try {
      shell.type(`source ${script("bash")}; PS1='GO''> '\n`);
      await shell.says(/GO> /);
      shell.type("edge-sts expl\t");
      await shell.says(/explain /);
      shell.type("--ty\t");
      await shell.says(/--type /);
      shell.type("id\t");
      await shell.says(/id_token /);
      shell.type("rules.\t");
      await shell.says(/rules\.json /);
      shell.type("\u0015edge-sts serve --port \t\t\u0015exit\n");
      assert.doesNotMatch((await shell.ended).printed, /command not found|syntax error/);
    } finally {
      shell.kill();
    }
  });
});

describe("zsh", { skip: missing("zsh") || noTerminal }, () => {
  test("at a terminal", async () => {
    mkdirSync(join(folder, "functions"), { recursive: true });
    copyFileSync(script("zsh"), join(folder, "functions", "_edge-sts"));
    const shell = atTerminal("zsh", ["-f", "-i"], { cwd: folder });
    try {
      shell.type(`PS1='GO''> '; fpath=(${join(folder, "functions")} $fpath); autoload -U compinit; compinit -u -D\n`);
      await shell.says(/GO> /);
      shell.type("edge-sts expl\t");
      await shell.says(/explain/);
      shell.type("--ty\t");
      await shell.says(/--type/);
      shell.type("id\t");
      await shell.says(/id_token/);
      shell.type("rules.\t");
      await shell.says(/rules\.json/);
      shell.type("\u0015exit\n");
      assert.doesNotMatch((await shell.ended).printed, /command not found|parse error|_arguments:/);
    } finally {
      shell.kill();
    }
  });
});

describe("fish", { skip: missing("fish") }, () => {
  for (const [line, expected] of CASES) {
    test(JSON.stringify(line), () => {
      const code = `source ${script("fish")}; cd ${folder}; complete -C ${JSON.stringify(line)}`;
      const { stdout, stderr, status } = spawnSync("fish", ["--no-config", "-c", code], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      const words = stdout.split("\n").filter(Boolean);
      const found = words.map((word) => word.split("\t")[0].replace(/\/$/, ""));
      assert.deepEqual([...new Set(found)].sort(), [...expected].sort());
    });
  }
});
