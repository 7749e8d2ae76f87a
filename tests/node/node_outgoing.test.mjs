// What Node fetches: to public addresses only, whatever a name leads to.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import dns from "node:dns";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import https, { createServer as createHttpsServer } from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { createServer as createTcpServer } from "node:net";
import { after, before, describe, test } from "node:test";
import tls from "node:tls";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { createSts } from "edge-sts";
import { isPublic, send } from "../../dist/node_outgoing.js";
import { send as sendByFetch } from "../../dist/outgoing.js";

import { EXCHANGE, ISSUER, SIGNING_KEYS, TYPE } from "../suites/fixture.mjs";

const TLS = JSON.parse(readFileSync(new URL("../data/tls.json", import.meta.url), "utf8"));
const trust = () => tls.setDefaultCACertificates([...tls.getCACertificates("bundled"), TLS.cert]);

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
    "64:ff9b::a00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b::",
    "64:ff9b::1",
    "64:ff9b::a00:0",
    "64:ff9b::e000:1",
    "64:ff9b:1::1",
    "64:ff9b:1::808:808",
    "64:ff9b:0:0:1::808:808",
    "::ffff:8.8.8.8",
    "::8.8.8.8",
    "2002:808:808::1",
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
  for (const address of [
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450::1",
    "2400:cb00::1",
    "64:ff9b::808:808",
    "64:ff9b::8.8.8.8",
    "64:ff9b:0:0:0:0:0808:0808",
    "64:ff9b::808:0",
  ]) {
    test(`${address} is public`, () => assert.equal(isPublic({ address, family: 6 }), true));
  }
});

/** Names and where they lead, for the time of a test. */
async function resolving(names, run) {
  const { lookup } = dns;
  dns.lookup = (name, options, callback) => {
    const addresses = names[name];
    if (addresses === undefined) return callback(Object.assign(new Error("none"), { code: "ENOTFOUND" }));
    const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    return options.all ? callback(null, all) : callback(null, all[0].address, all[0].family);
  };
  syncBuiltinESMExports();
  try {
    await run();
  } finally {
    dns.lookup = lookup;
    syncBuiltinESMExports();
  }
}

async function listening(server) {
  server.on("connection", () => (server.made = (server.made ?? 0) + 1));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close().closeAllConnections?.());
  return server.address().port;
}

describe("where a name leads", async () => {
  const NAME = "keycloak.default.svc.cluster.local";
  const server = createHttpsServer(TLS, (_request, response) => response.end("{}"));
  const port = await listening(server);
  const url = `https://${NAME}:${port}/keys`;
  const here = { [NAME]: ["127.0.0.1"] };
  const good = { status: 200, body: "{}" };

  test("a private address is not connected to, and is said to be the reason", async () => {
    for (const address of ["127.0.0.1", "10.0.0.1", "169.254.169.254", "fd00::1", "64:ff9b::a00:1"]) {
      await resolving({ [NAME]: [address] }, async () => {
        assert.deepEqual(await send({ url, ...limits }), { unanswered: "address_refused" });
        assert.deepEqual(await send({ url, ...limits }, ["other.example", ".example", "svc.cluster.local"]), {
          unanswered: "address_refused",
        });
      });
    }
    assert.equal(server.made, undefined);
  });

  test("a name that leads nowhere, and one that is none", async () => {
    await resolving({}, async () => assert.deepEqual(await send({ url, ...limits }), { unanswered: "name_unknown" }));
  });

  test("a certificate that nobody vouches for", async () => {
    const plain = url.replace(String(port), String(await listening(createServer())));
    await resolving(here, async () => {
      assert.deepEqual(await send({ url, ...limits }, [NAME]), { unanswered: "tls_failed" });
      assert.deepEqual(await send({ url: plain, ...limits }, [NAME]), { unanswered: "tls_failed" });
    });
  });

  test("privateHosts: by name and by suffix, in any case, also with a dot at the end", async () => {
    trust();
    await resolving({ ...here, [`${NAME}.`]: ["127.0.0.1"] }, async () => {
      for (const entry of [NAME, NAME.toUpperCase(), ".svc.cluster.local", ".local"]) {
        assert.deepEqual(await send({ url, ...limits }, ["other.example", entry]), good, entry);
      }
      assert.deepEqual(await send({ url: url.replace(".local:", ".local.:"), ...limits }, [NAME]), good);
    });
    // What clouds keep at link-local addresses is nobody's host. (At another port: no connection is kept for it.)
    for (const address of ["169.254.169.254", "fe80::1", "168.63.129.16", "0.0.0.0", "224.0.0.1", "::"]) {
      await resolving({ [NAME]: [address] }, async () => {
        const other = { url: `https://${NAME}:1/keys`, ...limits };
        assert.deepEqual(await send(other, [NAME]), { unanswered: "address_refused" }, address);
      });
    }
  });

  test("a connection that was made by other rules is not used", async () => {
    trust();
    // That of a service with privateHosts, which is kept for its next request.
    await resolving(here, async () => {
      const form = "token=x";
      assert.deepEqual(await send({ url, form, ...limits }, [NAME]), good);
      const { made } = server;
      assert.deepEqual(await send({ url, form, ...limits }, [NAME]), good);
      assert.equal(server.made, made, "it is kept");
      assert.deepEqual(await send({ url, form, ...limits }), { unanswered: "address_refused" });
    });
    // That of the application, in the agent that all of Node shares.
    const lookup = (_name, options, callback) =>
      options.all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);
    await new Promise((resolve, reject) => {
      const request = https.get(url, { lookup, agent: https.globalAgent }, (response) =>
        response.resume().on("end", resolve),
      );
      request.on("error", reject);
    });
    await resolving({}, async () => {
      assert.notDeepEqual(await send({ url, ...limits }), good);
    });
  });

  test("http leads to this machine alone, whatever localhost is made to mean", async () => {
    const plain = await listening(createServer((_request, response) => response.end("{}")));
    const url = `http://localhost:${plain}/keys`;
    await resolving({ localhost: ["10.0.0.1"] }, async () => {
      assert.deepEqual(await send({ url, ...limits }, ["localhost"]), { unanswered: "address_refused" });
    });
    await resolving({ localhost: ["127.0.0.1"] }, async () => assert.deepEqual(await send({ url, ...limits }), good));
  });

  test("of an address nothing is looked up: the connection itself is looked at", async () => {
    trust();
    let asked = 0;
    const private_ = createHttpsServer(TLS, (_request, response) => response.end(String((asked += 1))));
    const url = `https://127.0.0.1:${await listening(private_)}/`;
    assert.deepEqual(await send({ url, ...limits }), { unanswered: "address_refused" });
    assert.equal(asked, 0);
  });
});

test("a proxy that the environment names is not asked", async () => {
  const proxy = createServer((_request, response) => response.end("{}"));
  const port = await listening(proxy);
  const target = await listening(createServer((_request, response) => response.end('{"direct":true}')));
  const script = `
    import { send } from ${JSON.stringify(new URL("../../dist/node_outgoing.js", import.meta.url).href)};
    console.log(JSON.stringify(await send({ url: "http://127.0.0.1:${target}/keys", limit: 1000, timeout: 5000 })));
    process.exit();
  `;
  const address = `http://127.0.0.1:${port}`;
  const proxies = { HTTP_PROXY: address, HTTPS_PROXY: address, http_proxy: address, NO_PROXY: "", no_proxy: "" };
  const env = { ...process.env, NODE_USE_ENV_PROXY: "1", ...proxies };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { env });
  assert.deepEqual(JSON.parse(stdout), { status: 200, body: '{"direct":true}' });
  assert.equal(proxy.made, undefined);
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
    "/headers": (response, { headers }) => response.end(JSON.stringify(headers)),
    "/gzip": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("{}")),
    "/identity": (response) => response.writeHead(200, { "content-encoding": "Identity" }).end("{}"),
    "/coding": (response) => response.writeHead(200, { "content-encoding": "compress" }).end("{}"),
    "/silent": () => undefined,
    "/half": (response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{}", () => response.destroy());
    },
  };
  const server = createServer((request, response) => answers[request.url](response, request));
  server.on("upgrade", () => undefined);
  const protocol = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
  const strange = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.end("SSH-2.0-OpenSSH_9.9\r\n");
  });
  let origin;
  let upgrade;
  let ssh;

  before(async () => {
    await Promise.all(
      [server, protocol, strange].map((one) => new Promise((resolve) => one.listen(0, "127.0.0.1", resolve))),
    );
    origin = `http://127.0.0.1:${server.address().port}`;
    ssh = `http://127.0.0.1:${strange.address().port}/`;
    upgrade = `http://127.0.0.1:${protocol.address().port}/`;
  });
  after(() => {
    server.close().closeAllConnections();
    protocol.close();
    strange.close();
  });

  for (const [title, sender] of Object.entries({ "node:http": send, fetch: sendByFetch })) {
    const get = (path, more = {}) => sender({ url: `${origin}${path}`, ...limits, ...more });

    const inNode = title === "node:http";

    test(`${title}: what cannot be read is an answer that says why`, async () => {
      const good = { status: 200, body: "{}" };
      assert.deepEqual(await get("/good"), good);
      assert.deepEqual(await get("/identity"), good);
      assert.deepEqual(await get("/long"), { status: 200, unread: "too_long" });
      assert.deepEqual(await get("/bytes"), { status: 200, unread: "not_utf8" });
      assert.deepEqual(await get("/coding"), { status: 200, unread: "content_encoding" });
      // fetch decodes it, although nobody asked for it
      assert.deepEqual(await get("/gzip"), inNode ? { status: 200, unread: "content_encoding" } : good);
      assert.deepEqual(await get("/split"), { status: 200, body: "é" });
      assert.deepEqual(await get("/other"), { status: 302 });
    });

    test(`${title}: it says who asks, and wants no coding`, async () => {
      const { body } = await get("/headers", { user_agent: "edge-sts/1.2.3" });
      const headers = JSON.parse(body);
      assert.equal(headers["user-agent"], "edge-sts/1.2.3");
      assert.equal(headers["accept-encoding"], "identity");
      assert.equal(headers.accept, "application/json");
    });

    test(`${title}: what gives no whole answer says why, where it is known`, async () => {
      const says = (reason) => ({ unanswered: inNode ? reason : "no_answer" });
      assert.deepEqual(await get("/cut", { timeout: 200 }), { unanswered: "timeout" });
      assert.deepEqual(await get("/silent", { timeout: 200 }), { unanswered: "timeout" });
      assert.deepEqual(await get("/half"), says("connection_failed"));
      assert.deepEqual(await sender({ url: ssh, ...limits }), says("not_http"));
      const gone = createServer();
      await new Promise((resolve) => gone.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${gone.address().port}/`;
      await new Promise((resolve) => gone.close(resolve));
      assert.deepEqual(await sender({ url, ...limits }), says("connection_failed"));
      assert.deepEqual(await get("/good"), { status: 200, body: "{}" });
    });

    test(`${title}: another protocol is none`, async () => {
      const answer = await sender({ url: upgrade, ...limits, timeout: 1000 });
      assert.ok(["not_http", "no_answer", "timeout"].includes(answer.unanswered), JSON.stringify(answer));
      if (inNode) assert.equal(answer.unanswered, "not_http");
      assert.deepEqual(await get("/good"), { status: 200, body: "{}" });
    });
  }
});

test("a connection that is kept and was closed meanwhile costs no fetch", async () => {
  const server = createTcpServer((socket) => {
    let asked = 0;
    socket.on("error", () => undefined);
    socket.on("data", (text) => {
      if (!String(text).includes("HTTP/1.1")) return; // the body
      asked += 1;
      if (asked > 1) return socket.resetAndDestroy();
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    });
  });
  const url = `http://127.0.0.1:${await listening(server)}/`;
  for (let n = 0; n < 3; n++) {
    assert.deepEqual(await send({ url, form: "token=x", ...limits }), { status: 200, body: "{}" });
  }
  assert.equal(server.made, 3);
});

test("every request says its name and version", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const heard = [];
  const server = createServer((request, response) => {
    heard.push(request.headers["user-agent"]);
    response.end(JSON.stringify({ keys: [], active: false }));
  });
  const origin = `http://127.0.0.1:${await listening(server)}`;
  const introspector = (id, members) => ({
    resourceType: "TokenIntrospector",
    id,
    type: "jwt",
    jwt: { iss: `${origin}/${id}` },
    ...members,
  });
  const introspection_endpoint = { url: `${origin}/introspect`, authorization: "Basic eDp5" };
  const issuers = ["keys", "metadata", "opaque"];
  const sts = await createSts({
    issuer: ISSUER,
    signingKeys: SIGNING_KEYS,
    resources: [
      {
        resourceType: "Client",
        id: "c",
        secret: "s",
        grant_types: [EXCHANGE],
        allowedIssuers: issuers.map((id) => `${origin}/${id}`),
      },
      introspector("keys", { jwks_uri: `${origin}/jwks` }),
      introspector("metadata", { discovery: true }),
      introspector("opaque", { type: "opaque", introspection_endpoint }),
    ],
    onEvent: () => undefined,
  });
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + 60;
  const jwt = (id) =>
    `${encode({ alg: "ES256" })}.${encode({ iss: `${origin}/${id}`, sub: "a", exp })}.${"A".repeat(86)}`;
  for (const [token, type] of [
    [jwt("keys"), TYPE.jwt],
    [jwt("metadata"), TYPE.jwt],
    ["opaque-token", TYPE.accessToken],
  ]) {
    const request = { client_id: "c", client_secret: "s", subject_token: token, subject_token_type: type };
    await assert.rejects(sts.exchange(request));
  }
  // The metadata says nothing of use, so that it is looked for at both of its places.
  assert.deepEqual(
    heard,
    Array.from({ length: heard.length }, () => `edge-sts/${version}`),
  );
  assert.ok(heard.length >= 3, `${heard.length}`);
});

test("privateHosts that cannot be names are misuse", async () => {
  const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, resources: [] };
  const bad = [
    "https://a.example",
    "a.example:443",
    "10.0.0.1",
    "a..b",
    "",
    ".",
    "*.example",
    "a b",
    "localhost",
    ".internal",
    "[::1]",
    1,
  ];
  for (const entry of bad)
    await assert.rejects(createSts({ ...options, privateHosts: [entry] }), TypeError, String(entry));
  await assert.rejects(createSts({ ...options, privateHosts: "keycloak" }), TypeError);
  await createSts({ ...options, privateHosts: ["keycloak", "keycloak.default.svc", ".svc.cluster.local", "a_b.c-d"] });
});
