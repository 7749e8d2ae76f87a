// No token, no secret and no digest of one in any answer, event or line on the console (contract 8): every request of
// every suite is made, and everything that comes out is searched.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { createSts } from "edge-sts";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SECRETS, SIGNING_KEYS, SIGNING_SECRET, TRUSTED } from "../suites/fixture.mjs";
import { inProcess } from "../suites/in_process.mjs";
import { suites } from "../suites/index.mjs";
import { minted } from "../suites/jwt.mjs";

const METHODS = ["log", "info", "warn", "error", "debug", "trace"];

test("secrets stay inside", async (t) => {
  const told = []; // events and console: nothing of a token at all
  const answers = []; // bodies and headers: a token only where it is issued
  for (const method of METHODS)
    t.mock.method(console, method, (...all) => told.push(all.map((one) => inspect(one)).join(" ")));
  const issued = new Set();
  const make = ({ now }) =>
    createSts({ issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES, adminToken: ADMIN_TOKEN, now });
  const plain = await inProcess(make);
  const sts = {
    ...plain,
    async fetch(path, init) {
      const response = await plain.fetch(path, init);
      // A backup with the shared secrets is asked for by name, and for the administrator alone.
      if (path.startsWith("/$export?secrets=shared") && response.status === 200) return response;
      const text = await response.clone().text();
      answers.push(withoutIssued(text, issued) + JSON.stringify([...response.headers]));
      return response;
    },
  };
  let requests = 0;
  for (const cases of Object.values(suites)) {
    for (const { run } of cases) {
      // whether it passes is the matter of suites.test.mjs
      await run(sts).catch(() => undefined);
      requests += 1;
    }
  }
  t.mock.restoreAll();
  assert.ok(requests > 300 && told.length > 1000 && issued.size > 1000 && minted.length > 300, "the suites have run");

  const secrets = [
    ...Object.values(SECRETS).filter((secret) => secret !== "test"),
    ...Object.values(TRUSTED).map(({ secret }) => secret),
    SIGNING_SECRET,
    SIGNING_KEYS.keys[0].k,
    ADMIN_TOKEN,
  ];
  const digests = [...secrets, ...issued].flatMap((text) => {
    const digest = createHash("sha256").update(text).digest();
    return [digest.toString("hex"), digest.toString("base64url"), digest.toString("base64")];
  });
  const signatures = [...new Set([...minted, ...issued])]
    .map((token) => token.split(".").at(-1))
    .filter((part) => part.length >= 16);
  const forbidden = [...secrets, ...digests];
  search(told.join("\n"), [...forbidden, ...signatures], "an event or the console");
  search(answers.join("\n"), [...forbidden, ...signatures], "an answer");
});

// Takes an issued token out of the answer that issues it, and remembers it.
function withoutIssued(text, issued) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  for (const name of ["access_token", "refresh_token"]) {
    if (typeof body?.[name] !== "string") continue;
    issued.add(body[name]);
    delete body[name];
  }
  return JSON.stringify(body);
}

// Hundreds of thousands of comparisons: by windows of 16 letters, then in full.
function search(text, needles, where) {
  const windows = new Map();
  for (const needle of needles) {
    const key = needle.slice(0, 16);
    if (needle.length < 16) assert.ok(!text.includes(needle), `${where} holds ${needle}`);
    else windows.set(key, [...(windows.get(key) ?? []), needle]);
  }
  for (let at = 0; at + 16 <= text.length; at++) {
    const found = windows.get(text.slice(at, at + 16))?.find((needle) => text.startsWith(needle, at));
    assert.equal(found, undefined, `${where} holds a secret: ${text.slice(Math.max(0, at - 80), at)}…`);
  }
}
