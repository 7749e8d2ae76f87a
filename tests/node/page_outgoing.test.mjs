// What a page fetches: it says itself who it is. A header more would make browsers ask the issuer for leave first.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import "../../dist/browser.js";
import { platform } from "../../dist/platform.js";

test("a page sets no User-Agent", async () => {
  const server = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${server.address().port}/keys`;
  const request = { url, user_agent: "edge-sts/1.2.3", limit: 10_000, timeout: 5000 };
  const { status, body } = await platform().send(request);
  assert.equal(status, 200);
  assert.notEqual(JSON.parse(body)["user-agent"], "edge-sts/1.2.3");
  assert.equal(JSON.parse(body).accept, "application/json");
});
