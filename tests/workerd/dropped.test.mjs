// A client that goes away: the Worker finishes what its request fetches, since others may wait for it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { loopback, newKey } from "../issuer/server.mjs";
import { served, trust } from "../issuer/trust.mjs";
import { EXCHANGE, install, TYPE } from "../suites/fixture.mjs";
import { ownWorker } from "./own_worker.mjs";

const server = await loopback();
const sts = await ownWorker({ main: "tests/workerd/dropping_worker.mjs" });
after(() => server.close());

test("keys that a dropped request fetches serve the others", async () => {
  await install(sts);
  const issuer = server.issuer();
  const key = await newKey("ES256", "k1");
  issuer.publishLate(2000, key);
  const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
  const token = await issuer.token(sts, key);
  const parameters = { grant_type: EXCHANGE, subject_token_type: TYPE.jwt, subject_token: token };
  const credentials = { client_id: send.id, client_secret: send.secret };
  const body = new URLSearchParams({ ...parameters, ...credentials }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const dropped = await sts.fetch("/dropped", { method: "POST", headers, body });
  assert.equal(await dropped.text(), "dropped");
  assert.equal(server.count(issuer.jwksUri), 1);
  await served(await send(token));
  assert.equal(server.count(issuer.jwksUri), 1);
});
