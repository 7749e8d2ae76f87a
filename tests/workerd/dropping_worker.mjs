// The Worker with one path more: a token request whose client goes away while it fetches. What is not kept by `waitUntil`
// the runtime drops when the answer is sent.
import worker from "../../dist/worker.js";

export { Directory, Grant } from "../../dist/worker.js";

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/dropped") return worker.fetch(request, env, context);
    void worker.fetch(new Request(new URL("/auth/token", request.url), request), env, context);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return new Response("dropped");
  },
};
