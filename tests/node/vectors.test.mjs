// The public vectors' signatures, verified by WebCrypto and by node:crypto as the package uses them, in Node.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as nodeCrypto from "../../dist/node_crypto.js";
import * as webCrypto from "../../dist/web_crypto.js";
import { signatures } from "../vectors/signatures.mjs";

const cases = signatures();

for (const [title, { canVerify, verify }] of Object.entries({ WebCrypto: webCrypto, "node:crypto": nodeCrypto })) {
  describe(`vectors through ${title}`, () => {
    for (const { name, valid, alg, key, data, signature } of cases) {
      test(name, async () => {
        assert.equal(await verify(alg, key, data, signature), valid);
        if (valid) assert.equal(await canVerify(alg, key), true);
      });
    }
  });
}
