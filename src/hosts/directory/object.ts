/**
 * The Durable Object class behind `durableDirectory`: one object, in whose SQLite the resources live. What a change
 * touched is entered in its outbox within the same transaction, and published to KV from there. An alarm is set before the
 * change is answered, so that publication goes on when this object dies in between.
 */
import { DurableObject } from "cloudflare:workers";
import type { DurableObjectStorage } from "@cloudflare/workers-types";
import type {
  Change,
  Changed,
  History,
  HistoryQuery,
  Page,
  Query,
  ResourceName,
  Stored,
  Waiting,
} from "./directory.js";
import type { DirectoryObject } from "./durable.js";
import { Outbox } from "./outbox.js";
import { Publisher, type Replica } from "./publisher.js";
import type { Row, Sql } from "./sql.js";
import { Tables } from "./tables.js";

interface Bindings {
  /** The KV namespace that requests read. */
  CONFIG: Replica;
}

/** The Durable Object class behind `durableDirectory`. One object holds the resources and publishes them to KV. */
export class Directory extends DurableObject<Bindings> implements DirectoryObject {
  readonly #tables: Tables;
  readonly #outbox: Outbox;
  readonly #publisher: Publisher;

  constructor(...[ctx, env]: ConstructorParameters<typeof DurableObject<Bindings>>) {
    super(ctx, env);
    const sql = sqlOf(ctx.storage);
    this.#tables = new Tables(sql);
    this.#outbox = new Outbox(sql);
    this.#publisher = new Publisher({
      outbox: this.#outbox,
      valueOf: (key) => this.#tables.read(key),
      replica: {
        put: (key, value) => this.env.CONFIG.put(key, value),
        delete: (key) => this.env.CONFIG.delete(key),
      },
      rested: () => this.#rested(),
    });
    // What another life of this object left behind, should its alarm have been lost.
    this.#publisher.wake();
  }

  /** The values of these keys. */
  async read(keys: readonly string[]): Promise<(string | null)[]> {
    return keys.map((key) => this.#tables.read(key));
  }

  /** The resources as they are now. */
  async look(names: readonly ResourceName[]): Promise<Stored[]> {
    return names.map((name) => this.#tables.look(name));
  }

  /** One transaction: every change is made, or none. */
  async change(changes: readonly Change[], by: string, at: number): Promise<Changed> {
    const now = Date.now();
    const touched = new Set<string>();
    const changed = this.#tables.change(changes, by, at, (key) => {
      if (touched.has(key)) return;
      touched.add(key);
      this.#outbox.enter(key, now);
    });
    if (!("done" in changed)) return changed;
    await this.#setAlarm();
    this.#publisher.wake();
    await this.#publisher.tried(touched, CHANGE_PATIENCE);
    return changed;
  }

  /** One page of the resources of a type. */
  async list(query: Query): Promise<Page> {
    return this.#tables.list(query);
  }

  /** One page of the versions of a resource. */
  async history(query: HistoryQuery): Promise<History> {
    return this.#tables.history(query);
  }

  /** What is not published yet. */
  async waiting(): Promise<Waiting> {
    return this.#outbox.waiting();
  }

  // Ends in time even when the writes hang or always new ones come: the next alarm goes on.
  /** Publishes what waits. The runtime calls it. */
  override async alarm(): Promise<void> {
    const keys = this.#outbox.due(Date.now(), KEYS_OF_AN_ALARM).map(({ key }) => key);
    const tried = this.#publisher.tried(keys, ALARM_PATIENCE);
    this.#publisher.wake();
    await tried;
    await this.#setAlarm();
  }

  // For the next key that waits; none when none does. The pause lets a publication that is under way come to its end.
  async #setAlarm(): Promise<void> {
    const next = this.#outbox.next();
    if (next === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Math.max(next, Date.now() + ALARM_PAUSE));
  }

  #rested(): void {
    void this.#setAlarm();
    const { waiting, since } = this.#outbox.waiting();
    if (waiting === 0) return;
    const time = Math.floor(Date.now() / 1000);
    console.log(JSON.stringify({ time, event: "directory.publish", outcome: "failed", waiting, since }));
  }
}

function sqlOf(storage: DurableObjectStorage): Sql {
  return {
    run: (statement, ...values) => storage.sql.exec(statement, ...values).toArray() as Row[],
    transaction: (work) => storage.transactionSync(work),
    // Nothing else runs in an object while JavaScript does.
    snapshot: (work) => work(),
  };
}

// Milliseconds. What a change waits for its publication: mostly it is done by then.
const CHANGE_PATIENCE = 1_000;
const ALARM_PAUSE = 1_000;
const ALARM_PATIENCE = 60_000;
const KEYS_OF_AN_ALARM = 1_000;
