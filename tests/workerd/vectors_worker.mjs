// Verifies signatures as the Worker does, for tests/workerd/vectors.test.mjs.
import { verify } from "../../dist/web_crypto.js";

export { Directory, Grant } from "../../dist/worker.js";

export default {
  async fetch(request) {
    const { alg, key, data, signature } = await request.json();
    return Response.json(await verify(alg, key, data, signature));
  },
};
