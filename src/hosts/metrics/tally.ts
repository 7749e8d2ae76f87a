/** How often something happened, and how long it took. */
export interface Tally {
  count: number;
  /** Milliseconds, all together. */
  sum: number;
  /** How often it took up to the milliseconds of `BOUNDS` at this place, and longer than at the place before; then longer. */
  readonly buckets: number[];
}

/**
 * Upper bounds in milliseconds. A request that waits for nothing has 0: the clock is read when it comes and after each
 * wait. A store nearby takes a few, a far one tens, a fetch of keys up to 5,000.
 */
export const BOUNDS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** Before anything happened. */
export function nothing(): Tally {
  return { count: 0, sum: 0, buckets: new Array<number>(BOUNDS.length + 1).fill(0) };
}

/** What is counted, from the beginning. */
export interface Counted {
  /** By the first four words of `Event::count_into`: few, and none of them comes from a request. */
  readonly events: ReadonlyMap<string, Tally>;
  /** By the name of the effect that failed. */
  readonly faults: ReadonlyMap<string, number>;
  /** How often the module failed and was started anew. */
  readonly restarts: number;
  /** When counting began, seconds since 1970. */
  readonly since: number;
}
