// Two versions of the Worker, one after the other, over the same KV and Durable Objects, which are kept in a folder:
//   node workerd.mjs FIRST SECOND
// FIRST, SECOND: the folders of the built packages, from the root of the repository. The first one writes, the second one
// checks, the first one checks again: a deployment, and the way back.
import { folder, startWorker } from "../workerd/worker.mjs";
import { check, write } from "./scenario.mjs";

const [first, second] = process.argv.slice(2);
const place = folder();

async function during(dist, work) {
  const sts = await startWorker({ path: place.path, main: `${dist}/worker.js` });
  try {
    return await work(sts);
  } finally {
    await sts.stop();
  }
}

try {
  const notes = await during(first, (sts) => write(sts));
  await during(second, (sts) => check(sts, notes, { history: false }));
  // What was unused is used now; the rest is what it was.
  const left = (sts) => check(sts, withoutRefresh(notes), { history: false });
  await during(first, left);
  await during(second, left);
} finally {
  place.remove();
}

function withoutRefresh(notes) {
  return Object.fromEntries(Object.entries(notes).map(([id, { active, ended }]) => [id, { active, ended }]));
}
