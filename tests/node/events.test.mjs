// One event per decision (contract 8): every request of every suite is made, and the events are counted.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSts } from "edge-sts";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { suites } from "../suites/index.mjs";

const DECIDES = /^\/auth\/(token|introspect|revoke|userinfo)$/;
const ADMINISTERS = /^\/(Client|TokenIntrospector|User)(\/[\w.-]{1,64})?$/;

test("each decision is told once, with its reason if it is a refusal", async () => {
  const events = [];
  const make = ({ now }) =>
    createSts({
      issuer: ISSUER,
      signingKeys: SIGNING_KEYS,
      resources: RESOURCES,
      adminToken: ADMIN_TOKEN,
      onEvent: (event) => events.push(event),
      now,
    });
  const plain = await inProcess(make);
  let decisions = 0;
  let atOnce = 0;
  const faults = new Set();
  const sts = {
    ...plain,
    async fetch(path, init) {
      const begin = events.length;
      atOnce += 1;
      const alone = atOnce === 1;
      const { status, ...response } = await answered(plain.fetch(path, init));
      atOnce -= 1;
      const what = path.split("?")[0];
      const decided = (DECIDES.test(what) && status !== 405 && status !== 204) || ADMINISTERS.test(what);
      if (decided) decisions += 1;
      const told = events.slice(begin);
      if (alone && atOnce === 0) {
        if (told.length !== (decided ? 1 : 0)) faults.add(`${init?.method} ${what} ${status}: ${told.length} events`);
        for (const { outcome, reason } of told) {
          const refused = status >= 400;
          if ((outcome === "refused") !== refused || (reason !== undefined) !== refused)
            faults.add(`${what} ${status}: ${outcome} ${reason}`);
        }
      }
      return response.response;
    },
  };
  for (const cases of Object.values(suites)) for (const { run } of cases) await run(sts).catch(() => undefined);
  assert.deepEqual([...faults], []);
  assert.ok(decisions > 3000, "the suites have run");
  assert.equal(events.length, decisions);
  for (const event of events) {
    // A new place that makes events must name the request, too.
    assert.match(event.request_id, /^[0-9a-f]{32}$/);
    assert.match(event.event, /^(token|admin)\.[a-z]+$/);
    assert.ok(event.outcome === "success" || event.outcome === "refused");
    if (event.reason !== undefined) assert.match(event.reason, /^[a-z_.]+$/);
    assert.ok(Number.isInteger(event.time) && event.duration_ms >= 0);
  }
});

async function answered(promise) {
  const response = await promise;
  return { response, status: response.status };
}

test("a listener takes the console's place, which has the events only where there is none", async (context) => {
  const printed = [];
  context.mock.method(console, "log", (line) => printed.push(line));
  const told = [];
  for (const onEvent of [undefined, (event) => told.push(event)]) {
    const sts = await createSts({
      issuer: ISSUER,
      signingKeys: SIGNING_KEYS,
      resources: RESOURCES,
      ...(onEvent && { onEvent }),
    });
    await assert.rejects(sts.exchange({ client_id: "c1", client_secret: "wrong" }));
  }
  assert.deepEqual([printed.length, told.length], [1, 1]);
  assert.equal(JSON.parse(printed[0]).reason, "client_secret_wrong");
  assert.equal(told[0].reason, "client_secret_wrong");
});
