// What a Worker in the soak's place needs that does nothing: it reads the body, writes a line on the console and answers a
// constant. "/new" calls a Durable Object that nobody has called before, as a new grant does, "/again" one of the newest.
import { DurableObject } from "cloudflare:workers";

const ALARM = 86_400_000; // milliseconds: none comes within a run

export class Grant extends DurableObject {
  async write(value) {
    this.ctx.storage.kv.put("grant", value);
    await this.ctx.storage.setAlarm(Date.now() + ALARM);
  }

  async read() {
    return this.ctx.storage.kv.get("grant");
  }

  alarm() {}
}

// As many as ours has in use at once.
const IN_USE = 300;
const names = [];
let turn = 0;

export default {
  async fetch(request, { GRANTS, BODY, LINE }) {
    await request.arrayBuffer();
    const { pathname } = new URL(request.url);
    if (pathname === "/new") {
      const name = crypto.randomUUID();
      await GRANTS.get(GRANTS.idFromName(name)).write(BODY);
      if (names.push(name) > IN_USE) names.shift();
    } else if (pathname === "/again" && names.length > 0) {
      turn = (turn + 1) % names.length;
      await GRANTS.get(GRANTS.idFromName(names[turn])).read();
    }
    console.log(LINE);
    return new Response(BODY);
  },
};
