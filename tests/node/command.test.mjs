// `npx edge-sts`: its help, and what it says when it is used in a wrong way.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { edgeSts } from "./command.mjs";
import { commandIn } from "./command_in.mjs";

const { folder, file, prints, fails, remove } = commandIn("command");
after(remove);

describe("edge-sts", () => {
  const commands = ["serve", "check", "explain", "eval", "import", "token", "keys", "init"];

  test("--help tells of every command, and each command of itself", async () => {
    const all = await prints(["--help"]);
    for (const command of commands) {
      assert.match(all, new RegExp(`^ {2}${command} `, "m"));
      assert.match(await prints([command, "--help"]), new RegExp(`^Usage: edge-sts ${command}`));
    }
  });

  test("--version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    assert.equal(await prints(["--version"]), `${version}\n`);
  });

  test("wrong use: exit code 2, what is wrong and the next step, without the whole usage and without a value", async () => {
    await fails(2, /Usage: edge-sts COMMAND/, []);
    await fails(2, /no such command.*\nedge-sts --help|no such command.*edge-sts --help/, ["constructor"]);
    await fails(2, /Did you mean check\?/, ["chek"]);
    for (const command of [...commands, "completion"]) {
      const said = await fails(2, /^Unknown option --unknown\.$/m, [command, "--unknown=planted"]);
      assert.ok(said.includes(`edge-sts ${command} --help tells more.`), said);
      assert.equal(said.trimEnd().split("\n").length, 2);
      assert.doesNotMatch(said, /planted/);
    }
    // What is no word may be a secret that begins with two lines.
    for (const secret of ["--Planted7", "--planted_secret", "-planted", `--${"planted-".repeat(5)}x`]) {
      assert.doesNotMatch(await fails(2, /option that is not known/, ["check", secret]), /planted/i);
    }
    await fails(2, /^--port needs a value: --port PORT\./m, ["serve", "--port"]);
    await fails(2, /^--secret needs a value.*--secret=-/m, ["token", "--secret", "--planted"]);
    await fails(2, /^--json takes no value\.$/m, ["check", "--json=planted"]);
    await fails(2, /Name at most one file/, ["check", "planted", "planted"]);
    await fails(2, /takes options only/, ["serve", "planted"]);
  });

  test("an option or member that is nearly right: the right one is named", async () => {
    await fails(2, /Did you mean --port\?/, ["serve", "--prot", "1"]);
    await fails(2, /Did you mean --json\?/, ["check", "x.json", "--jsno"]);
    const client = {
      resourceType: "Client",
      id: "a",
      alowedIssuers: [],
      auth: { token_exchange: { token_formt: "jwt" } },
    };
    const said = await fails(1, /^2 faults\.$/m, ["check", file("nearly.json", [client])]);
    assert.match(said, /Client\.alowedIssuers: This member is not known\. Did you mean allowedIssuers\?/);
    assert.match(said, /token_formt: This member is not known\. Did you mean token_format\?/);
  });

  test("no colours where there is no terminal", async () => {
    const { stderr } = await edgeSts(["check", "nowhere.json"], { cwd: folder });
    assert.equal(stderr.includes("\u001b"), false);
  });
});
