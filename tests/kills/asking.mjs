// Requests to a service that is killed again and again.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { send } from "../suites/over_http.mjs";

// Milliseconds. Below the 300 s for which a refresh token may be used again: whoever waits longer has lost the session.
const PATIENCE = 240_000;
const ANSWER = 60_000;

/** What happened to all requests. `lost`: answers of requests that were under way when the service was killed. */
export class Tally {
  refreshes = 0;
  changes = 0;
  /** Work that was begun, for who chooses the moment of the next kill. */
  begun = 0;
  kills = 0;
  lost = { refresh: 0, change: 0, other: 0 };
  /** Of changes whose answer got lost: those that were done nevertheless. */
  doneUnheard = 0;
  repeated = 0;
  /** Proofs that were shown a second time. */
  replayed = 0;
  /** Exchanges of public clients. */
  exchanges = 0;
  /** Identity assertions, and those of them whose token got lost. */
  redeemed = 0;
  redeemedUnheard = 0;
  revoked = 0;
  checked = 0;
  /** Answers with 500 and more: none where only the service itself was killed. */
  unavailable = 0;
  longestPause = 0;
  /** Something is wrong: nobody needs to wait for an answer any more. */
  failed = false;

  toString() {
    const { refresh, change, other } = this.lost;
    return `  ${this.kills} kills in ${this.refreshes} refreshes and ${this.changes} changes
  answers lost on their way: ${refresh} of refreshes, ${change} of changes, ${other} of others
  of these changes ${this.doneUnheard} were done, and the others not at all
  longest time until an answer came: ${(this.longestPause / 1000).toFixed(1)} s
  a refresh repeated though it was answered: ${this.repeated}; a proof of a key shown again: ${this.replayed}
  ${this.exchanges} exchanges of public clients, ${this.redeemed} identity assertions, of which ${this.redeemedUnheard} were redeemed unheard
  grants looked at in the end: ${this.checked}; ${this.revoked} of them were revoked`;
  }
}

/**
 * `ask(request, kind)`: sends a request of `token_request.mjs`, or one like it, again and again until it is answered with
 * less than 500, each time to one of the services at random. Gives `status`, `answer` (its JSON), and `lost`: how many
 * answers got lost on the way.
 *
 * `once(request, kind)`: the same, but undefined when the answer got lost.
 */
export function asking(services, tally, random) {
  const agent = new Agent({ keepAlive: true });
  const now = () => Math.floor(Date.now() / 1000);

  async function attempt(request, kind) {
    const service = random.one(services);
    const url = await service.opened();
    const fetch = (path, init) => send(url, agent, path, init);
    try {
      const response = await inTime(request.send({ now, fetch }));
      const text = await response.text();
      const { status } = response;
      if (status < 500) return { status, answer: text === "" ? undefined : JSON.parse(text) };
      tally.unavailable += 1;
    } catch (error) {
      if (error.code === undefined) throw error;
      if (error.code !== "ECONNREFUSED") tally.lost[kind] += 1;
    }
    return undefined;
  }

  async function ask(request, kind = "other") {
    const begin = performance.now();
    for (let lost = 0; ; lost += 1) {
      assert.ok(!tally.failed, "something else is wrong");
      const answered = await attempt(request, kind);
      const took = performance.now() - begin;
      if (lost > 0) tally.longestPause = Math.max(tally.longestPause, took);
      if (answered !== undefined) return { ...answered, lost };
      assert.ok(took < PATIENCE, `${kind}: not answered in ${PATIENCE / 1000} s`);
    }
  }
  return { ask, once: attempt, now };
}

async function inTime(answer) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ANSWER / 1000} s, and no end`)), ANSWER);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
