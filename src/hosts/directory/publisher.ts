/**
 * Publishes what waits in the outbox: a few keys side by side, in the order in which they were entered. A key that fails
 * is postponed and holds up no other. Of one key there is one attempt at a time, so that its values arrive in their order.
 */
import type { Entry, Outbox } from "./outbox.js";

/** Where a key is published: the part of a KV namespace that is needed. */
export interface Replica {
  put(key: string, value: string): unknown;
  delete(key: string): unknown;
}

export interface Publication {
  outbox: Outbox;
  /** The present value of a key; null when there is none. */
  valueOf(key: string): string | null;
  replica: Replica;
  /** Called when nothing is left to be done now: rows that failed may wait. */
  rested(): void;
}

export class Publisher {
  readonly #publication: Publication;
  readonly #underWay = new Set<string>();
  readonly #waiters = new Set<{ keys: Set<string>; done: () => void }>();
  #lanes = 0;

  constructor(publication: Publication) {
    this.#publication = publication;
  }

  /** Sees to it that everything is published whose turn it is. Does not wait. */
  wake(): void {
    while (this.#lanes < LANES) {
      const entry = this.#next();
      if (entry === undefined) return;
      this.#lanes += 1;
      void this.#lane(entry);
    }
  }

  /** Resolves when each of these keys was tried once, or after so many milliseconds. */
  async tried(keys: Iterable<string>, patience: number): Promise<void> {
    const { promise, done } = signal();
    const waiter = { keys: new Set(keys), done };
    if (waiter.keys.size === 0) return;
    this.#waiters.add(waiter);
    await withPatience(promise, patience);
    this.#waiters.delete(waiter);
  }

  // The first whose turn it is and that nobody is at. It counts as begun.
  #next(): Entry | undefined {
    const entries = this.#publication.outbox.due(Date.now(), this.#underWay.size + 1);
    const entry = entries.find(({ key }) => !this.#underWay.has(key));
    if (entry !== undefined) this.#underWay.add(entry.key);
    return entry;
  }

  async #lane(first: Entry): Promise<void> {
    for (let entry: Entry | undefined = first; entry !== undefined; entry = this.#next()) {
      await this.#attempt(entry);
      this.#underWay.delete(entry.key);
      this.#tell(entry);
    }
    this.#lanes -= 1;
    if (this.#lanes === 0) this.#publication.rested();
  }

  async #attempt(entry: Entry): Promise<void> {
    const { outbox } = this.#publication;
    const write = this.#write(entry.key);
    const end = await withPatience(write, WRITE_PATIENCE);
    if (end === "written") return outbox.strike(entry);
    outbox.postpone(entry, Date.now());
    // It may still put an old value over a newer one: when it ends, the key is published once more.
    if (end === undefined) void write.then(() => this.#again(entry.key));
  }

  async #write(key: string): Promise<"written" | "failed"> {
    const { valueOf, replica } = this.#publication;
    try {
      const value = valueOf(key);
      await (value === null ? replica.delete(key) : replica.put(key, value));
      return "written";
    } catch {
      // What the error says may hold the key, which may be personal. That rows wait is reported.
      return "failed";
    }
  }

  #again(key: string): void {
    this.#publication.outbox.enter(key, Date.now());
    this.wake();
  }

  // Those who wait for this key, unless it was entered again: then its new value is still to be tried.
  #tell({ key, sequence }: Entry): void {
    if ((this.#publication.outbox.sequenceOf(key) ?? sequence) !== sequence) return;
    for (const { keys, done } of this.#waiters) {
      if (keys.delete(key) && keys.size === 0) done();
    }
  }
}

function signal(): { promise: Promise<void>; done: () => void } {
  let done = (): void => undefined;
  const promise = new Promise<void>((resolve) => (done = resolve));
  return { promise, done };
}

// Undefined when the promise takes longer than so many milliseconds.
async function withPatience<Value>(promise: Promise<Value>, patience: number): Promise<Value | undefined> {
  let stop = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patience);
    stop = () => clearTimeout(timer);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop();
  }
}

// The platform lets an invocation have six connections at a time.
const LANES = 6;
// Milliseconds for one write. KV answers in a fraction of a second.
const WRITE_PATIENCE = 10_000;
