// The Worker with one path more, which destroys the module's memory: the next call into it meets a real trap.
import worker from "../../dist/worker.js";
import { initSync } from "../../dist/wasm/edge_sts.js";

export { Directory, Grant } from "../../dist/worker.js";

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/destroy") return worker.fetch(request, env, context);
    // already loaded: gives the instance's exports
    const { memory } = initSync();
    new Uint8Array(memory.buffer).fill(0xff);
    return new Response("destroyed");
  },
};
