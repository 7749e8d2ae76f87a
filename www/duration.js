// How long one exchange takes. Browsers measure no finer than 0.1 ms (0.005 ms where the page is isolated), which is more than
// the module needs: so many exchanges are measured together, as many as fill a batch.

// Milliseconds: a hundred times what the coarsest clock can tell.
const BATCH = 10;
const BATCHES = 9;

/**
 * @typedef {object} Measured
 * @property {number} milliseconds  of one exchange: the median of the batches
 * @property {number} runs  of all batches together
 */

/**
 * Measures `work`, which the caller has done before, so that nothing counts that happens only once.
 * @param {() => Promise<unknown>} work
 * @param {() => boolean} isWanted  asked between batches
 * @returns {Promise<Measured | undefined>} undefined if it is no longer wanted
 */
export async function measure(work, isWanted) {
  let runs = 1;
  while ((await timeOf(work, runs)) < BATCH && runs < 100_000) {
    if (!(await isStillWanted(isWanted))) return undefined;
    runs *= 2;
  }
  const times = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    if (!(await isStillWanted(isWanted))) return undefined;
    times.push((await timeOf(work, runs)) / runs);
  }
  times.sort((a, b) => a - b);
  return { milliseconds: times[(BATCHES - 1) / 2] ?? 0, runs: BATCHES * runs };
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
