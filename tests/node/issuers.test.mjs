// Issuers on loopback, and the package in Node.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createSts } from "edge-sts";
import { cases } from "../issuer/cases.mjs";
import { loopback } from "../issuer/server.mjs";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import { kindOf } from "./audit_events.mjs";

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

test("what is told of issuers is as the types of the package say", () => {
  const kinds = new Set(told.map(kindOf));
  for (const kind of ["IssuerFetched", "IssuerFetchFailed"]) assert.ok(kinds.has(kind), kind);
});
