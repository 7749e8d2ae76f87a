// What every directory of resources must do: a table of cases, and a random sequence of changes beside a plain model.
// Each case has a type of its own, so that all of them can run in one directory.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { change, deletion, documentOf, readOf } from "./changes.mjs";
import { randomChanges } from "./model.mjs";

const DONE = { done: true };

/**
 * Declares the tests. `directory`: gives it, once it can be used. `steps`: how many random changes.
 * `prefix`: of all types, for a directory that passes the suite twice.
 */
export function directorySuite(title, directory, { steps, seed = 1, prefix = "" }) {
  describe(title, () => {
    for (const [n, [name, run]] of Object.entries(CASES).entries()) {
      test(name, async () => run(await directory(), `${prefix}Case${n}T`));
    }
    test(`${steps} random changes, beside a model`, async () => randomChanges(await directory(), steps, seed, prefix));
  });
}

async function made(directory, ...changes) {
  assert.deepEqual(await directory.change(changes, "anna", 1000), DONE);
}

async function lookAt(directory, type, ...ids) {
  return directory.look(ids.map((id) => ({ type, id })));
}

function list(directory, type, query = {}) {
  return directory.list({ type, offset: 0, count: 100, ...query });
}

const CASES = {
  async "nothing is there"(directory, type) {
    assert.deepEqual(await lookAt(directory, type, "a"), [{ version: 0, document: null }]);
    assert.deepEqual(await readOf(directory, [`${type}/a`, `${type}?iss=x`]), [null, null]);
    assert.deepEqual(await list(directory, type), { total: 0, documents: [] });
    assert.deepEqual(await directory.history({ type, id: "a", offset: 0, count: 9 }), { total: 0, versions: [] });
    assert.deepEqual(await directory.change([], "anna", 1000), DONE);
    assert.deepEqual(await directory.look([]), []);
    assert.deepEqual(await directory.read([]), []);
  },

  async "what was created is found by its key and its look-ups"(directory, type) {
    const lookups = { unique: [`${type}?iss=https://a.example/x`, `${type}?n=1`], shared: [`${type}?group=g`] };
    await made(directory, change(type, "a", 0, { ...lookups, name: "A" }));
    const document = documentOf(type, "a", 1);
    assert.deepEqual(await lookAt(directory, type, "a", "b", "a"), [
      { version: 1, document },
      { version: 0, document: null },
      { version: 1, document },
    ]);
    const keys = [`${type}?n=1`, `${type}/a`, `${type}?nobody`, lookups.unique[0], lookups.shared[0]];
    const group = JSON.stringify([`${type}/a`]);
    assert.deepEqual(await readOf(directory, keys), [document, document, null, document, group]);
    assert.deepEqual(await list(directory, type), { total: 1, documents: [document] });
  },

  async "another version than the expected one: nothing is changed"(directory, type) {
    await made(directory, change(type, "a", 0), change(type, "b", 0));
    for (const expected of [0, 2]) {
      const changes = [change(type, "c", 0), change(type, "a", 1), change(type, "b", expected), change(type, "d", 5)];
      assert.deepEqual(await directory.change(changes, "anna", 1001), { outdated: 2 });
    }
    assert.deepEqual(
      (await lookAt(directory, type, "a", "b", "c")).map(({ version }) => version),
      [1, 1, 0],
    );
    assert.equal((await list(directory, type)).total, 2);
    assert.equal((await directory.history({ type, id: "a", offset: 0, count: 9 })).total, 1);
  },

  async "a version may be skipped, and the next change expects it"(directory, type) {
    await made(directory, { ...change(type, "a", 0), version: 7 });
    assert.deepEqual(await directory.change([change(type, "a", 1)], "anna", 1001), { outdated: 0 });
    await made(directory, change(type, "a", 7));
    assert.equal((await lookAt(directory, type, "a"))[0].version, 8);
  },

  async "a unique look-up of another resource: place, key, holder, and nothing is changed"(directory, type) {
    const key = `${type}?iss=1`;
    await made(directory, change(type, "a", 0, { unique: [key] }), change(type, "b", 0));
    const changes = [change(type, "c", 0), change(type, "b", 1, { unique: [`${type}?iss=2`, key] })];
    assert.deepEqual(await directory.change(changes, "anna", 1001), { taken: 1, key, holder: `${type}/a` });
    assert.deepEqual(
      (await lookAt(directory, type, "a", "b", "c")).map(({ version }) => version),
      [1, 1, 0],
    );
    assert.deepEqual(await readOf(directory, [key, `${type}?iss=2`]), [documentOf(type, "a", 1), null]);
  },

  async "two resources of one transaction claim one look-up"(directory, type) {
    const key = `${type}?iss=1`;
    const changes = ["a", "b", "c"].map((id) => change(type, id, 0, { unique: id === "a" ? [] : [key, key] }));
    assert.deepEqual(await directory.change(changes, "anna", 1001), { taken: 2, key, holder: `${type}/b` });
    assert.equal((await list(directory, type)).total, 0);
  },

  async "an outdated change is told before a look-up that is taken"(directory, type) {
    await made(directory, change(type, "a", 0, { unique: [`${type}?1`] }), change(type, "b", 0));
    const changes = [change(type, "c", 0, { unique: [`${type}?1`] }), change(type, "b", 0)];
    assert.deepEqual(await directory.change(changes, "anna", 1001), { outdated: 1 });
  },

  async "two resources exchange their look-ups"(directory, type) {
    const [one, two] = [`${type}?1`, `${type}?2`];
    await made(directory, change(type, "a", 0, { unique: [one] }), change(type, "b", 0, { unique: [two] }));
    await made(directory, change(type, "a", 1, { unique: [two] }), change(type, "b", 1, { unique: [one] }));
    assert.deepEqual(await readOf(directory, [one, two]), [documentOf(type, "b", 2), documentOf(type, "a", 2)]);
  },

  async "a look-up goes from one resource to another, or from one that is deleted"(directory, type) {
    const [one, two] = [`${type}?1`, `${type}?2`];
    await made(directory, change(type, "a", 0, { unique: [one, two] }));
    await made(directory, change(type, "b", 0, { unique: [two] }), change(type, "a", 1, { unique: [one] }));
    assert.deepEqual(await readOf(directory, [one, two]), [documentOf(type, "a", 2), documentOf(type, "b", 1)]);
    await made(directory, change(type, "b", 1, { unique: [one] }), deletion(type, "a", 2));
    assert.deepEqual(await readOf(directory, [one, two]), [documentOf(type, "b", 2), null]);
  },

  async "what is deleted keeps its version, and frees its look-ups"(directory, type) {
    const lookups = { unique: [`${type}?1`], shared: [`${type}?s`] };
    await made(directory, change(type, "a", 0, lookups), change(type, "b", 0, { shared: [`${type}?s`] }));
    await made(directory, { ...deletion(type, "a", 1), ...lookups });
    assert.deepEqual(await lookAt(directory, type, "a"), [{ version: 2, document: null }]);
    const group = JSON.stringify([`${type}/b`]);
    assert.deepEqual(await readOf(directory, [`${type}/a`, `${type}?1`, `${type}?s`]), [null, null, group]);
    assert.equal((await list(directory, type)).total, 1);
    for (const expected of [0, 1]) {
      assert.deepEqual(await directory.change([change(type, "a", expected)], "anna", 1001), { outdated: 0 });
    }
    await made(directory, change(type, "c", 0, { unique: [`${type}?1`] }));
    await made(directory, change(type, "a", 2));
    assert.deepEqual(await lookAt(directory, type, "a"), [{ version: 3, document: documentOf(type, "a", 3) }]);
    assert.equal((await list(directory, type)).total, 3);
  },

  async "a shared look-up gives all of its resources in order, of every type"(directory, type) {
    const shared = [`${type}?s`, `${type}?s`];
    await made(directory, ...["b", "a", "B", "-"].map((id) => change(type, id, 0, { shared })));
    await made(directory, change(`${type}X`, "a", 0, { shared }));
    const names = [`${type}/-`, `${type}/B`, `${type}/a`, `${type}/b`, `${type}X/a`];
    assert.deepEqual(await readOf(directory, [`${type}?s`]), [JSON.stringify(names)]);
    await made(directory, ...["b", "a", "B", "-"].map((id) => change(type, id, 1)));
    assert.deepEqual(await readOf(directory, [`${type}?s`]), [JSON.stringify([`${type}X/a`])]);
    await made(directory, deletion(`${type}X`, "a", 1));
    assert.deepEqual(await readOf(directory, [`${type}?s`]), [null]);
  },

  async "a list is in the order of code units, in pages"(directory, type) {
    const ids = ["-", ".", "0", "10", "9", "A", "Z", "_", "a", "a-", "a.b", "aa", "z"];
    for (const id of ids.toReversed()) await made(directory, change(type, id, 0));
    await made(directory, change(`${type}X`, "b", 0));
    const documents = ids.map((id) => documentOf(type, id, 1));
    assert.deepEqual(await list(directory, type), { total: 13, documents });
    for (const [offset, count] of [
      [0, 1],
      [0, 0],
      [5, 4],
      [12, 4],
      [13, 4],
      [1000, 4],
    ]) {
      const page = { total: 13, documents: documents.slice(offset, offset + count) };
      assert.deepEqual(await list(directory, type, { offset, count }), page);
    }
  },

  async "a list is filtered by id, name and look-ups: all must be met"(directory, type) {
    const [one, two, three] = [`${type}?1`, `${type}?2`, `${type}?3`];
    await made(
      directory,
      change(type, "a", 0, { name: "N", unique: [one, two], shared: [`${type}?s`] }),
      change(type, "b", 0, { name: "N", unique: [three] }),
      change(type, "c", 0, { name: "n" }),
      change(type, "d", 0),
      change(`${type}X`, "a", 0, { name: "N" }),
      change(`${type}X`, "e", 0, { unique: [`${type}X?1`] }),
    );
    for (const [query, ...ids] of [
      [{ id: "a" }, "a"],
      [{ id: "e" }],
      [{ name: "N" }, "a", "b"],
      [{ name: "N", offset: 1 }, "b"],
      [{ name: "N", count: 1 }, "a"],
      [{ name: "" }],
      [{ lookups: [] }, "a", "b", "c", "d"],
      [{ lookups: [one] }, "a"],
      [{ lookups: [two, one] }, "a"],
      [{ lookups: [one, three] }],
      [{ lookups: [one, `${type}?nobody`] }],
      [{ lookups: [`${type}X?1`] }],
      [{ lookups: [`${type}?s`] }],
      [{ lookups: [three], name: "N", id: "b" }, "b"],
      [{ lookups: [three], name: "n" }],
      [{ lookups: [three], id: "a" }],
      [{ id: "a", name: "N" }, "a"],
      [{ id: "a", name: "n" }],
      [{ id: "a", offset: 1 }],
    ]) {
      const { documents, total } = await list(directory, type, query);
      assert.deepEqual(
        documents,
        ids.map((id) => documentOf(type, id, 1)),
        JSON.stringify(query),
      );
      const whole = "offset" in query || "count" in query ? await list(directory, type, { ...query, offset: 0 }) : null;
      assert.equal(total, whole?.total ?? ids.length, JSON.stringify(query));
    }
    assert.equal((await list(directory, type, { name: "N", count: 1 })).total, 2);
    await made(directory, change(type, "a", 1, { name: "n" }), change(type, "b", 1), deletion(type, "c", 1));
    assert.deepEqual(await list(directory, type, { name: "N" }), { total: 0, documents: [] });
    assert.deepEqual(await list(directory, type, { name: "n" }), {
      total: 1,
      documents: [documentOf(type, "a", 2)],
    });
  },

  async "the history has the last 100 versions, newest first, deletions too"(directory, type) {
    for (let version = 1; version <= 103; version += 1) {
      const one = version === 102 ? deletion(type, "a", 101) : change(type, "a", version - 1);
      assert.deepEqual(await directory.change([one], version % 2 === 0 ? "anna" : "böb", 1000 + version), DONE);
    }
    await made(directory, change(type, "b", 0), change(`${type}X`, "a", 0));
    const version = (version) => ({
      version,
      at: 1000 + version,
      by: version % 2 === 0 ? "anna" : "böb",
      document: version === 102 ? null : `shown ${documentOf(type, "a", version)}`,
    });
    const history = (offset, count) => directory.history({ type, id: "a", offset, count });
    assert.deepEqual(await history(0, 3), { total: 100, versions: [103, 102, 101].map(version) });
    assert.deepEqual(await history(98, 5), { total: 100, versions: [5, 4].map(version) });
    assert.deepEqual(await history(100, 5), { total: 100, versions: [] });
    assert.deepEqual(await history(0, 0), { total: 100, versions: [] });
  },

  async "every text comes back as it was"(directory, type) {
    const odd = "'\"\\ %_?$1 \u0001\u007f ü € 😀 \ufffd \uffff";
    const document = JSON.stringify({ odd, long: "x".repeat(200_000) });
    const lookups = { unique: [`${type}?${odd}`, `${type}?zero\0a`], shared: [`${type}?s${odd}`] };
    const one = { ...change(type, "a", 0, { ...lookups, name: `${odd}\0` }), document, shown: document };
    assert.deepEqual(await directory.change([one], odd, 1000), DONE);
    assert.deepEqual(await lookAt(directory, type, "a"), [{ version: 1, document }]);
    const found = await readOf(directory, [`${type}?${odd}`, `${type}?s${odd}`, `${type}?zero\0b`]);
    assert.deepEqual(found, [document, JSON.stringify([`${type}/a`]), null]);
    for (const query of [{ name: `${odd}\0` }, { lookups: [`${type}?${odd}`] }, { lookups: [`${type}?zero\0a`] }]) {
      assert.deepEqual(await list(directory, type, query), { total: 1, documents: [document] });
    }
    assert.deepEqual(await list(directory, type, { name: odd }), { total: 0, documents: [] });
    const { versions } = await directory.history({ type, id: "a", offset: 0, count: 1 });
    assert.deepEqual(versions, [{ version: 1, at: 1000, by: odd, document }]);
    const taker = change(type, "b", 0, { unique: [`${type}?zero\0b`, `${type}?zero\0a`] });
    const taken = { taken: 0, key: `${type}?zero\0a`, holder: `${type}/a` };
    assert.deepEqual(await directory.change([taker], "anna", 1000), taken);
  },

  async "what no caller may ask for is a TypeError"(directory, type) {
    const twice = directory.change([change(type, "a", 0), change(type, "a", 1)], "anna", 1000);
    await assert.rejects(twice, { name: "TypeError", message: "a resource must stand in a transaction at most once" });
    const back = directory.change([{ ...change(type, "a", 0), version: 0 }], "anna", 1000);
    await assert.rejects(back, {
      name: "TypeError",
      message: "the version of a change must be greater than the expected one",
    });
    assert.equal((await list(directory, type)).total, 0);
  },

  async "hundreds of resources in one transaction: all or none"(directory, type) {
    const ids = Array.from({ length: 300 }, (_, n) => `id-${String(n).padStart(4, "0")}`);
    const of = (id, expected) =>
      change(type, id, expected, { name: "N", unique: [`${type}?${id}`], shared: [`${type}?all`] });
    await made(directory, ...ids.map((id) => of(id, 0)));
    assert.equal((await list(directory, type)).total, 300);
    const refused = [...ids.map((id) => of(id, 1)), change(type, "last", 0, { unique: [`${type}?id-0007`] })];
    // the holder is named in the transaction, but it claims its look-up again
    const taken = { taken: 300, key: `${type}?id-0007`, holder: `${type}/id-0007` };
    assert.deepEqual(await directory.change(refused, "anna", 1001), taken);
    assert.deepEqual(
      (await lookAt(directory, type, ids[0], ids[299])).map(({ version }) => version),
      [1, 1],
    );
    await made(directory, ...ids.slice(10).map((id) => deletion(type, id, 1)));
    assert.equal((await list(directory, type, { name: "N" })).total, 10);
    assert.equal((await list(directory, type)).total, 10);
    const left = JSON.stringify(ids.slice(0, 10).map((id) => `${type}/${id}`));
    assert.deepEqual(await readOf(directory, [`${type}?all`, `${type}?id-0010`]), [left, null]);
  },

  async "many at once: one change of a version, one holder of a look-up"(directory, type) {
    await made(directory, change(type, "a", 0));
    for (let version = 1; version <= 3; version += 1) {
      const one = change(type, "a", version);
      const answers = await Promise.all(Array.from({ length: 20 }, () => directory.change([one], "anna", 1000)));
      assert.equal(answers.filter(({ done }) => done).length, 1);
      assert.equal(answers.filter(({ outdated }) => outdated === 0).length, 19);
    }
    const key = `${type}?one`;
    const claims = Array.from({ length: 20 }, (_, n) => change(type, `claim-${n}`, 0, { unique: [key] }));
    const answers = await Promise.all(claims.map((claim) => directory.change([claim], "anna", 1000)));
    const [{ id }] = claims.filter((_, n) => answers[n].done);
    const taken = { taken: 0, key, holder: `${type}/${id}` };
    assert.equal(answers.filter(({ done }) => done).length, 1);
    for (const answer of answers.filter(({ done }) => !done)) assert.deepEqual(answer, taken);
    assert.equal((await list(directory, type)).total, 2);
    // in opposite orders
    const pair = ["x", "y"].map((id) => change(type, id, 0));
    const both = await Promise.all(
      Array.from({ length: 20 }, (_, n) => directory.change(n % 2 === 0 ? pair : pair.toReversed(), "anna", 1000)),
    );
    assert.equal(both.filter(({ done }) => done).length, 1);
    assert.equal((await list(directory, type)).total, 4);
  },
};
