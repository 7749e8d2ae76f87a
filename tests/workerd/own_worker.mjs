// Workers for the tests of one file, in a folder of its own. After the tests they are stopped, and the folder is gone.
import { after } from "node:test";
import { folder, startWorker } from "./worker.mjs";

/** One Worker. `options`: as of `startWorker`, without `path`. */
export async function ownWorker(options) {
  return workersInTurn(options).started();
}

/** One Worker after another, over what the one before has stored: `started()` starts one, `stopped(sts)` stops it. */
export function workersInTurn(options) {
  const { path, remove } = folder();
  const running = new Set();
  after(async () => {
    for (const sts of running) await sts.stop();
    remove();
  });
  return {
    path,
    async started() {
      const sts = await startWorker({ path, ...options });
      running.add(sts);
      return sts;
    },
    async stopped(sts) {
      running.delete(sts);
      await sts.stop();
    },
  };
}
