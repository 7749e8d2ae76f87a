// Issuers on loopback, and the package in Node.
import "./quiet.mjs";
import { after, describe, test } from "node:test";
import { createSts } from "edge-sts";
import { cases } from "../issuer/cases.mjs";
import { loopback } from "../issuer/server.mjs";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";

const server = await loopback();
after(() => server.close());

const told = [];
const service = await createSts({
  issuer: ISSUER,
  signingKeys: SIGNING_KEYS,
  resources: RESOURCES,
  adminToken: ADMIN_TOKEN,
  onEvent: (event) => told.push(event),
});
const sts = {
  now: () => Math.floor(Date.now() / 1000),
  fetch: (path, init) => service.fetch(new Request(`${ISSUER}${path}`, init)),
};

describe("issuers", { concurrency: 4 }, () => {
  for (const { name, run } of cases) test(name, () => run({ sts, server, events: () => told }));
});
