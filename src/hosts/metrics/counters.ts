import { restarts } from "../engine.js";
import { exposition } from "./exposition.js";
import type { Meter } from "./meter.js";
import { BOUNDS, nothing, type Tally } from "./tally.js";

/** Counters in memory. They outlive the module, so that a fault of it does not set them back. */
export class Counters implements Meter {
  readonly #events = new Map<string, Tally>();
  readonly #faults = new Map<string, number>();
  readonly #since = Date.now() / 1000;

  decided(counted: string): void {
    const end = counted.lastIndexOf(" ");
    const words = counted.slice(0, end);
    const duration = Number(counted.slice(end + 1));
    let tally = this.#events.get(words);
    if (tally === undefined) {
      tally = nothing();
      this.#events.set(words, tally);
    }
    tally.count += 1;
    tally.sum += duration;
    const place = bucketOf(duration);
    tally.buckets[place] = (tally.buckets[place] ?? 0) + 1;
  }

  failed(operation: string): void {
    this.#faults.set(operation, (this.#faults.get(operation) ?? 0) + 1);
  }

  text(): string {
    return exposition({ events: this.#events, faults: this.#faults, restarts: restarts(), since: this.#since });
  }
}

function bucketOf(milliseconds: number): number {
  let place = 0;
  while (place < BOUNDS.length && milliseconds > (BOUNDS[place] as number)) place += 1;
  return place;
}
