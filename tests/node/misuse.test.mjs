// What is used wrongly says what to do (contract 6): a TypeError, before anything runs.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSts } from "edge-sts";
import { CLIENT_KEY, ISSUER, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";
import { publicJwk } from "../suites/jwt.mjs";

const NOW = 1_800_000_000;
const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES, now: () => NOW };
const SECRET = SIGNING_KEYS.keys[0].k;

describe("misuse", () => {
  for (const [title, change, says] of [
    ["issuer", { issuer: undefined }, /^issuer must be/],
    ["an issuer that is no URL", { issuer: "sts.example" }, /issuer/],
    ["signingKeys", { signingKeys: undefined }, /^signingKeys must be/],
    ["signing keys without any", { signingKeys: { keys: [] } }, /signing ?keys/i],
    ["a public signing key", { signingKeys: { keys: [publicJwk(CLIENT_KEY)] } }, /private|keys\[0\]/i],
    ["a second set of signing keys", { signingKeys2: [] }, /^signingKeys2 must be/],
    ["a second set without any", { signingKeys2: { keys: [] } }, /signingKeys2\): the JWK Set is empty/],
    [
      "the same keys twice",
      { signingKeys2: SIGNING_KEYS },
      /signingKeys2\): a key has the kid of a key of the first set/,
    ],
    ["the key that signs", { signWith: 1 }, /^signWith must be a string/],
    ["a key that is not there", { signWith: SECRET }, /no key has the kid that STS_SIGN_WITH \(signWith\) names/],
    ["resources", { resources: undefined }, /^resources must be/],
    ["resources that were not awaited", { resources: Promise.resolve([]) }, /^resources must be/],
    ["grants", { grants: {} }, /^grants must be/],
    ["a rate limit", { rateLimit: () => true }, /^rateLimit must have/],
    ["an administrator's token", { adminToken: 1 }, /^adminToken must be/],
    [
      "an administrator's token that nobody could send",
      { adminToken: "0123456789abcdef\n" },
      /adminToken.*white space/,
    ],
    ["a cacheTtl", { cacheTtl: "30" }, /^cacheTtl must be/],
    ["a clock", { now: NOW }, /^now must be/],
    ["a clock of milliseconds' type", { now: () => new Date() }, /^now must return seconds/],
    ["a listener", { onEvent: "x" }, /^onEvent must be/],
    ["an unknown option", { signingKey: SECRET }, /signingKeys/],
  ]) {
    test(`says what to do about ${title}`, async () => {
      await assert.rejects(createSts({ ...options, ...change }), (error) => {
        assert.ok(error instanceof TypeError, String(error));
        assert.match(error.message, says);
        assert.ok(!error.message.includes(SECRET));
        return true;
      });
    });
  }

  for (const [title, read] of [
    ["was read", (request) => request.text()],
    ["is being read", (request) => request.body.getReader()],
  ]) {
    test(`says what to do about a body that ${title}`, async () => {
      const sts = await createSts(options);
      const url = `${ISSUER}/auth/token`;
      const body = new URLSearchParams({ grant_type: "x" });
      const headers = { "content-length": "12" };
      for (const init of [{ body }, { body, headers }]) {
        const request = new Request(url, { method: "POST", ...init });
        await read(request);
        const says = { name: "TypeError", message: /mount the service in front of body parsers/ };
        await assert.rejects(sts.fetch(request), says);
      }
      assert.equal((await sts.fetch(new Request(url, { method: "POST", body }))).status, 401);
    });
  }
});
