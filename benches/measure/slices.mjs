// Contenders take turns in short slices within one run, in an order that rotates: what else the machine does meets all
// of them alike.

/**
 * Measures contenders, `{ name, run(count) }`; `run` does its job `count` times. Gives for each its name and
 * `nanoseconds` for one job: one number for each round.
 */
export async function inTurns(contenders, { rounds, slice, warmUp }) {
  const entries = [];
  for (const contender of contenders) {
    entries.push({ ...contender, count: await countFor(slice, warmUp, contender.run), nanoseconds: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(round + turn) % entries.length];
      globalThis.gc?.(); // everybody pays for the own garbage only
      entry.nanoseconds.push((await timed(entry.run, entry.count)) / entry.count);
    }
  }
  return entries.map(({ name, nanoseconds }) => ({ name, nanoseconds }));
}

export function minimum(numbers) {
  return Math.min(...numbers);
}

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// How often a contender does its job in a slice (milliseconds), found while it is warmed up.
async function countFor(slice, warmUp, run) {
  let count = 64;
  const end = performance.now() + warmUp;
  while (performance.now() < end) {
    const taken = (await timed(run, count)) / 1e6;
    count = Math.max(64, Math.round((count * slice) / Math.max(taken, slice / 16)));
  }
  return count;
}

async function timed(run, count) {
  const begin = process.hrtime.bigint();
  await run(count);
  return Number(process.hrtime.bigint() - begin);
}
