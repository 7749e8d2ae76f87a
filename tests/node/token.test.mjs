// `edge-sts token`: subject tokens to try a service with.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify } from "jose";
import { exampleResources } from "../../dist/cli/worker_project.js";
import { commandIn } from "./command_in.mjs";

const { folder, file, prints, fails, remove } = commandIn("token");
after(remove);

describe("edge-sts token", () => {
  test("with a shared secret and claims", async () => {
    const more = ["--claim", "email=a@b.example", "--claim", "groups=[1]", "--expires-in", "60"];
    const secret = "0123456789abcdef0123456789abcdef";
    const token = await prints(["token", "--iss", "https://i.example", "--sub", "a", "--secret", secret, ...more]);
    const { payload, protectedHeader } = await jwtVerify(token.trim(), new TextEncoder().encode(secret));
    assert.deepEqual(protectedHeader, { alg: "HS256", typ: "JWT" });
    const { iat, exp, jti, ...claims } = payload;
    assert.deepEqual(claims, { iss: "https://i.example", sub: "a", email: "a@b.example", groups: [1] });
    assert.equal(exp - iat, 60);
    assert.equal(typeof jti, "string");
  });

  test("a token that has ended, to see it refused", async () => {
    const whole = ["token", "--iss", "https://i.example", "--sub", "a", "--secret", "x"];
    for (const more of [["--expires-in=-60"], ["--expires-in", "-60"]]) {
      const { exp, iat } = decodeJwt((await prints([...whole, ...more])).trim());
      // The token of an issuer, some time ago: it began before it ended.
      assert.equal(exp - iat, 3600);
      assert.ok(Math.abs(Date.now() / 1000 - 60 - exp) < 30, String(exp));
    }
    await fails(2, /--expires-in/, [...whole, "--expires-in", "-99999999999"]);
  });

  for (const alg of ["ES256", "ES384", "ES512", "RS256", "PS256", "PS512", "EdDSA"]) {
    test(`with a private JWK: ${alg}`, async () => {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const key = file(`${alg}.json`, { ...(await exportJWK(privateKey)), alg, kid: "k" });
      const token = await prints(["token", "--iss", "https://i.example", "--sub", "a", "--key", key]);
      const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg, kid: "k" }] });
      assert.equal((await jwtVerify(token.trim(), keys)).payload.sub, "a");
    });
  }

  test("what is left out comes from resources.json", async () => {
    const cwd = join(folder, "example");
    mkdirSync(cwd);
    const [client, { jwt }, { id }] = exampleResources();
    file("example/resources.json", [client, { resourceType: "TokenIntrospector", jwt }, { resourceType: "User", id }]);
    const token = await prints(["token"], { cwd });
    const { payload } = await jwtVerify(token.trim(), new TextEncoder().encode(jwt.secret));
    assert.deepEqual([payload.iss, payload.sub], [jwt.iss, id]);
  });

  test("refused", async () => {
    const whole = ["token", "--iss", "https://i.example", "--sub", "a"];
    const nowhere =
      /^Give --iss, and --secret or --key\. There is no resources\.json here to take it from; --resources names/;
    await fails(1, nowhere, ["token"]);
    await fails(1, nowhere, whole);
    const iss = "https://i.example";
    const publicKey = [{ resourceType: "TokenIntrospector", id: "i", type: "jwt", jwt: { iss }, discovery: true }];
    const named = ["token", "--resources", file("public.json", publicKey)];
    const noSecret = /^The resources have no jwt\.secret of this issuer .* --key FILE, or --secret TEXT\.$/m;
    await fails(1, noSecret, named);
    await fails(1, noSecret, [...named, "--iss", iss, "--sub", "a"]);
    const withSecret = [{ resourceType: "TokenIntrospector", id: "i", type: "jwt", jwt: { iss, secret: "x" } }];
    await fails(1, /^Give --sub\. The resources have no User/, ["token", "--resources", file("one.json", withSecret)]);
    await fails(1, noSecret, ["token", "--resources", file("one.json", withSecret), "--iss", "https://other.example"]);
    // With a key the issuer need have no secret.
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const key = file("private.json", { ...(await exportJWK(privateKey)), alg: "ES256" });
    assert.equal(decodeJwt((await prints([...named, "--sub", "a", "--key", key])).trim()).iss, iss);
    const user = ["token", "--resources", file("user.json", [{ resourceType: "User", id: "a" }]), "--key", key];
    await fails(1, /^Give --iss\. The resources have no TokenIntrospector/, user);
    await fails(2, /not both/, [...whole, "--secret", "planted", "--key", "x"]);
    await fails(2, /NAME=VALUE/, [...whole, "--secret", "x", "--claim", "planted"]);
    await fails(2, /--expires-in/, [...whole, "--secret", "x", "--expires-in", "soon"]);
    await fails(1, /private JWK/, [...whole, "--key", file("word.json", "planted")]);
    await fails(1, /private JWK/, [...whole, "--key", file("none_alg.json", { kty: "EC", alg: "none", d: "planted" })]);
  });
});
