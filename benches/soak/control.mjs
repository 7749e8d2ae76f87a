// The control: the same lanes on a Worker that does nothing (benches/workers/soak_control.mjs). What its memory does is the
// runtime's doing.
import { LANES } from "./load.mjs";

// Counted in a run of ours, over four minutes: 2,873 objects in 114,754 requests, and a call of one in every fourth.
const NEW = 40;
const AGAIN = 4;

/** Loads until `ended()`, as `load` does. */
export async function loadControl(sts, ended, record) {
  const lane = async (number) => {
    for (let turn = number; !ended(); turn++) {
      const path = turn % NEW === 0 ? "/new" : turn % AGAIN === 0 ? "/again" : "/";
      const begin = performance.now();
      const response = await sts.fetch(path, { method: "POST", body: "x".repeat(600) });
      await response.text();
      const fault = response.status === 200 ? undefined : `${path}: status ${response.status}`;
      record({ name: path }, performance.now() - begin, fault);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
}
