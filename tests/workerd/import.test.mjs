// An import refuses nobody: a thousand Users are stored while clients go on exchanging (issue 10).
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ADMIN_TOKEN, install } from "../suites/fixture.mjs";
import { goodExchange } from "../suites/token_request.mjs";
import { folder, startWorker } from "./worker.mjs";

const USERS = 1000;
const BUNDLE = 50;
const AT_ONCE = 4;
const LOOPS = 4;

const place = folder();
after(() => place.remove());

const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };

test("an import of 1,000 Users beside a loop of exchanges refuses none of them", async () => {
  const sts = await startWorker({ path: place.path });
  try {
    await install(sts);
    const exchange = await goodExchange(sts);
    let imported = false;
    let exchanges = 0;
    const loop = async () => {
      while (!imported) {
        const response = await exchange.send(sts);
        assert.equal(response.status, 200, await response.clone().text());
        await response.arrayBuffer();
        exchanges += 1;
      }
    };
    const store = async () => {
      try {
        // Half of them in bundles, half one by one.
        for (let first = 0; first < USERS / 2; first += BUNDLE) await bundle(sts, ids(first, BUNDLE));
        for (let first = USERS / 2; first < USERS; first += AT_ONCE) {
          await Promise.all(ids(first, AT_ONCE).map((id) => put(sts, id)));
        }
      } finally {
        imported = true;
      }
    };
    await Promise.all([store(), ...Array.from({ length: LOOPS }, loop)]);
    assert.ok(exchanges >= 100, `${exchanges} exchanges`);
    const list = await (await sts.fetch("/User?_count=1", { headers })).json();
    assert.ok(list.total >= USERS, `${list.total} Users`);
  } finally {
    await sts.stop();
  }
});

const ids = (first, count) => Array.from({ length: count }, (_, index) => `imported-${first + index}`);
const user = (id) => ({ resourceType: "User", id, identifier: [{ system: "https://directory.example", value: id }] });

async function bundle(sts, users) {
  const entry = users.map((id) => ({ resource: user(id), request: { method: "PUT", url: `User/${id}` } }));
  const body = JSON.stringify({ resourceType: "Bundle", type: "transaction", entry });
  const response = await sts.fetch("/", { method: "POST", headers, body });
  assert.equal(response.status, 200, await response.text());
}

async function put(sts, id) {
  const response = await sts.fetch(`/User/${id}`, { method: "PUT", headers, body: JSON.stringify(user(id)) });
  assert.equal(response.status, 201, await response.text());
}
