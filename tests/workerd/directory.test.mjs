// The Durable Object `Directory` in the Workers runtime, with KV and objects on disk.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { change, deletion, documentOf, published } from "../directory/changes.mjs";
import { directorySuite } from "../directory/suite.mjs";
import { startDirectory } from "./directory.mjs";
import { folder } from "./worker.mjs";

const place = folder();
const sts = await startDirectory(place.path);
after(async () => {
  await sts.stop();
  place.remove();
});
const eventual = sts.directory("eventual");

directorySuite("Durable Object, read from KV", () => eventual, { steps: 150, seed: 3 });
directorySuite("Durable Object, read from itself", () => sts.directory("strong"), {
  steps: 300,
  seed: 4,
  prefix: "Strong",
});

async function eventually(what, get, expected) {
  for (const begin = Date.now(); ;) {
    const found = await get();
    if (found === expected) return;
    assert.ok(Date.now() - begin < 60_000, `${what}: ${found}, expected ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function lines() {
  return sts.lines.splice(0).filter((line) => line.includes("directory.publish"));
}

describe("publication", () => {
  test("what was changed is in KV when the change is answered", async () => {
    const type = "Published";
    const lookups = { unique: [`${type}?1`, `${type}?2`], shared: [`${type}?s`] };
    await eventual.change([change(type, "a", 0, lookups)], "anna", 1000);
    const document = documentOf(type, "a", 1);
    for (const key of [`${type}/a`, ...lookups.unique]) assert.equal(await sts.kv(key), document, key);
    assert.equal(await sts.kv(`${type}?s`), JSON.stringify([`${type}/a`]));
    await eventual.change([change(type, "a", 1, { unique: [`${type}?1`] })], "anna", 1000);
    assert.equal(await sts.kv(`${type}?1`), documentOf(type, "a", 2));
    for (const key of [`${type}?2`, `${type}?s`]) assert.equal(await sts.kv(key), null, key);
    await eventual.change([deletion(type, "a", 2)], "anna", 1000);
    for (const key of [`${type}/a`, `${type}?1`]) assert.equal(await sts.kv(key), null, key);
    assert.deepEqual(await eventual.waiting(), { waiting: 0, since: null });
  });

  test("a refused change publishes nothing", async () => {
    await published(eventual);
    await sts.writes();
    assert.deepEqual(await eventual.change([change("Refused", "a", 3)], "anna", 1000), { outdated: 0 });
    assert.deepEqual(await sts.writes(), []);
  });

  test("a write that fails is made up for by the alarm, and holds up no other", async () => {
    await published(eventual);
    lines();
    const begin = Math.floor(Date.now() / 1000);
    await sts.fail("Failing/a");
    await eventual.change([change("Failing", "a", 0), change("Failing", "b", 0)], "anna", 1000);
    await eventual.change([change("Failing", "c", 0)], "anna", 1000);
    for (const id of ["b", "c"]) assert.equal(await sts.kv(`Failing/${id}`), documentOf("Failing", id, 1));
    assert.equal(await sts.kv("Failing/a"), null);
    const { waiting, since } = await eventual.waiting();
    assert.equal(waiting, 1);
    assert.ok(since >= begin && since <= Date.now() / 1000, `${since}`);
    // nothing but the alarm goes on from here
    assert.notEqual(await sts.planned(), null);
    await sts.heal();
    await eventually("the key", () => sts.kv("Failing/a"), documentOf("Failing", "a", 1));
    await published(eventual);
    await eventually("the alarm", () => sts.planned(), null);

    const told = lines().map((line) => JSON.parse(line));
    assert.ok(told.length >= 1);
    for (const line of told) {
      assert.deepEqual(Object.keys(line), ["time", "event", "outcome", "waiting", "since"]);
      assert.deepEqual([line.event, line.outcome, line.waiting, line.since], ["directory.publish", "failed", 1, since]);
      assert.ok(Number.isInteger(line.time) && line.time >= begin, JSON.stringify(line));
    }
  });

  test("pauses grow; a new change of the key is tried at once", async () => {
    await published(eventual);
    await sts.fail("Pausing/");
    await eventual.change([change("Pausing", "a", 0)], "anna", 1000);
    const alarms = [await sts.planned()];
    while (alarms.length < 3) {
      const planned = await sts.planned();
      if (planned !== null && planned > alarms.at(-1) + 500) alarms.push(planned);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // each is set when the one before has come and the write has failed again: two seconds later, then four
    assert.ok(alarms[1] - alarms[0] > 1_900 && alarms[2] - alarms[1] > 3_900, `${alarms}`);
    await sts.heal();
    await eventual.change([change("Pausing", "a", 1)], "anna", 1000);
    assert.equal(await sts.kv("Pausing/a"), documentOf("Pausing", "a", 2));
    await published(eventual);
  });

  test("of several changes of a key the last one is published, and a deletion deletes", async () => {
    await sts.fail("Several/");
    for (const version of [0, 1, 2]) await eventual.change([change("Several", "a", version)], "anna", 1000);
    await eventual.change([change("Several", "b", 0)], "anna", 1000);
    await eventual.change([deletion("Several", "b", 1)], "anna", 1000);
    assert.equal((await eventual.waiting()).waiting, 2);
    await sts.heal();
    await eventually("the key", () => sts.kv("Several/a"), documentOf("Several", "a", 3));
    await published(eventual);
    assert.equal(await sts.kv("Several/b"), null);
  });

  test("a write that hangs holds up neither a change nor other keys", async () => {
    await sts.fail("Hanging/", "hangs");
    await eventual.change([change("Hanging", "a", 0)], "anna", 1000);
    await eventual.change([change("Hanging", "b", 0), change("Beside", "b", 0)], "anna", 1000);
    assert.equal(await sts.kv("Beside/b"), documentOf("Beside", "b", 1));
    assert.equal((await eventual.waiting()).waiting, 2);
    await sts.heal();
    await eventual.change([change("Hanging", "b", 1)], "anna", 1000);
    // given up after ten seconds, then tried again
    for (const [id, version] of [
      ["a", 1],
      ["b", 2],
    ]) {
      await eventually(id, () => sts.kv(`Hanging/${id}`), documentOf("Hanging", id, version));
    }
    await published(eventual);
  });

  test("a write that was given up and is done after all does not leave its old value", async () => {
    await published(eventual);
    await sts.writes();
    await sts.fail("Late/", "late");
    await eventual.change([change("Late", "a", 0)], "anna", 1000);
    await sts.heal();
    await eventual.change([change("Late", "a", 1)], "anna", 1000);
    // the late one, the present value when that was given up, and the present value once more when it was done
    const writes = [];
    await eventually("writes", async () => writes.push(...(await sts.writes())), 3);
    assert.deepEqual(writes, ["Late/a", "Late/a", "Late/a"]);
    await published(eventual);
    assert.equal(await sts.kv("Late/a"), documentOf("Late", "a", 2));
  });

  test("fifty changes at once are all published, each key's last value", async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `id-${n}`);
    await Promise.all(
      ids.map(async (id) => {
        for (const version of [0, 1, 2, 3, 4]) await eventual.change([change("Many", id, version)], "anna", 1000);
      }),
    );
    await published(eventual);
    for (const id of ids) assert.equal(await sts.kv(`Many/${id}`), documentOf("Many", id, 5));
  });
});
