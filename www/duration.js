// How long something takes or lives. Browsers measure no finer than 0.1 ms (0.005 ms where the page is isolated), which is more than
// the module needs: so many exchanges are measured together, as many as fill a batch.

// Milliseconds: fifty times what the coarsest clock can tell, and too short for a reader to feel it, also on a slow phone.
const BATCH = 5;
const BATCHES = 15;

/**
 * Measures pieces of work, which the caller has done before, so that nothing counts that happens only once. Their batches
 * alternate, so that what else the machine does meets all of them; it only adds, and so the fastest batch counts.
 * @param {readonly (() => Promise<unknown>)[]} works
 * @param {() => boolean} isWanted  asked between batches
 * @returns {Promise<number[] | undefined>} the milliseconds of one piece each; undefined if they are no longer wanted
 */
export async function measure(works, isWanted) {
  const all = works.map((work) => ({ work, runs: 1, fastest: Infinity }));
  for (const one of all) {
    while ((await timeOf(one.work, one.runs)) < BATCH && one.runs < 100_000) {
      if (!(await isStillWanted(isWanted))) return undefined;
      one.runs *= 2;
    }
  }
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const one of all) {
      if (!(await isStillWanted(isWanted))) return undefined;
      one.fastest = Math.min(one.fastest, (await timeOf(one.work, one.runs)) / one.runs);
    }
  }
  return all.map(({ fastest }) => fastest);
}

const UNITS = /** @type {const} */ ([
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]);

/**
 * How long something lives, in its two largest units: `1 hour 30 minutes`. Empty for what is no number of seconds.
 * @param {number} seconds
 */
export function lengthText(seconds) {
  if (!Number.isSafeInteger(seconds) || seconds <= 0) return "";
  const parts = UNITS.map(([unit, size], index) => {
    const larger = UNITS[index - 1]?.[1] ?? Infinity;
    const count = Math.floor((seconds % larger) / size);
    return count === 0 ? "" : `${count} ${unit}${count === 1 ? "" : "s"}`;
  });
  const first = parts.findIndex((part) => part !== "");
  return parts
    .slice(first, first + 2)
    .filter(Boolean)
    .join(" ");
}

/**
 * A time in words, with two digits that count.
 * @param {number} milliseconds
 */
export function timeText(milliseconds) {
  if (milliseconds >= 1) return `${Number(milliseconds.toPrecision(2))} ms`;
  return `${Number((milliseconds * 1000).toPrecision(2))} µs`;
}

/**
 * @param {() => Promise<unknown>} work
 * @param {number} runs
 */
async function timeOf(work, runs) {
  const start = performance.now();
  for (let run = 0; run < runs; run++) await work();
  return performance.now() - start;
}

// The browser draws, and takes what is typed, before the next one.
/** @param {() => boolean} isWanted */
async function isStillWanted(isWanted) {
  await new Promise((resolve) => setTimeout(resolve));
  return isWanted();
}
