// What is used wrongly says what to do (contract 6): a TypeError, before anything runs.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { createSts, exchange } from "edge-sts";
import { CLIENT_KEY, ISSUER, RESOURCES, SECRETS, SIGNING_KEYS, subjectToken, TYPE } from "../suites/fixture.mjs";
import { publicJwk } from "../suites/jwt.mjs";

const NOW = 1_800_000_000;
const clock = { now: () => NOW };
const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: RESOURCES, now: clock.now };
const SECRET = SIGNING_KEYS.keys[0].k;

async function parameters() {
  return {
    client_id: "c1",
    client_secret: SECRETS.c1,
    subject_token: await subjectToken(clock),
    subject_token_type: TYPE.jwt,
  };
}

describe("misuse", () => {
  for (const [title, change, says] of [
    ["issuer", { issuer: undefined }, /^issuer must be/],
    ["an issuer that is no URL", { issuer: "sts.example" }, /issuer/],
    ["signingKeys", { signingKeys: undefined }, /^signingKeys must be/],
    ["signing keys without any", { signingKeys: { keys: [] } }, /signing ?keys/i],
    ["a public signing key", { signingKeys: { keys: [publicJwk(CLIENT_KEY)] } }, /private|keys\[0\]/i],
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

  test("says what to do where it is not awaited", async () => {
    const promise = createSts(options);
    const says = { name: "TypeError", message: /write const sts = await createSts/ };
    assert.throws(() => promise.exchange({}), says);
    assert.throws(() => promise.fetch(new Request(ISSUER)), says);
    const sts = await promise;
    const answers = [
      [sts.exchange(await parameters()), /write const answer = await sts\.exchange/],
      [exchange(await parameters(), options), /write const answer = await exchange/],
    ];
    for (const [answer, message] of answers) {
      assert.throws(() => answer.access_token, { name: "TypeError", message });
      // It is a promise like any other for all who do not take it for its result.
      assert.ok(answer instanceof Promise);
      assert.match(inspect(answer), /^Promise/);
      assert.deepEqual([Object.keys(answer), JSON.stringify(answer)], [[], "{}"]);
      assert.ok((await Promise.all([answer]))[0].access_token);
      assert.ok((await answer).access_token);
    }
  });
});
