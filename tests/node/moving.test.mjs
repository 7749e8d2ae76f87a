// `how-to/migrate-from-own-code`: what stands there runs, and what replaces it issues the same token.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createSts } from "edge-sts";
import { createLocalJWKSet, jwtVerify } from "jose";
import { code, page } from "../documents.mjs";
import { json, loopback, newKey } from "../issuer/server.mjs";
import { decoded, mintSigned, publicJwk } from "../suites/jwt.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = await page("how-to/migrate-from-own-code");
const block = (language) => code(text, language)[0];

describe("code of your own, as it is printed", () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-moving-"));
  let server;
  let key;
  let own;
  let handMade;
  let sts;

  before(async () => {
    server = await loopback();
    const issuer = server.issuer();
    [key, own] = [await newKey("ES256", "issuer-1"), await newKey("ES256", "own-1")];
    issuer.serve("/keys", json({ keys: [publicJwk(key)] }));
    const reachable = (text) => text.replaceAll("https://issuer.example/jwks", issuer.jwksUri);

    process.env.SIGNING_KEY = JSON.stringify(own);
    const file = join(folder, "exchange.mjs");
    writeFileSync(file, reachable(block("js")));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    handMade = (await import(pathToFileURL(file).href)).exchange;

    sts = await createSts({
      issuer: "https://sts.example",
      signingKeys: { keys: [own] },
      resources: JSON.parse(reachable(block("json"))),
    });
  });

  after(async () => {
    delete process.env.SIGNING_KEY;
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const subjectToken = (claims = {}, signer = key) => {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const good = { iss: "https://issuer.example", sub: "alice", aud: "https://sts.example", exp };
    return mintSigned({ ...good, ...claims }, signer, { alg: "ES256", kid: signer.kid });
  };
  const exchange = (subject_token) =>
    sts.exchange({
      client_id: "shop",
      client_secret: "CHANGE-ME",
      subject_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "orders:read",
    });

  test("both issue the same token, to be verified by the same keys", async () => {
    const subject = await subjectToken();
    const before = await handMade(subject);
    const { access_token: after } = await exchange(subject);
    const fixed = ({ header, claims }) => {
      const { iat, exp, jti: _jti, ...same } = claims;
      return { header: { ...header }, ...same, life: exp - iat };
    };
    assert.deepEqual(fixed(decoded(after)), fixed(decoded(before)));
    for (const token of [before, after]) {
      await jwtVerify(token, createLocalJWKSet({ keys: [publicJwk(own)] }), {
        issuer: "https://sts.example",
        audience: "https://orders.example",
        typ: "at+jwt",
      });
    }
  });

  test("both refuse what is wrong", async () => {
    const other = await newKey("ES256", "issuer-1");
    for (const wrong of [
      await subjectToken({ aud: "https://other.example" }),
      await subjectToken({ iss: "https://other.example" }),
      await subjectToken({ exp: 1 }),
      await subjectToken({}, other),
    ]) {
      await assert.rejects(handMade(wrong));
      await assert.rejects(exchange(wrong), { name: "OAuthError" });
      assert.ok((await exchange(await subjectToken())).access_token);
    }
  });
});
