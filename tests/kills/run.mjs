// The run: lanes, each a client and an administrator in turn, and somebody who kills.
import assert from "node:assert/strict";
import { RESOURCES } from "../suites/fixture.mjs";
import { generator } from "../random.mjs";
import { Administrator, administered } from "./administrator.mjs";
import { asking, Tally } from "./asking.mjs";
import { bySecret, byWorkload, newKey } from "./credentials.mjs";
import { RUNTIMES } from "./runtimes.mjs";
import { Client } from "./sessions.mjs";
import { PublicClient, Redeemer } from "./without_refresh.mjs";

// Milliseconds between the beginning of a request and the kill, at most: as long as one takes.
const MOMENT = 25;
// The stores are compared after every so many kills.
const CHECKED = 10;

/** Kills the runtime of that name. Gives the tally; undefined where the runtime is not on this machine. */
export async function kills(name, { refreshes, changes, kills, seed }) {
  const victim = await RUNTIMES[name]();
  if (victim === undefined) return undefined;
  const tally = new Tally();
  const asked = asking(victim.services, tally, generator(seed));
  try {
    await install(asked);
    const workers = await clients();
    const lanes = workers.map(([Kind, who], number) => {
      const random = generator(seed + 1 + number);
      const client = new Kind(who, asked, tally, random);
      return { client, administrator: new Administrator(number, asked, tally, random), random };
    });
    const goal = { refreshes, changes };
    await Promise.all([
      ...lanes.map((lane) => work(lane, tally, goal)),
      kill(victim, tally, goal, kills, generator(-seed)),
    ]);
    for (const service of victim.mortal) await killed(service, victim, tally, true);
    for (const { client } of lanes) await client.settle();
    for (const { administrator } of lanes) await administrator.settle();
    if (victim.mortal.length === victim.services.length)
      assert.equal(tally.unavailable, 0, "answers with 500 and more");
    return tally;
  } catch (error) {
    tally.failed = true;
    throw error;
  } finally {
    await victim.stop();
  }
}

/** Who works: of c1 the tokens are JWTs, of co opaque, and what is bound to a key is so in both. */
async function clients() {
  const bound = async (credentials) => [Client, { credentials, key: await newKey() }];
  return [
    [Client, { credentials: bySecret("c1") }],
    [Client, { credentials: bySecret("co") }],
    await bound(bySecret("c1")),
    await bound(bySecret("co")),
    [Client, { credentials: byWorkload("cf") }],
    await bound(byWorkload("cf")),
    [PublicClient, { id: "cp", key: await newKey() }],
    [Redeemer, { id: "ja" }],
  ];
}

/** What the lanes need: refresh tokens that may be used again for the longest time there is, tokens that outlive the run. */
async function install({ ask }) {
  const needed = ["c1", "co", "cf", "cp", "ja", "rs", "main", "identifier", "federation", "jag", "alice"];
  const lasting = { refresh_token_grace: 300, access_token_expiration: 72_000 };
  for (const resource of RESOURCES.filter(({ id }) => needed.includes(id))) {
    const { refresh_token = resource.id === "cf", ...exchange } = resource.auth?.token_exchange ?? {};
    const auth = { ...resource.auth, token_exchange: { ...exchange, refresh_token, ...lasting } };
    const written = resource.resourceType === "Client" ? { scope: ["read"], ...resource, auth } : resource;
    const { status, answer } = await ask(administered("PUT", `/${resource.resourceType}/${resource.id}`, written));
    if (status !== 201) throw new Error(`${resource.id}: ${status} ${JSON.stringify(answer)}`);
  }
}

// Refreshes and changes are mixed until there were enough of both.
async function work({ client, administrator, random }, tally, goal) {
  for (;;) {
    const refreshes = Math.max(0, goal.refreshes - tally.refreshes);
    const changes = Math.max(0, goal.changes - tally.changes);
    if (refreshes + changes === 0) return;
    tally.begun += 1;
    await (random.below(refreshes + changes) < refreshes ? client : administrator).step();
  }
}

async function kill(victim, tally, goal, count, random) {
  const mean = (goal.refreshes + goal.changes) / count;
  const isOver = () => tally.refreshes >= goal.refreshes && tally.changes >= goal.changes;
  while (!isOver()) {
    const next = tally.begun + 1 + random.below(2 * mean);
    while (tally.begun < next && !isOver()) await pause(1);
    await pause(random.below(MOMENT));
    await killed(random.one(victim.mortal), victim, tally, (tally.kills + 1) % CHECKED === 0);
  }
}

async function killed(mortal, victim, tally, checked) {
  await mortal.kill();
  tally.kills += 1;
  await mortal.revive();
  if (checked) await victim.check();
  mortal.open?.();
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
