// Clients and resource servers of others that are written in Python, unmodified.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EXCHANGE, TYPE } from "../suites/fixture.mjs";
import { python, skipPython } from "./python.mjs";
import {
  ACCENTED_SECRET,
  AUDIENCE,
  CLIENT_SECRET,
  RESOURCE_SERVER_SECRET,
  startService,
  subjectToken,
} from "./service.mjs";

const skip = skipPython;

let service;
before(async () => (service = await startService()));
after(() => service?.stop());

const run = (name, given) => python(name, { issuer: service.issuer, ...given });

test("mcp: its model of metadata takes both documents", { skip }, async () => {
  const { issuer } = service;
  const read = [issuer, `${issuer}/auth/authorize`, `${issuer}/auth/token`];
  assert.deepEqual(await run("mcp_metadata.py", {}), {
    "oauth-authorization-server": read,
    "openid-configuration": read,
  });
});

describe("authlib: exchange, refresh, introspection, revocation", { skip }, () => {
  const withSecret = { client_id: "with-secret", client_secret: CLIENT_SECRET };
  for (const [title, client] of [
    ["client_secret_basic", { method: "client_secret_basic", ...withSecret }],
    ["client_secret_post", { method: "client_secret_post", ...withSecret }],
    [
      "client_secret_basic, a secret outside of ASCII",
      { method: "client_secret_basic", client_id: "with-accent", client_secret: ACCENTED_SECRET },
    ],
    ["private_key_jwt", { method: "private_key_jwt", client_id: "with-key" }],
  ]) {
    test(title, async () => {
      const exchange = {
        grant_type: EXCHANGE,
        subject_token: await subjectToken(),
        subject_token_type: TYPE.jwt,
        audience: AUDIENCE,
        scope: "read",
      };
      assert.deepEqual(await run("authlib_client.py", { ...client, client_key: service.clientKey, exchange }), {
        rotated: true,
        scope: "read",
        active: [true, false],
        revoked: [200, {}],
      });
    });
  }
});

test("fastmcp: its verifiers take the token that is for them, and no other", { skip }, async () => {
  const given = { audience: AUDIENCE, secret: RESOURCE_SERVER_SECRET, tokens: await service.tokens() };
  const only = { good: ["with-secret", ["openid", "read"]], for_another_audience: null, expired: null, forged: null };
  assert.deepEqual(await run("fastmcp_verifiers.py", given), {
    JWTVerifier: only,
    IntrospectionTokenVerifier: only,
  });
});
