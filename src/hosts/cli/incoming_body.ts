// The body of a request to a server of `node:http`.
import type { IncomingMessage } from "node:http";
import { joined } from "../body.js";

/** The body, as far as `limit` + 1 bytes: one byte too many is enough for the core to refuse it. Rejects when its client goes. */
export function readBody(incoming: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const take = (chunk: Uint8Array): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limit) return;
      incoming.off("data", take).pause();
      resolve(joined(chunks, length).subarray(0, limit + 1));
    };
    incoming.on("data", take);
    incoming.on("end", () => resolve(joined(chunks, length)));
    incoming.on("error", reject);
    const gone = (): void => reject(new Error("the client is gone"));
    incoming.on("close", gone);
    // Of one that went before this there comes no event any more.
    if (incoming.destroyed) gone();
  });
}

// Bytes and milliseconds; then the connection is closed all the same.
const MOST_THROWN_AWAY = 16_777_216;
const LONGEST_THROWING_AWAY = 2_000;

/** Reads what is left of a body and keeps nothing of it, within bounds. Resolves in any case. */
export function thrownAway(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = MOST_THROWN_AWAY;
    const timer = setTimeout(stop, LONGEST_THROWING_AWAY);
    incoming.on("data", take).on("end", stop).on("error", stop).on("close", stop);
    incoming.resume();
    if (incoming.destroyed) stop();

    function take(chunk: Uint8Array): void {
      left -= chunk.length;
      if (left <= 0) stop();
    }

    function stop(): void {
      clearTimeout(timer);
      incoming.off("data", take).pause();
      resolve();
    }
  });
}
