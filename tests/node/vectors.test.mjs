// The public vectors' signatures, verified by the package's own use of WebCrypto, in Node.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { canVerify, verify } from "../../dist/web_crypto.js";
import { signatures } from "../vectors/signatures.mjs";

describe("vectors through WebCrypto", () => {
  for (const { name, valid, alg, key, data, signature } of signatures()) {
    test(name, async () => {
      assert.equal(await verify(alg, key, data, signature), valid);
      if (valid) assert.equal(await canVerify(alg, key), true);
    });
  }
});
