// The command in a folder of its own, for the tests of one file.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeSts } from "./command.mjs";

/** A folder, and what runs in it: `remove()` when the tests have ended. */
export function commandIn(name) {
  const folder = mkdtempSync(join(tmpdir(), `edge-sts-${name}-`));
  return {
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),

    /** Writes a file, text or JSON; gives its path. */
    file(path, content) {
      writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
      return join(folder, path);
    },

    /** What the command prints; it ends well. */
    async prints(parameters, options) {
      const { code, stdout, stderr } = await edgeSts(parameters, { cwd: folder, ...options });
      assert.equal(code, 0, stderr);
      return stdout;
    },

    /** What the command says when it ends with an exit code; it prints nothing else. */
    async fails(code, says, parameters, options) {
      const ended = await edgeSts(parameters, { cwd: folder, ...options });
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, says);
      assert.equal(ended.stdout, "");
      return ended.stderr;
    },
  };
}
