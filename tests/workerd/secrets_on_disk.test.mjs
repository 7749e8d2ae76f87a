// What the Worker leaves in KV and in Durable Objects, as the local runtime keeps them on disk: the same as
// tests/node/secrets_on_disk.test.mjs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { onlyTheseIn, secretsIn } from "../disk.mjs";
import { ISSUER } from "../suites/fixture.mjs";
import { PLANTED, useWithSecrets } from "../suites/stored_secrets.mjs";
import { folder, startWorker } from "./worker.mjs";

const places = [];
after(() => places.forEach((place) => place.remove()));

async function used(more = {}) {
  const place = folder();
  places.push(place);
  const sts = await startWorker({
    path: place.path,
    bindings: {
      STS_ISSUER: ISSUER,
      STS_SIGNING_KEYS: JSON.stringify({ keys: [PLANTED.signingKey] }),
      STS_ADMIN_TOKEN: PLANTED.adminToken,
      ...more,
    },
  });
  try {
    return { ...(await useWithSecrets(sts)), path: place.path, sts };
  } catch (error) {
    await sts.stop();
    throw error;
  }
}

// What is stored. Beside it lies the bundle, which has examples of tokens for /openapi.json.
async function searched({ path: place, sts }, absent, present) {
  const path = join(place, "state");
  try {
    onlyTheseIn(path, absent, present);
  } finally {
    await sts.stop();
  }
  onlyTheseIn(path, absent, present);
  // Each store is among what is searched.
  const found = secretsIn(path, present);
  const files = (name) => [...found.get(name)].join("\n");
  for (const place of [/\bkv\b/, /Directory/]) assert.match(files("the issuer's shared secret"), place);
  assert.match(files("the digest of a refresh token"), /Grant/);
}

test("KV and Durable Objects hold no token and no Client's secret", async () => {
  const run = await used();
  await searched(run, run.absent, { ...run.stored, ...run.digests });
});

test("with a pepper they hold not even the digest of a Client's secret", async () => {
  const run = await used({ STS_SECRET_PEPPER: PLANTED.pepper });
  await searched(run, { ...run.absent, ...run.digests }, run.stored);
});
