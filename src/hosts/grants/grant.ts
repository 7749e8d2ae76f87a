import { DurableObject } from "cloudflare:workers";
import type { GrantObject } from "./durable.js";
import type { StoredGrant } from "./store.js";

/** The Durable Object class behind `durableGrants`: one object holds one grant, and its alarm ends it. */
export class Grant extends DurableObject implements GrantObject {
  /** The grant, or null when there is none. */
  async read(): Promise<StoredGrant | null> {
    const stored = this.#stored();
    return stored === undefined ? null : { version: stored.version, value: stored.value };
  }

  // Nothing here waits between the comparison and the change, so that no other request comes in between, and the
  // runtime stores what is written in one stretch as one transaction.
  /** Stores the grant if its version is still the expected one. */
  async write(expected: number | null, value: string, expires: number): Promise<boolean> {
    const stored = this.#stored();
    const version = stored?.version ?? null;
    if (version !== expected) return false;
    this.ctx.storage.kv.put<Row>(ROW, { version: (version ?? 0) + 1, value, expires });
    if (stored?.expires !== expires) await this.ctx.storage.setAlarm(expires * 1000);
    return true;
  }

  // The runtime repeats an alarm that failed and may give one twice: what is gone stays gone, what was prolonged stays.
  /** Deletes what has ended. The runtime calls it. */
  override async alarm(): Promise<void> {
    const stored = this.#stored();
    if (stored !== undefined && stored.expires * 1000 > Date.now()) {
      await this.ctx.storage.setAlarm(stored.expires * 1000);
    } else {
      await this.ctx.storage.deleteAll();
    }
  }

  #stored(): Row | undefined {
    return this.ctx.storage.kv.get<Row>(ROW);
  }
}

interface Row extends StoredGrant {
  /** seconds */
  expires: number;
}

const ROW = "grant";
