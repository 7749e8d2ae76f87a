// A list of resources that is long: it is read in pieces, and means the same.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memoryDirectory } from "edge-sts";
import { initSync } from "../../dist/wasm/edge_sts.js";

const MIB = 1024 * 1024;
const user = (_, index) => ({ resourceType: "User", id: `user-${index}`, displayName: `User ${index}` });
const users = (length) => Array.from({ length }, user);
const all = (type) => ({ type, offset: 0, count: 1 });

describe("a long list of resources", () => {
  test("is there whole, and the memory of the module does not grow with it", async () => {
    const directory = memoryDirectory(users(20_000));
    assert.equal((await directory.list(all("User"))).total, 20_000);
    const [last] = await directory.read(["User/user-19999"]);
    assert.equal(JSON.parse(last).displayName, "User 19999");
    const { memory } = initSync(); // it is loaded: gives the instance's exports
    assert.ok(memory.buffer.byteLength < 8 * MIB, `${memory.buffer.byteLength} bytes`);
  });

  test("with a fault names the place in the whole list, every one", async () => {
    const list = users(1200);
    list[3] = { resourceType: "User", id: "no spaces" };
    list[1100] = { resourceType: "User", id: "user-1100", unknown: true };
    await assert.rejects(memoryDirectory(list).list(all("User")), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^\[3\]\.User\.id: /m);
      assert.match(error.message, /^\[1100\]\.User\.unknown: /m);
      return true;
    });
  });

  test("with the same id far apart names the second one", async () => {
    const list = users(1200);
    list[1150] = user(undefined, 7);
    await assert.rejects(memoryDirectory(list).list(all("User")), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /\[1150\].*same id/);
      return true;
    });
  });
});
