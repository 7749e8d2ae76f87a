// Grants in memory after a restart: the store knows no more which refresh tokens were used or revoked, and none of them is
// good again.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSts, memoryGrants } from "edge-sts";
import { EXCHANGE, ISSUER, RESOURCES, SECRETS, SIGNING_KEYS, subjectToken, TYPE } from "../suites/fixture.mjs";

const client = { client_id: "co", client_secret: SECRETS.co }; // opaque tokens, with a refresh token
const START = 1_800_000_000;

/** A service whose clock stands at this second. */
const at = (now, grants) =>
  createSts({
    issuer: ISSUER,
    signingKeys: SIGNING_KEYS,
    resources: RESOURCES,
    now: () => now,
    onEvent() {},
    ...(grants === undefined ? {} : { grants }),
  });

const refresh = (sts, refresh_token) => sts.exchange({ ...client, grant_type: "refresh_token", refresh_token });

async function issue(sts) {
  const subject_token = await subjectToken({ now: () => START });
  return sts.exchange({ ...client, grant_type: EXCHANGE, subject_token, subject_token_type: TYPE.jwt });
}

test("a refresh token from before a restart is refused, revoked or not", async () => {
  const before = await at(START);
  const [revoked, unused] = [await issue(before), await issue(before)];
  const body = new URLSearchParams({ ...client, token: revoked.refresh_token });
  assert.equal((await before.fetch(new Request(`${ISSUER}/auth/revoke`, { method: "POST", body }))).status, 200);

  const after = await at(START + 1);
  for (const { refresh_token } of [revoked, unused]) {
    await assert.rejects(refresh(after, refresh_token), { error: "invalid_grant", reason: "refresh_token_unknown" });
  }
  await refresh(after, (await issue(after)).refresh_token);
});

test("a store that two services share remembers for both", async () => {
  const grants = memoryGrants({ now: () => START });
  const { refresh_token } = await issue(await at(START, grants));
  await refresh(await at(START + 1, grants), refresh_token);
});
