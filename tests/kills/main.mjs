// npm run kills: REFRESHES CHANGES KILLS SEED [RUNTIME...]
import { kills } from "./run.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const [refreshes, changes, count, seed, ...names] = process.argv.slice(2);
const numbers = { refreshes: Number(refreshes), changes: Number(changes), kills: Number(count), seed: Number(seed) };
for (const name of names.length === 0 ? Object.keys(RUNTIMES) : names) {
  console.log(`${name}, --seed ${seed}`);
  const begin = performance.now();
  try {
    const tally = await kills(name, numbers);
    if (tally !== undefined) console.log(`${tally}\n  ${Math.round((performance.now() - begin) / 1000)} s\n`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
