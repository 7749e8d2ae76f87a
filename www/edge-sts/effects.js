import { platform } from "./platform.js";
/**
 * Performs all effects of a request side by side (JSON text in, JSON text of the results out). It never rejects: an
 * effect that fails is reported as failed, and what follows from that is the core's decision.
 */
export async function perform(effects, hosts) {
  const asked = JSON.parse(effects);
  const [only, ...others] = asked;
  if (only !== undefined && others.length === 0) return `[${await result(only, hosts)}]`;
  const results = await Promise.all(asked.map((effect) => result(effect, hosts)));
  return `[${results.join(",")}]`;
}
async function result(effect, hosts) {
  try {
    return JSON.stringify({ id: effect.id, ok: await outcome(effect, hosts) });
  } catch (error) {
    // The name only: a store of somebody else may put anything into its messages.
    console.error(`edge-sts: ${effect.op} failed: ${error instanceof Error ? error.name : typeof error}`);
    return JSON.stringify({ id: effect.id, failed: true });
  }
}
function outcome(effect, { directory, grants, rateLimit, privateHosts }) {
  switch (effect.op) {
    case "read":
      return directory.read(effect.keys);
    case "look":
      return directory.look(effect.names);
    case "change":
      return directory.change(effect.changes, effect.by, effect.at);
    case "list":
      return directory.list(effect.query);
    case "history":
      return directory.history(effect.query);
    case "waiting":
      return directory.waiting?.() ?? null;
    case "grant_read":
      return grants.read(effect.grant);
    case "grant_write":
      return grants.write(effect.grant, effect.expected, effect.value, effect.expires);
    case "sign":
      return platform().sign(effect.alg, effect.key, effect.data);
    case "can_verify":
      return platform().canVerify(effect.alg, effect.key);
    case "fetch":
      return platform().send(effect, privateHosts);
    case "pause":
      return new Promise((resolve) => setTimeout(resolve, effect.milliseconds, true));
    case "limit":
      return rateLimit === undefined ? null : rateLimit.limit({ key: effect.name }).then(({ success }) => success);
    case "verify":
      return platform().verify(effect.alg, effect.key, effect.data, effect.signature);
  }
}
