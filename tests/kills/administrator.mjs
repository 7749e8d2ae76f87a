// An administrator who changes resources of his own, beside a plain model of them. He looks before he sends again what was
// not answered: it was done whole, or not at all.
import assert from "node:assert/strict";
import { ADMIN_TOKEN, subjectToken, TRUSTED } from "../suites/fixture.mjs";
import { goodExchangeOf } from "../suites/token_request.mjs";

const SECRET = "what this issuer and the service know: long enough for HS512, as all of them";

export class Administrator {
  /** What must be there: a resource as it is written, by `type/id`. */
  #model = new Map();
  /** Names that were ever given. */
  #made = new Set();
  #mark = 0;

  constructor(number, { ask, once, now }, tally, random) {
    Object.assign(this, { number, ask, once, now, tally, random });
    this.users = Array.from({ length: 4 }, (_, n) => `User/kill-${number}-${n}`);
    this.values = Array.from({ length: 6 }, (_, n) => `value ${n} of ${number}`);
    this.introspectors = [0, 1].map((n) => `TokenIntrospector/kill-${number}-${n}`);
    this.issuers = [0, 1, 2].map((n) => `https://${n}.of-${number}.example`);
  }

  /** One change, until it is answered. */
  async step() {
    const { random } = this;
    const what = random.below(10);
    if (what < 5) await this.#put(this.#user(random.one(this.users)));
    else if (what < 6) await this.#put(this.#introspector(random.one(this.introspectors)));
    else if (what < 8) await this.#remove(random.one([...this.users, ...this.introspectors]));
    else await this.#bundle();
    this.tally.changes += 1;
    if (random.below(3) === 0) await this.#listed(random.one(this.values));
  }

  /** At the end: everything is as the model says, for the administrator and for those who exchange tokens. */
  async settle() {
    for (const name of [...this.users, ...this.introspectors]) {
      assert.deepEqual(await this.#stored(name), this.#model.get(name), `${name}, at the end`);
      if (this.#made.has(name)) await this.#history(name);
    }
    for (const value of this.values) {
      await this.#listed(value);
      await this.#published(value);
    }
  }

  #user(name) {
    const identifier = this.random.some(this.values, this.random.below(3)).map(identifierOf);
    return { ...named(name), displayName: `${(this.#mark += 1)}`, identifier };
  }

  #introspector(name) {
    const iss = this.random.one(this.issuers);
    const jwt = { iss, secret: SECRET };
    return { ...named(name), type: "jwt", jwt, max_lifetime: (this.#mark += 1) };
  }

  async #put(resource) {
    const name = nameOf(resource);
    const taken = lookupsOf(resource).some((lookup) => this.#holder(lookup, [name]) !== undefined);
    const request = administered("PUT", `/${name}`, resource);
    await this.#changes(request, new Map([[name, resource]]), taken ? [409] : [200, 201]);
  }

  async #remove(name) {
    await this.#changes(administered("DELETE", `/${name}`), new Map([[name, undefined]]), [200, 204]);
  }

  /** Two Users, one of whom may be deleted, exchange their identifiers or take new ones. */
  async #bundle() {
    const { random } = this;
    const names = random.some(this.users, 2);
    const [a, b, c] = random.some(this.values, 3).map(identifierOf);
    const after = new Map([[names[0], { ...this.#user(names[0]), identifier: [a, b] }]]);
    after.set(names[1], random.below(3) === 0 ? undefined : { ...this.#user(names[1]), identifier: [c] });
    const taken = [a, b, ...(after.get(names[1]) === undefined ? [] : [c])].some(
      (identifier) => this.#holder(keyOf(identifier), names) !== undefined,
    );
    const entry = [...after].map(([url, resource]) =>
      resource === undefined ? { request: { method: "DELETE", url } } : { resource, request: { method: "PUT", url } },
    );
    const bundle = { resourceType: "Bundle", type: "transaction", entry };
    await this.#changes(administered("POST", "/", bundle), after, taken ? [409] : [200]);
  }

  /** `after`: what is there when it is done, by name. */
  async #changes(request, after, statuses) {
    const before = new Map([...after.keys()].map((name) => [name, this.#model.get(name)]));
    const refused = statuses.includes(409);
    for (;;) {
      const answered = await this.once(request, "change");
      if (answered !== undefined) {
        const { status, answer } = answered;
        assert.ok(statuses.includes(status), `${status}, not ${statuses}: ${JSON.stringify(answer)}`);
        break;
      }
      const found = new Map();
      for (const name of after.keys()) found.set(name, await this.#stored(name));
      const done = isEqual(found, after);
      assert.ok(done || isEqual(found, before), `half of a change is done: ${[...after.keys()]}`);
      assert.ok(!done || !refused, "what must be refused was done");
      if (!done) continue;
      this.tally.doneUnheard += 1;
      // Some send it again nevertheless, which changes nothing more.
      if (this.random.below(2) === 0) break;
    }
    if (refused) return;
    for (const [name, resource] of after) {
      if (resource === undefined) this.#model.delete(name);
      else this.#model.set(name, resource);
      if (resource !== undefined) this.#made.add(name);
    }
  }

  #holder(lookup, except) {
    for (const [name, resource] of this.#model) {
      if (!except.includes(name) && lookupsOf(resource).includes(lookup)) return name;
    }
    return undefined;
  }

  /** A resource as it was written, from how it is shown. */
  async #stored(name) {
    const { status, answer } = await this.ask(administered("GET", `/${name}`));
    if (status === 404) return undefined;
    assert.equal(status, 200, name);
    const { meta: _meta, ...resource } = answer;
    if (resource.jwt === undefined) return { identifier: [], ...resource };
    assert.equal(resource.jwt.secret, "***");
    return { ...resource, jwt: { ...resource.jwt, secret: SECRET } };
  }

  /** No version is given twice, none is left out. */
  async #history(name) {
    const { status, answer } = await this.ask(administered("GET", `/${name}/_history`));
    assert.equal(status, 200, `history of ${name}`);
    const versions = answer.entry.map(({ response }) => Number(/\d+/.exec(response.etag)[0]));
    const [newest] = versions;
    assert.deepEqual(
      versions,
      versions.map((_, n) => newest - n),
      `versions of ${name}`,
    );
    if (newest <= 100) assert.equal(versions.length, newest, `versions of ${name}`);
  }

  async #listed(value) {
    const { system } = identifierOf(value);
    const query = encodeURIComponent(`${system}|${value}`);
    const { status, answer } = await this.ask(administered("GET", `/User?identifier=${query}`));
    assert.equal(status, 200, "a list");
    const holder = this.#holder(keyOf(identifierOf(value)), []);
    const found = answer.entry.map(({ resource }) => nameOf(resource));
    assert.deepEqual(found, holder === undefined ? [] : [holder], `who is found by ${value}`);
  }

  /** Requests read where it is published: in KV, in workerd. */
  async #published(value) {
    const holder = this.#holder(keyOf(identifierOf(value)), []);
    const token = await subjectToken(this, { sub: value }, TRUSTED.identifier);
    const request = (await goodExchangeOf(this, "c1", "read")).set("subject_token", token);
    const { status, answer } = await this.ask(request);
    if (holder === undefined) return assert.equal(status, 400, `${value} leads to somebody who is not there`);
    assert.equal(status, 200, `${value} leads nowhere: ${answer.error_description}`);
    const { sub } = JSON.parse(atob(answer.access_token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    assert.equal(`User/${sub}`, holder, `whose ${value} is`);
  }
}

/** A request of the administrator. */
export function administered(method, path, resource) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const body = resource === undefined ? undefined : JSON.stringify(resource);
  return { send: (sts) => sts.fetch(path, { method, headers, body }) };
}

function named(name) {
  const [resourceType, id] = name.split("/");
  return { resourceType, id };
}

function nameOf({ resourceType, id }) {
  return `${resourceType}/${id}`;
}

function identifierOf(value) {
  return { system: TRUSTED.identifier.iss, value };
}

function keyOf({ system, value }) {
  return `${system}|${value}`;
}

/** What no two resources may have in common. */
function lookupsOf({ identifier = [], jwt }) {
  return jwt === undefined ? identifier.map(keyOf) : [jwt.iss];
}

function isEqual(found, expected) {
  try {
    assert.deepEqual(found, expected);
    return true;
  } catch {
    return false;
  }
}
