import { Trapped } from "./engine.js";
import { perform } from "./effects.js";
/**
 * Leads one request to its end: calls the core, delivers its events, performs what it waits for, goes on.
 * A request that need not wait is answered without a promise. Throws or rejects with `Trapped`.
 */
export function converse(core, hosts, start) {
  const now = hosts.now();
  const payload = accept(
    core.call((wasm) => start(wasm, now)),
    hosts,
  );
  return typeof payload === "string" ? goOn(core, hosts, payload) : payload;
}
async function goOn(core, hosts, waiting) {
  for (;;) {
    const end = waiting.indexOf("\n");
    const wait = core.wait(Number(waiting.slice(0, end)));
    const results = await perform(waiting.slice(end + 1), hosts);
    const next = accept(core.resume(wait, results, hosts.now()), hosts);
    if (typeof next !== "string") return next;
    waiting = next;
  }
}
/** Why the signing keys cannot be used, as a sentence; undefined when they can. Without a promise where none is needed. */
export function probe(core, hosts) {
  const fault = ({ refused, payload }) => (refused ? payload : undefined);
  const finished = converse(core, hosts, (wasm, now) => wasm.probe(now));
  return finished instanceof Promise ? finished.then(fault) : fault(finished);
}
// Takes an output of the core apart (its form: engine.ts). Gives a string, ticket and effects, when the request waits.
function accept(output, hosts) {
  const separator = output.indexOf("\x1e");
  for (let start = 1; start < separator;) {
    const end = output.indexOf("\n", start);
    hosts.deliver(output.slice(start, end));
    start = end + 1;
  }
  const payload = output.slice(separator + 1);
  switch (output.charCodeAt(0)) {
    case FINISHED:
      return { refused: false, payload };
    case REFUSED:
      return { refused: true, payload };
    case WAITS:
      return payload;
    default:
      throw new Trapped("the core gave an output of an unknown kind");
  }
}
const FINISHED = "=".charCodeAt(0);
const REFUSED = "!".charCodeAt(0);
const WAITS = "?".charCodeAt(0);
