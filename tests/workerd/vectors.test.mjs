// The public vectors' signatures, verified by the package's own use of WebCrypto, in the Workers runtime.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { signatures } from "../vectors/signatures.mjs";
import { folder, startWorker } from "./worker.mjs";

const place = folder();
const worker = await startWorker({ path: place.path, main: "tests/workerd/vectors_worker.mjs" });
after(async () => {
  await worker.stop();
  place.remove();
});

describe("vectors through WebCrypto", () => {
  for (const { name, valid, ...effect } of signatures()) {
    test(name, async () => {
      const response = await worker.fetch("/verify", { method: "POST", body: JSON.stringify(effect) });
      assert.equal(await response.text(), String(valid));
    });
  }
});
