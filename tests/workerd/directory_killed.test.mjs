// kill -9 of workerd between the commit of a change and its publication: its alarm publishes after the restart.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { documentOf } from "../directory/changes.mjs";
import { startDirectory } from "./directory.mjs";
import { folder } from "./worker.mjs";

const VICTIM = fileURLToPath(new URL("directory_victim.mjs", import.meta.url));
const place = folder();
let sts;
after(async () => {
  await sts?.stop();
  place.remove();
});

// A process group is what ends workerd together with the process that started it.
test("what was not published is published after the restart", { skip: process.platform === "win32" }, async () => {
  const type = "Killed";
  const victim = spawn(process.execPath, [VICTIM, place.path, type], {
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = new Promise((resolve) => victim.on("exit", (code, signal) => resolve(signal ?? code)));
  const said = new Promise((resolve) => victim.on("message", resolve));
  assert.equal(await Promise.race([said, ended]), "committed");
  process.kill(-victim.pid, "SIGKILL");
  assert.equal(await ended, "SIGKILL");

  sts = await startDirectory(place.path);
  // KV only: nothing calls the object, so that it is the alarm that wakes it
  const keys = [`${type}/a`, `${type}?1`, `${type}/b`];
  for (const begin = Date.now(); ;) {
    const values = await Promise.all(keys.map((key) => sts.kv(key)));
    if (!values.includes(null)) {
      const [a, b] = ["a", "b"].map((id) => documentOf(type, id, 1));
      assert.deepEqual(values, [a, a, b]);
      break;
    }
    assert.ok(Date.now() - begin < 60_000, `still not published: ${values}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const directory = sts.directory("eventual");
  while ((await directory.waiting()).waiting > 0);
  assert.deepEqual(await directory.waiting(), { waiting: 0, since: null });
});
