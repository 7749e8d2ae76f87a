// A Worker that calls what it is told of `durableDirectory`, and a `Directory` whose KV namespace fails or hangs as it is
// told: the outside world's faults.
import { durableDirectory } from "../../dist/directory/durable.js";
import { Directory as ShippedDirectory } from "../../dist/directory/object.js";

export { Grant } from "../../dist/worker.js";

// Which keys fail (the beginning of them), and how. One isolate has the Worker and the object.
let fault = { prefix: null, how: "throws" };
let writes = [];

export class Directory extends ShippedDirectory {
  constructor(ctx, env) {
    super(ctx, { CONFIG: faulty(env.CONFIG) });
  }

  async planned() {
    return this.ctx.storage.getAlarm();
  }
}

function faulty(kv) {
  const through = (write) => async (key, value) => {
    writes.push(key);
    const { prefix, how } = fault;
    if (prefix === null || !key.startsWith(prefix)) return write(key, value);
    if (how === "throws") throw new Error(`KV PUT failed: 429 Too Many Requests ${key}`);
    await new Promise((resolve) => setTimeout(resolve, how === "late" ? 12_000 : 600_000));
    return write(key, value);
  };
  return { put: through((key, value) => kv.put(key, value)), delete: through((key) => kv.delete(key)) };
}

export default {
  async fetch(request, env) {
    const { what, method, parameters, consistency } = await request.json();
    try {
      if (what === "fault") fault = parameters;
      else if (what === "writes") return answer(writes.splice(0));
      else if (what === "kv") return answer(await env.CONFIG.get(parameters));
      else if (what === "planned")
        return answer(await env.DIRECTORY.get(env.DIRECTORY.idFromName("directory")).planned());
      else {
        const directory = durableDirectory(env.DIRECTORY, env.CONFIG, { consistency });
        return answer(await directory[method](...parameters));
      }
      return answer(null);
    } catch (error) {
      return Response.json({ name: error.name, message: error.message }, { status: 500 });
    }
  },
};

function answer(value) {
  return Response.json({ value });
}
