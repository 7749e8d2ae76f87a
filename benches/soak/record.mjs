// What is measured: the half minute that follows on the first minute, in which everything gets warm, beside the last one.
import { loadavg } from "node:os";
import { median } from "../measure/slices.mjs";

const WARM_UP = 60; // seconds
const WINDOW = 30; // seconds
/** Wrong answers after which nothing more is learned. */
const HOPELESS = 1000;

export class Record {
  #begin = performance.now();
  #end = undefined;
  #operations = new Map();
  #memory = [];
  #wrong = 0;

  constructor(length) {
    this.length = length;
  }

  /** Since the beginning, until the end. */
  seconds() {
    return ((this.#end ?? performance.now()) - this.#begin) / 1000;
  }

  answer(name, milliseconds, fault) {
    if (!this.#operations.has(name)) this.#operations.set(name, { count: 0, start: [], end: [], faults: new Map() });
    const operation = this.#operations.get(name);
    operation.count += 1;
    this.#windowOf(operation)?.push(milliseconds);
    if (fault === undefined) return;
    this.#wrong += 1;
    if (operation.faults.size < 5 || operation.faults.has(fault)) {
      operation.faults.set(fault, (operation.faults.get(fault) ?? 0) + 1);
    }
  }

  memory(bytes) {
    if (bytes !== undefined) this.#memory.push({ at: this.seconds(), bytes, load: loadavg()[0] });
  }

  over() {
    return this.seconds() >= this.length || this.hopeless();
  }

  hopeless() {
    return this.#wrong >= HOPELESS;
  }

  end() {
    this.#end = performance.now();
  }

  /** How many answers were wrong. */
  get wrong() {
    return this.#wrong;
  }

  /** One for each kind of request, and one for all: `count`, `faults`, and `p50` and `p99` at the `start` and the `end`. */
  latencies() {
    const rows = [...this.#operations].map(([name, operation]) => ({ name, ...operation }));
    rows.sort((one, other) => (one.name < other.name ? -1 : 1));
    const all = { name: "all", count: 0, start: [], end: [], faults: new Map() };
    for (const { count, start, end } of rows) {
      all.count += count;
      for (const took of start) all.start.push(took);
      for (const took of end) all.end.push(took);
    }
    return [...rows, all].map(({ start, end, ...row }) => ({ ...row, start: quantiles(start), end: quantiles(end) }));
  }

  /** Bytes, the median of each window. */
  memories() {
    const windows = { start: [], end: [] };
    for (const { at, bytes } of this.#memory) this.#windowOf(windows, at)?.push(bytes);
    const each = this.#memory.filter((_, index) => index % 10 === 9).map(({ bytes }) => bytes);
    return { start: median(windows.start), end: median(windows.end), each };
  }

  /** Of the machine, the median of each window: what is slower because others are busy. */
  loads() {
    const windows = { start: [], end: [] };
    for (const { at, load } of this.#memory) this.#windowOf(windows, at)?.push(load);
    return { start: median(windows.start), end: median(windows.end) };
  }

  #windowOf({ start, end }, at = this.seconds()) {
    if (at >= WARM_UP && at < WARM_UP + WINDOW) return start;
    return at >= this.length - WINDOW ? end : undefined;
  }
}

function quantiles(values) {
  values.sort((one, other) => one - other);
  const at = (share) => values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
