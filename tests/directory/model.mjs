// A directory so plain that it is evidently right, and random changes that are made in it and in a real one.
import assert from "node:assert/strict";
import { generator } from "../random.mjs";
import { change, deletion, readOf } from "./changes.mjs";

/** Everything is a list that is searched from end to end. */
class Model {
  resources = []; // the changes that made them
  versions = []; // of all resources, oldest first

  versionOf({ type, id }) {
    return Math.max(0, ...this.versions.filter((v) => v.type === type && v.id === id).map(({ version }) => version));
  }

  change(changes, by, at) {
    for (const [outdated, one] of changes.entries()) if (this.versionOf(one) !== one.expected) return { outdated };
    const others = this.resources.filter((r) => !changes.some((c) => nameOf(c) === nameOf(r)));
    const after = [...others];
    for (const [taken, one] of changes.entries()) {
      if (one.document === null) continue;
      for (const key of one.unique) {
        const holder = after.find(({ unique }) => unique.includes(key));
        if (holder !== undefined) return { taken, key, holder: nameOf(holder) };
      }
      after.push(one);
    }
    this.resources = after;
    for (const { type, id, version, shown } of changes) {
      this.versions.push({ type, id, version, at, by, document: shown });
    }
    return { done: true };
  }

  read(key) {
    const one = this.resources.find((r) => nameOf(r) === key || r.unique.includes(key));
    if (one !== undefined) return one.document;
    const all = this.resources.filter(({ shared }) => shared.includes(key)).map(nameOf);
    return all.length === 0 ? null : JSON.stringify(all.sort());
  }

  look(name) {
    return { version: this.versionOf(name), document: this.read(nameOf(name)) };
  }

  list({ type, id, name, lookups = [], offset, count }) {
    const all = this.resources
      .filter((r) => r.type === type && (id === undefined || r.id === id) && (name === undefined || r.name === name))
      .filter(({ unique }) => lookups.every((key) => unique.includes(key)))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return { total: all.length, documents: all.slice(offset, offset + count).map(({ document }) => document) };
  }

  history({ type, id, offset, count }) {
    const all = this.versions.filter((v) => v.type === type && v.id === id).slice(-100);
    const versions = all.map(({ version, at, by, document }) => ({ version, at, by, document })).reverse();
    return { total: all.length, versions: versions.slice(offset, offset + count) };
  }
}

function nameOf({ type, id }) {
  return `${type}/${id}`;
}

const IDS = ["-", "0", "A", "Z", "_", "a", "a.b", "aa", "b", "z"];
const NAMES = [null, "n", "N"];

/** Makes random changes in the directory, and compares each answer and what is then stored with the model's. */
export async function randomChanges(directory, steps, seed, prefix) {
  const random = generator(seed);
  const model = new Model();
  const world = {
    types: [`${prefix}RandomA`, `${prefix}RandomB`],
    unique: Array.from({ length: 8 }, (_, n) => `${prefix}Random?unique=${n}`),
    shared: [`${prefix}Random?shared=0`, `${prefix}Random?shared=1`],
  };
  const answers = { done: 0, outdated: 0, taken: 0 };
  for (let step = 0; step < steps; step += 1) {
    const changes = Array.from({ length: random.below(4) }, () => randomChange(random, model, world));
    const different = changes.filter((one, n) => changes.findIndex((other) => nameOf(other) === nameOf(one)) === n);
    const [by, at] = [random.one(["anna", "bob"]), 1000 + step];
    const expected = model.change(different, by, at);
    assert.deepEqual(await directory.change(different, by, at), expected, `change ${step}, seed ${seed}`);
    answers[Object.keys(expected)[0]] += 1;
    await compare(directory, model, random, world, `after change ${step}, seed ${seed}`, step % 100 === 99);
  }
  // the sequence went everywhere
  for (const [answer, count] of Object.entries(answers)) assert.ok(count > steps / 20, `${answer}: ${count}`);
}

function randomChange(random, model, { types, unique, shared }) {
  const [type, id] = [random.one(types), random.one(IDS)];
  const expected = Math.max(0, model.versionOf({ type, id }) + (random.below(12) === 0 ? random.one([-1, 1]) : 0));
  const some = (list, most) => Array.from({ length: random.below(most + 1) }, () => random.one(list));
  const lookups = { name: random.one(NAMES), unique: [...new Set(some(unique, 2))], shared: some(shared, 2) };
  const one = random.below(4) === 0 ? deletion(type, id, expected) : change(type, id, expected, lookups);
  return { ...one, version: one.version + random.below(2) };
}

async function compare(directory, model, random, { types, unique, shared }, when, everything) {
  const names = types.flatMap((type) => IDS.map((id) => ({ type, id })));
  const looked = everything ? names : [random.one(names), random.one(names)];
  assert.deepEqual(
    await directory.look(looked),
    looked.map((name) => model.look(name)),
    when,
  );
  const keys = everything ? [...names.map(nameOf), ...unique, ...shared] : [random.one(unique), random.one(shared)];
  assert.deepEqual(
    await readOf(directory, keys),
    keys.map((key) => model.read(key)),
    when,
  );
  const query = { type: random.one(types), offset: random.below(4), count: random.below(6) };
  if (random.below(4) === 0) query.id = random.one(IDS);
  if (random.below(3) === 0) query.name = random.one(["n", "N"]);
  if (random.below(3) === 0) query.lookups = [random.one(unique), random.one(unique)].slice(random.below(3));
  assert.deepEqual(await directory.list(query), model.list(query), when);
  const versions = { ...random.one(names), offset: random.below(3), count: random.below(200) };
  assert.deepEqual(await directory.history(versions), model.history(versions), when);
}
