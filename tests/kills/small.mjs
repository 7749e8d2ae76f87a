// The small run that `npm test` makes, in the runtime of that name.
import { test } from "node:test";
import { kills } from "./run.mjs";

export function killsAFewTimes(name) {
  const skip = process.platform === "win32" && "Windows has no groups of processes";
  test("killed at random moments of 60 refreshes and 20 changes", { skip }, async (context) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    context.diagnostic(`--seed ${seed}`);
    const tally = await kills(name, { refreshes: 60, changes: 20, kills: 8, seed });
    if (tally === undefined) return context.skip("this machine does not have it");
    context.diagnostic(String(tally));
  });
}
