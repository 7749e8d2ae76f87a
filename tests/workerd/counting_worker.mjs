// The Worker with its stores counted. GET /counts gives what was called since it was asked the last time: `reads` of KV and
// the `rounds` that they were in, `writes` of KV, `grants` and `directory`: calls of Durable Objects.
import worker from "../../dist/worker.js";

export { Directory, Grant } from "../../dist/worker.js";

const zero = () => ({ reads: 0, rounds: 0, writes: 0, grants: 0, directory: 0 });
let counts = zero();
// What is begun while something else is under way belongs to the same round.
let underWay = 0;

function countedKv(kv) {
  return {
    async get(...parameters) {
      counts.reads += 1;
      if (underWay === 0) counts.rounds += 1;
      underWay += 1;
      try {
        return await kv.get(...parameters);
      } finally {
        underWay -= 1;
      }
    },
    list: (...parameters) => kv.list(...parameters),
    put(...parameters) {
      counts.writes += 1;
      return kv.put(...parameters);
    },
  };
}

function countedObjects(namespace, name) {
  const counted = (object) =>
    new Proxy(object, {
      get: (_target, method) =>
        typeof method === "string" && method !== "then"
          ? (...parameters) => {
              counts[name] += 1;
              return object[method](...parameters);
            }
          : undefined,
    });
  return {
    idFromName: (id) => namespace.idFromName(id),
    get: (id) => counted(namespace.get(id)),
  };
}

// One for the isolate, as the bindings are.
let counted;

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname === "/counts") {
      const answer = Response.json(counts);
      counts = zero();
      return answer;
    }
    counted ??= {
      ...env,
      CONFIG: countedKv(env.CONFIG),
      GRANTS: countedObjects(env.GRANTS, "grants"),
      DIRECTORY: countedObjects(env.DIRECTORY, "directory"),
    };
    return worker.fetch(request, counted, context);
  },
};
