// What one version of the program stores and gives away, and what another version must make of it. Over HTTP's requests
// and answers, so that it is the same in Node and in workerd.
import assert from "node:assert/strict";
import { ADMIN_TOKEN, ISSUER, SECRETS, SIGNING_KEYS, TRUSTED, TYPE } from "../suites/fixture.mjs";
import { goodExchangeOf, introspectionRequest, refreshRequest, TokenRequest } from "../suites/token_request.mjs";

/** The options of every service that takes part. */
export const OPTIONS = { issuer: ISSUER, signingKeys: SIGNING_KEYS, adminToken: ADMIN_TOKEN };

const client = (id, policy) => ({
  resourceType: "Client",
  id,
  secret: SECRETS[id],
  grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange", "refresh_token"],
  allowedIssuers: [TRUSTED.main.iss],
  scope: ["read", "write"],
  auth: { token_exchange: { refresh_token: true, audience: ["orders"], refresh_token_expiration: 864_000, ...policy } },
});

/** What it is about: a client with JWTs, one with opaque tokens, an issuer, a User who is found by an identifier too. */
export const RESOURCES = [
  client("c1", { token_format: "jwt" }),
  client("c2", {}),
  { resourceType: "TokenIntrospector", id: "main", type: "jwt", jwt: TRUSTED.main },
  {
    resourceType: "User",
    id: "alice",
    userName: "alice",
    identifier: [{ system: TRUSTED.main.iss, value: "00u1" }],
  },
];

const CLIENTS = ["c1", "c2"];
const administrator = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };

/**
 * Fills an empty service with all that is ever stored: resources of two versions and a deleted one, grants that are used,
 * not used, narrowed, revoked and ended by reuse. Gives what was handed out. `resources`: whether they are written, too.
 */
export async function write(sts, { resources = true } = {}) {
  if (resources) {
    for (const resource of RESOURCES) await put(sts, resource, 201);
    await put(sts, { ...RESOURCES[3], displayName: "Alice" }, 200);
    await put(sts, { resourceType: "User", id: "gone" }, 201);
    await taken(await sts.fetch("/User/gone", { method: "DELETE", headers: administrator }), 200);
  }
  const notes = {};
  for (const id of CLIENTS) {
    const exchange = async (scope = "read write") => json(await (await goodExchangeOf(sts, id, scope)).send(sts));
    const unused = await exchange();
    const first = await exchange();
    const second = await json(await refreshRequest(id, first.refresh_token).send(sts));
    const narrowed = await json(await refreshRequest(id, second.refresh_token).set("scope", "read").send(sts));
    const revoked = await exchange();
    await taken(await revocation(id, revoked.refresh_token).send(sts), 200);
    const reused = await exchange();
    const used = await json(await refreshRequest(id, reused.refresh_token).send(sts));
    await json(await refreshRequest(id, used.refresh_token).send(sts));
    await taken(await refreshRequest(id, reused.refresh_token).send(sts), 400); // ends the grant
    notes[id] = {
      unused: unused.refresh_token,
      used: narrowed.refresh_token,
      active: [unused.access_token, narrowed.access_token, second.access_token],
      ended: [revoked.refresh_token, revoked.access_token, used.refresh_token, used.access_token],
    };
  }
  return notes;
}

/**
 * What was written elsewhere is served here, each for what it is. `history`: whether the versions of resources are kept.
 * `narrowed`: the scope of the second of the active tokens.
 */
export async function check(sts, notes, { history = true, narrowed = "read" } = {}) {
  for (const [id, { unused, used, active, ended }] of Object.entries(notes)) {
    for (const token of active) assert.equal((await introspected(sts, id, token)).active, true, `${id}: active`);
    assert.equal((await introspected(sts, id, active[1])).scope, narrowed, `${id}: narrowed`);
    for (const token of ended) assert.deepEqual(await introspected(sts, id, token), { active: false }, `${id}: ended`);
    for (const [name, token] of Object.entries({ unused, used })) {
      if (token === undefined) continue; // it was rotated since
      const next = await json(await refreshRequest(id, token).send(sts), `${id}: ${name}`);
      assert.equal(next.scope, "read write", `${id}: ${name}`);
      // A retry of what this version has just rotated.
      const again = await json(await refreshRequest(id, token).send(sts), `${id}: ${name}, again`);
      assert.equal(again.refresh_token, next.refresh_token);
    }
    for (const token of ended.filter((one) => one.startsWith("sts_rt_"))) {
      await taken(await refreshRequest(id, token).send(sts), 400);
    }
    const exchanged = await json(await (await goodExchangeOf(sts, id, "read")).send(sts));
    assert.equal(exchanged.issued_token_type, TYPE.accessToken);
  }
  if (!history) return;
  const alice = await json(await sts.fetch("/User/alice", { headers: administrator }));
  assert.deepEqual([alice.displayName, alice.meta.versionId], ["Alice", "2"]);
  const versions = await json(await sts.fetch("/User/alice/_history", { headers: administrator }));
  assert.equal(versions.total, 2);
  await taken(await sts.fetch("/User/gone", { headers: administrator }), 404);
  const found = await json(await sts.fetch(`/User?identifier=${TRUSTED.main.iss}|00u1`, { headers: administrator }));
  assert.equal(found.total, 1);
  const shown = await json(await sts.fetch("/Client/c1", { headers: administrator }));
  assert.equal(shown.secret, "***");
  // A change by this version, and back: the secret stays what it was.
  await put(sts, { ...shown, name: "changed" }, 200);
  await put(sts, { ...shown, name: undefined }, 200);
  await json(await (await goodExchangeOf(sts, "c1", "read")).send(sts));
}

async function put(sts, resource, status) {
  const path = `/${resource.resourceType}/${resource.id}`;
  const body = JSON.stringify(resource);
  await taken(await sts.fetch(path, { method: "PUT", headers: administrator, body }), status);
}

function revocation(id, token) {
  const request = new TokenRequest().as(id).set("token", token);
  request.path = "/auth/revoke";
  return request;
}

const introspected = async (sts, id, token) => json(await introspectionRequest(id, token).send(sts));

async function taken(response, status) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  return text;
}

async function json(response, what) {
  const text = await response.text();
  assert.equal(response.status, 200, `${what ?? ""} ${text}`);
  return JSON.parse(text);
}
