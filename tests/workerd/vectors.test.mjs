// The public vectors' signatures, verified by the package's own use of WebCrypto, in the Workers runtime.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { signatures } from "../vectors/signatures.mjs";
import { ownWorker } from "./own_worker.mjs";

const worker = await ownWorker({ main: "tests/workerd/vectors_worker.mjs" });

describe("vectors through WebCrypto", () => {
  for (const { name, valid, ...effect } of signatures()) {
    test(name, async () => {
      const response = await worker.fetch("/verify", { method: "POST", body: JSON.stringify(effect) });
      assert.equal(await response.text(), String(valid));
    });
  }
});
