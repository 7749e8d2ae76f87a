// Keys that sign and that only verify, of every kind that contract 5 names.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import { createSts, memoryGrants } from "edge-sts";
import { createLocalJWKSet, jwtVerify } from "jose";
import { ISSUER, RESOURCES, SECRETS, SIGNING_KEYS, subjectToken, TYPE } from "../suites/fixture.mjs";
import { decoded, mint } from "../suites/jwt.mjs";

const clock = { now: () => Math.floor(Date.now() / 1000) };

const KINDS = {
  ES256: ["ec", { namedCurve: "P-256" }],
  EdDSA: ["ed25519", {}],
  RS256: ["rsa", { modulusLength: 2048 }],
  PS256: ["rsa", { modulusLength: 2048 }],
};

function privateKey(alg) {
  return {
    ...generateKeyPairSync(...KINDS[alg]).privateKey.export({ format: "jwk" }),
    alg,
    use: "sig",
    kid: `key-${alg}`,
  };
}

// The grants stay when the keys change.
const grants = memoryGrants();

async function service(keys) {
  return createSts({ issuer: ISSUER, signingKeys: { keys }, resources: RESOURCES, grants, onEvent: () => undefined });
}

async function token(sts) {
  const { access_token } = await sts.exchange({
    client_id: "c1",
    client_secret: SECRETS.c1,
    subject_token: await subjectToken(clock),
    subject_token_type: TYPE.jwt,
    scope: "read",
  });
  return access_token;
}

async function jwks(sts) {
  return (await sts.fetch(new Request(`${ISSUER}/.well-known/jwks.json`))).json();
}

async function introspected(sts, access_token) {
  const body = new URLSearchParams({ client_id: "c1", client_secret: SECRETS.c1, token: access_token });
  return (await sts.fetch(new Request(`${ISSUER}/auth/introspect`, { method: "POST", body }))).json();
}

function form(sts, path, parameters) {
  const body = new URLSearchParams({ client_id: "c1", client_secret: SECRETS.c1, ...parameters });
  return sts.fetch(new Request(`${ISSUER}${path}`, { method: "POST", body }));
}

// Whether a token serves at introspection, at userinfo and as a subject token.
async function uses(sts, access_token) {
  const headers = { authorization: `Bearer ${access_token}` };
  const userinfo = await sts.fetch(new Request(`${ISSUER}/auth/userinfo`, { headers }));
  // 403: the token is one of this service, for "orders" and without the scope openid.
  assert.ok([401, 403].includes(userinfo.status));
  const exchanged = await form(sts, "/auth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: access_token,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    scope: "read",
  });
  return [(await introspected(sts, access_token)).active, userinfo.status === 403, exchanged.status === 200];
}

describe("signing keys", () => {
  for (const alg of Object.keys(KINDS)) {
    test(`${alg}: what is issued verifies with what is published (jose), and introspects`, async () => {
      const sts = await service([privateKey(alg)]);
      const published = await jwks(sts);
      assert.equal(published.keys.length, 1);
      const [key] = published.keys;
      assert.deepEqual([key.kid, key.use, key.alg], [`key-${alg}`, "sig", alg]);
      // F11
      for (const name of ["d", "p", "q", "dp", "dq", "qi", "k", "oth", "key_ops"]) assert.ok(!(name in key), name);
      const access_token = await token(sts);
      const options = { issuer: ISSUER, audience: "orders", typ: "at+jwt", algorithms: [alg] };
      const { protectedHeader, payload } = await jwtVerify(access_token, createLocalJWKSet(published), options);
      assert.deepEqual([protectedHeader.alg, protectedHeader.kid, payload.sub], [alg, `key-${alg}`, "alice"]);
      assert.equal((await introspected(sts, access_token)).active, true);
      const changed = access_token.slice(0, -6) + (access_token.at(-6) === "A" ? "B" : "A") + access_token.slice(-5);
      assert.deepEqual(await introspected(sts, changed), { active: false });
      const zeros = `${access_token.slice(0, access_token.lastIndexOf("."))}.${"A".repeat(86)}`;
      assert.deepEqual(await introspected(sts, zeros), { active: false });
    });
  }

  // `how-to/rotate-keys`: the new key is published, then signs, then the old one goes.
  test("a rotation: tokens of each age serve at each step everywhere, until their key is gone", async () => {
    const [old, next] = [privateKey("ES256"), privateKey("EdDSA")];
    const issued = [];
    for (const [keys, signer] of [
      [[old], old],
      [[old, next], old],
      [[next, old], next],
    ]) {
      const sts = await service(keys);
      issued.push(await token(sts));
      assert.equal(decoded(issued.at(-1)).header.kid, signer.kid);
      assert.deepEqual(
        (await jwks(sts)).keys.map(({ kid }) => kid),
        keys.map(({ kid }) => kid),
      );
      for (const access_token of issued) assert.deepEqual(await uses(sts, access_token), [true, true, true]);
    }
    const after = await service([next]);
    assert.deepEqual(await uses(after, issued[0]), [false, false, false]);
    assert.deepEqual(await uses(after, issued[1]), [false, false, false]);
    assert.deepEqual(await uses(after, issued[2]), [true, true, true]);
    const during = await service([next, old]);
    for (const access_token of issued) {
      assert.equal((await form(during, "/auth/revoke", { token: access_token })).status, 200);
      assert.deepEqual(await uses(during, access_token), [false, false, false]);
    }
  });

  test("a key that signs no more still verifies, until it is gone", async () => {
    const [old, next] = [privateKey("ES256"), privateKey("EdDSA")];
    const issued = await token(await service([old]));
    const rotated = await service([next, old]);
    assert.deepEqual((await jwks(rotated)).keys.map(({ kid }) => kid).sort(), [next.kid, old.kid].sort());
    assert.equal((await introspected(rotated, issued)).active, true);
    assert.deepEqual(await introspected(await service([next]), issued), { active: false });
  });

  test("an oct key beside public ones is never published, nor is a public key an HMAC key", async () => {
    const pair = privateKey("ES256");
    const sts = await service([pair, ...SIGNING_KEYS.keys]);
    const published = await jwks(sts);
    assert.deepEqual(
      published.keys.map(({ kty }) => kty),
      ["EC"],
    );
    const { header, claims } = decoded(await token(sts));
    for (const secret of [
      JSON.stringify(published.keys[0]),
      published.keys[0].x,
      published.keys[0].x + published.keys[0].y,
    ]) {
      const confused = await mint(claims, secret, { ...header, alg: "HS256" });
      assert.deepEqual(await introspected(sts, confused), { active: false });
    }
  });

  for (const alg of Object.keys(KINDS)) {
    test(`${alg}: a private part of another key is noticed at start, and the kid is named`, async () => {
      const [own, other] = [privateKey(alg), privateKey(alg)];
      const { kty, kid, crv, x, y, n, e, ...secret } = other;
      const mixed = { ...own, ...secret, kid: `mixed-${alg}` };
      await assert.rejects(service([privateKey("ES256"), mixed]), (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, new RegExp(`mixed-${alg}$`));
        for (const value of Object.values(secret)) if (value.length > 5) assert.ok(!error.message.includes(value));
        return true;
      });
    });
  }

  test("a private part of another key is noticed also where the right one was used before", async () => {
    for (const alg of Object.keys(KINDS)) {
      const [own, other] = [privateKey(alg), privateKey(alg)];
      await service([own]);
      const { kty, kid, crv, x, y, n, e, ...secret } = other;
      await assert.rejects(service([{ ...own, ...secret }]), TypeError, alg);
      await service([own]);
    }
  });
});
