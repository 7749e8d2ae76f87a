// What Node fetches: to public addresses only, whatever a name leads to.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { isPublic, send } from "../../dist/node_outgoing.js";
import { send as sendByFetch } from "../../dist/outgoing.js";

const limits = { limit: 1000, timeout: 5000 };

describe("addresses", () => {
  for (const address of [
    "127.0.0.1",
    "127.9.9.9",
    "168.63.129.16",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
  ]) {
    test(`${address} is private`, () => {
      assert.equal(isPublic({ address, family: 4 }), false);
      assert.equal(isPublic({ address: `::ffff:${address}`, family: 6 }), false);
    });
  }
  for (const address of [
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
  ]) {
    test(`${address} is private`, () => assert.equal(isPublic({ address, family: 6 }), false));
  }
  for (const address of ["1.1.1.1", "168.63.129.17", "172.32.0.1", "192.0.1.1", "8.8.8.8"]) {
    test(`${address} is public`, () => assert.equal(isPublic({ address, family: 4 }), true));
  }
  for (const address of ["2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "2400:cb00::1"]) {
    test(`${address} is public`, () => assert.equal(isPublic({ address, family: 6 }), true));
  }
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

describe("answers of a server", () => {
  const answers = {
    "/good": (response) => response.end("{}"),
    "/long": (response) => response.end("x".repeat(1001)),
    "/bytes": (response) => response.end(Buffer.from([0xff, 0xfe])),
    "/split": (response) => {
      response.write(Buffer.from([0xc3]));
      setTimeout(() => response.end(Buffer.from([0xa9])), 20);
    },
    // Never an end, and no length that says how much is missing.
    "/cut": (response) => void response.write("{}"),
    "/other": (response) => response.writeHead(302, { location: "/good" }).end("x"),
  };
  const server = createServer((request, response) => answers[request.url](response));
  server.on("upgrade", () => undefined);
  const protocol = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
  let origin;
  let upgrade;

  before(async () => {
    await Promise.all([server, protocol].map((one) => new Promise((resolve) => one.listen(0, "127.0.0.1", resolve))));
    origin = `http://127.0.0.1:${server.address().port}`;
    upgrade = `http://127.0.0.1:${protocol.address().port}/`;
  });
  after(() => {
    server.close().closeAllConnections();
    protocol.close();
  });

  for (const [title, sender] of Object.entries({ "node:http": send, fetch: sendByFetch })) {
    const get = (path, more = {}) => sender({ url: `${origin}${path}`, ...limits, ...more });

    test(`${title}: what is too long or no UTF-8 is an answer without a body`, async () => {
      assert.deepEqual(await get("/good"), { status: 200, body: "{}" });
      assert.deepEqual(await get("/long"), { status: 200 });
      assert.deepEqual(await get("/bytes"), { status: 200 });
      assert.deepEqual(await get("/split"), { status: 200, body: "é" });
      assert.deepEqual(await get("/other"), { status: 302 });
    });

    test(`${title}: what does not end is none`, async () => {
      await assert.rejects(get("/cut", { timeout: 200 }));
      assert.deepEqual(await get("/good"), { status: 200, body: "{}" });
    });

    test(`${title}: nor is another protocol`, async () => {
      await assert.rejects(sender({ url: upgrade, ...limits, timeout: 1000 }));
      assert.deepEqual(await get("/good"), { status: 200, body: "{}" });
    });
  }
});
