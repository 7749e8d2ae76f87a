// The page explains every reason that the service has for refusing a token.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CHECKS, explain, REASONS, TOKEN_FAULTS } from "../../www/reasons.js";

const read = (name) => readFileSync(new URL(`../../src/${name}`, import.meta.url), "utf8");
const faultsOfTokens = read("error/token_fault.rs");
const source = ["error.rs", "error/dpop_fault.rs", "error/token_fault.rs"].map(read).join("\n");
const codes = (pattern) => new Set([...source.matchAll(pattern)].map(([, code]) => code));

test("every fault of a token, and nothing that is none", () => {
  const faults = faultsOfTokens.slice(faultsOfTokens.indexOf("impl TokenFault"));
  const known = new Set(
    [...faults.slice(0, faults.indexOf("fn sentence")).matchAll(/=> "([a-z_]+)"/g)].map(([, code]) => code),
  );
  assert.ok(known.size > 20);
  assert.deepEqual(new Set(Object.keys(TOKEN_FAULTS)), known);
});

test("no reason that the service has not", () => {
  const known = codes(/=> "([a-z_.]+)"/g);
  for (const reason of Object.keys(REASONS)) assert.ok(known.has(reason), reason);
});

test("an actor's fault is shown at the actor", () => {
  const { check, fields } = explain("actor_token.expired");
  assert.deepEqual([CHECKS[check].title, fields], ["Does somebody act for them?", ["actor"]]);
});

test("an assertion's fault is explained as the same fault of a token is", () => {
  const { origin, why } = explain("assertion.replayed");
  assert.deepEqual([origin, why], ["The assertion", TOKEN_FAULTS.replayed[3]]);
});
