// The Worker with one path more: it calls a grant's alarm twice, as the runtime does when it repeats one.
import worker, { Grant as ShippedGrant } from "../../dist/worker.js";

export { Directory } from "../../dist/worker.js";

export class Grant extends ShippedGrant {
  async twice() {
    await this.alarm();
    await this.alarm();
  }
}

export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/alarm/")) return worker.fetch(request, env, context);
    const name = `${env.STS_ISSUER} ${pathname.slice("/alarm/".length)}`;
    await env.GRANTS.get(env.GRANTS.idFromName(name)).twice();
    return new Response("done");
  },
};
