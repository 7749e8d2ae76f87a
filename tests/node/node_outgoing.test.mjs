// What Node fetches: to public addresses only, whatever a name leads to.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, describe, test } from "node:test";
import { isPublic, send } from "../../dist/node_outgoing.js";

const limits = { limit: 1000, timeout: 5000 };

describe("addresses", () => {
  for (const address of [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
  ]) {
    test(`${address} is private`, () => {
      assert.equal(isPublic({ address, family: 4 }), false);
      assert.equal(isPublic({ address: `::ffff:${address}`, family: 6 }), false);
    });
  }
  for (const address of ["::", "::1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "64:ff9b::7f00:1"]) {
    test(`${address} is private`, () => assert.equal(isPublic({ address, family: 6 }), false));
  }
  for (const address of ["1.1.1.1", "172.32.0.1", "192.0.1.1", "8.8.8.8"]) {
    test(`${address} is public`, () => assert.equal(isPublic({ address, family: 4 }), true));
  }
  test("2606:4700::1111 is public", () => assert.equal(isPublic({ address: "2606:4700::1111", family: 6 }), true));
});

test("a public name that leads to this machine is not connected to", async () => {
  let connections = 0;
  const server = createServer((_request, response) => response.end("{}"));
  server.on("connection", () => (connections += 1));
  await new Promise((resolve) => server.listen(0, resolve));
  after(() => server.close());
  // The core refuses this name; whoever has one like it in the DNS gets no further.
  const url = `https://localhost:${server.address().port}/keys`;
  await assert.rejects(send({ url, ...limits }), RangeError);
  assert.equal(connections, 0);
  assert.deepEqual(await send({ url: url.replace("https:", "http:"), ...limits }), { status: 200, body: "{}" });
});
