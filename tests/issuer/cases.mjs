// What is fetched from issuers, over real HTTP on loopback: run in Node and in the Workers runtime. A case gets `sts` (as
// the suites do), `server` (./server.mjs), and `events()`, all audit events so far.
import { setTimeout as pause } from "node:timers/promises";
import { refusedBy, servesGood } from "../suites/answers.mjs";
import { equal, ok } from "../suites/assert.mjs";
import { EXCHANGE, ISSUER, TYPE } from "../suites/fixture.mjs";
import { mintSigned } from "../suites/jwt.mjs";
import { TokenRequest } from "../suites/token_request.mjs";
import { json, loopback, newKey } from "./server.mjs";
import { forged, slow } from "./slow.mjs";
import { reasons, served, trust } from "./trust.mjs";

const unavailable = { error: "invalid_request", says: /its issuer cannot be asked at the moment/ };
const noKey = { error: "invalid_request", says: /no key of its issuer verifies its signature/ };

// Node says what became of a connection, the Workers runtime does not.
const broken = /^(connection_failed|no_answer)$/;

const HTML = "<!doctype html><title>down</title>";
const text =
  (status, body, headers = {}) =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

/** 256 MiB, in pieces, and how much of it was taken: what lies between keeps some. */
function endless() {
  const answer = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const piece = Buffer.alloc(64 * 1024, " ");
    const write = () => {
      while (answer.written < 256 * 1024 * 1024) {
        answer.written += piece.length;
        if (!response.write(piece)) return void response.once("drain", write);
      }
      response.end("{}");
    };
    write();
  };
  answer.written = 0;
  return answer;
}

const bad = [
  ["404", () => text(404, "{}"), "status"],
  ["500", () => text(500, "{}"), "status"],
  ["HTML", () => text(200, HTML, { "content-type": "text/html" }), "not_json"],
  ["an array", () => json([]), "not_json"],
  ["no keys", () => json({ keys: 1 }), "jwks_malformed"],
  ["bytes that are not UTF-8", () => text(200, Buffer.from([0x7b, 0xff, 0x7d])), "not_utf8"],
  ["an unknown coding", () => text(200, "{}", { "content-encoding": "compress" }), "content_encoding"],
  ["a connection that breaks", () => (request) => void request.socket.destroy(), broken],
  [
    "half of the body",
    () => (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"keys":[', () => response.destroy());
    },
    broken,
  ],
];

const faults = bad.map(([title, make, reason]) => ({
  name: `F01 ${title}`,
  async run({ sts, server, events }) {
    const issuer = server.issuer();
    const key = await newKey("ES256", "k1");
    const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
    issuer.serve("/keys", make());
    await refusedBy(await send(await issuer.token(sts, key)), unavailable);
    const said = reasons(events, issuer).join();
    ok(reason instanceof RegExp ? reason.test(said) : said === reason, `reason of the fetch: ${said}`);
    // it is left alone for a while
    issuer.publish(key);
    await refusedBy(await send(await issuer.token(sts, key)), unavailable);
    equal(server.count(issuer.jwksUri), 1, "fetches");
    await servesGood(sts);
  },
}));

export const cases = [
  ...["RS256", "ES256", "EdDSA"].flatMap((alg) =>
    ["jwks_uri", "discovery"].map((source) => ({
      name: `${alg} by ${source}: one fetch for many tokens`,
      async run({ sts, server, events }) {
        const issuer = server.issuer();
        const key = await newKey(alg, "k1");
        issuer.publish(await newKey("ES256", "k0"), key);
        const send = await trust(
          sts,
          issuer,
          source === "discovery" ? { discovery: true } : { jwks_uri: issuer.jwksUri },
        );
        for (let n = 0; n < 5; n++) await served(await send(await issuer.token(sts, key)));
        equal(server.count(issuer.jwksUri), 1, "fetches");
        equal(reasons(events, issuer).join(), "", "reasons");
        await refusedBy(await send(await issuer.token(sts, await newKey(alg, "k1"))), noKey);
        await servesGood(sts);
      },
    })),
  ),
  ...faults,
  {
    name: "F01 256 MiB are not read",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      const answer = endless();
      issuer.serve("/keys", answer);
      await refusedBy(await send(await issuer.forged(sts, "k1")), unavailable);
      equal(reasons(events, issuer).join(), "too_long", "reason");
      ok(answer.written < 64 * 1024 * 1024, `${answer.written} bytes were taken`);
      await servesGood(sts);
    },
  },
  {
    name: "F01 redirects are not followed, to here or elsewhere",
    async run({ sts, server, events }) {
      for (const status of [301, 302, 307, 308]) {
        const [issuer, elsewhere] = [server.issuer(), server.issuer()];
        const key = await newKey("ES256", "k1");
        elsewhere.publish(key);
        const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
        const other = elsewhere.jwksUri.replace("127.0.0.1", "localhost");
        issuer.serve("/keys", text(status, "", { location: status === 302 ? elsewhere.jwksUri : other }));
        await refusedBy(await send(await issuer.token(sts, key)), unavailable);
        equal(reasons(events, issuer).join(), "redirect", "reason");
        const [event] = events().filter((event) => event.issuer === issuer.iss);
        equal(event.status, status, "status in the event");
        equal(server.count(elsewhere.jwksUri), 0, "requests that followed");
      }
      await servesGood(sts);
    },
  },
  {
    name: "F04 keys that share a kid are told apart by kty and alg, or left out",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      const [key, next] = [await newKey("ES256", "k1"), await newKey("ES256", "k2")];
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      issuer.publish(key);
      await served(await send(await issuer.token(sts, key)));
      issuer.publish(key, next, { ...next, kid: "k1" });
      // a kid that is not known fetches the set anew
      await served(await send(await issuer.token(sts, next)));
      await refusedBy(await send(await issuer.token(sts, key)), noKey);
      // and so does one that is left out
      equal(reasons(events, issuer).join(), ",,", "reasons");
      const leftOut = events().filter((event) => event.issuer === issuer.iss && event.left_out !== undefined);
      equal(leftOut.map((event) => event.left_out.join()).join(";"), "kid,kid;kid,kid", "left out");
      await servesGood(sts);
    },
  },
  {
    name: "F04 one kid for two kinds of key, and for two algorithms",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      const [ec, rsa, other] = [await newKey("ES256", "k1"), await newKey("RS256", "k1"), await newKey("RS256", "k1")];
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      issuer.publish(ec, rsa, { ...rsa, alg: "RS512" }, { ...other, alg: "PS256" });
      for (const [key, alg] of [
        [ec, "ES256"],
        [rsa, "RS256"],
        [rsa, "RS512"],
        [other, "PS256"],
      ]) {
        await served(await send(await issuer.token(sts, { ...key, alg })));
      }
      await refusedBy(await send(await issuer.token(sts, { ...other, alg: "RS256" })), noKey);
      equal(
        events().filter((event) => event.issuer === issuer.iss && event.left_out !== undefined).length,
        0,
        "left out",
      );
      await servesGood(sts);
    },
  },
  {
    name: "F08 keys that cannot be used are left out, and said to be",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      const { d } = await newKey("ES256", "k2");
      issuer.serve(
        "/keys",
        json({
          keys: [
            { ...key, d: undefined, kid: "enc", use: "enc" },
            { ...key, d, kid: "private" },
            { kty: "oct", kid: "oct", k: "AAAA" },
            { ...key, d: undefined },
          ],
        }),
      );
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      await served(await send(await issuer.token(sts, key)));
      await refusedBy(await send(await issuer.token(sts, { ...key, kid: "enc" })), noKey);
      const [event] = events().filter((event) => event.issuer === issuer.iss);
      equal(event.left_out.join(), "use,d,k", "left_out");
      equal(event.level, "warning", "level");
    },
  },
  {
    name: "a rotation is picked up at once, and a removed key is used no more",
    async run({ sts, server }) {
      const issuer = server.issuer();
      const [first, second, third] = [
        await newKey("ES256", "k1"),
        await newKey("RS256", "k2"),
        await newKey("ES256", "k3"),
      ];
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      issuer.publish(first);
      await served(await send(await issuer.token(sts, first)));
      issuer.publish(first, second);
      await served(await send(await issuer.token(sts, second)));
      issuer.publish(third);
      await served(await send(await issuer.token(sts, third)));
      await refusedBy(await send(await issuer.token(sts, first)), noKey);
      await served(await send(await issuer.token(sts, third)));
    },
  },
  ...["cold", "warm"].map((state) => ({
    name: `F02 1,000 tokens with 1,000 unknown kids cause one fetch (${state})`,
    async run({ sts, server }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      issuer.publish(key);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      if (state === "warm") await served(await send(await issuer.token(sts, key)));
      const before = server.count(issuer.jwksUri);
      for (let n = 0; n < 1000; n += 50) {
        const tokens = Array.from({ length: 50 }, (_, m) => issuer.forged(sts, `invented-${n + m}`));
        for (const response of await Promise.all(tokens.map((token) => send(token)))) {
          equal(response.status, 400, await response.text());
        }
      }
      equal(server.count(issuer.jwksUri) - before, 1, "fetches");
      await served(await send(await issuer.token(sts, key)));
      await servesGood(sts);
    },
  })),
  {
    name: "50 requests at once wait for one fetch",
    async run({ sts, server }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      issuer.publishLate(300, key);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      const token = await issuer.token(sts, key);
      for (const response of await Promise.all(Array.from({ length: 50 }, () => send(token)))) await served(response);
      equal(server.count(issuer.jwksUri), 1, "fetches");
    },
  },
  {
    name: "F01 an issuer that never answers refuses its own tokens and holds up nobody else's",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      issuer.serve("/keys", () => undefined);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      const waiting = [send(issuer.forged(sts, "k1")), send(issuer.forged(sts, "k2"))];
      await servesGood(sts);
      for (const response of await Promise.all(waiting)) await refusedBy(response, unavailable);
      // Nobody takes over a fetch that may still end, and who waits hears how it ended.
      equal(reasons(events, issuer).join(), "timeout", "reasons");
      equal(server.count(issuer.jwksUri), 1, "fetches");
      await servesGood(sts);
    },
  },
  slow(6),
  forged(1000),
  {
    name: "F01 an issuer goes away: its known keys serve on; it comes back with others",
    async run({ sts, events }) {
      const away = await loopback();
      const issuer = away.issuer();
      const [key, next] = [await newKey("ES256", "k1"), await newKey("ES256", "k2")];
      issuer.publish(key);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      await served(await send(await issuer.token(sts, key)));
      await away.close();
      await refusedBy(await send(await issuer.token(sts, next)), noKey); // the connection is refused
      await served(await send(await issuer.token(sts, key)));
      ok(/^,(connection_failed|no_answer)$/.test(reasons(events, issuer).join()), "reasons");
      const back = await loopback(Number(new URL(away.origin).port));
      try {
        const same = back.issuer();
        same.publish(next);
        // an administrator who does not want to wait writes the introspector again
        const anew = await trust(sts, same, { jwks_uri: same.jwksUri }, { id: send.id });
        let status;
        for (let tries = 0; tries < 40 && status !== 200; tries++) {
          const response = await anew(await issuer.token(sts, next));
          status = response.status;
          await response.text();
          if (status !== 200) await pause(1000);
        }
        equal(status, 200, "status when it is back");
      } finally {
        await back.close();
      }
    },
  },
  {
    name: "nothing that a token names is fetched",
    async run({ sts, server }) {
      const [issuer, evil] = [server.issuer(), server.issuer()];
      const [key, own] = [await newKey("ES256", "k1"), await newKey("ES256", "k1")];
      issuer.publish(key);
      evil.publish(own);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      const { d: _d, ...jwk } = own;
      for (const header of [{ jku: evil.jwksUri }, { x5u: evil.jwksUri }, { jwk }, { x5c: ["AAAA"] }]) {
        await refusedBy(await send(await issuer.token(sts, own, { header })), noKey);
      }
      await refusedBy(await send(await evil.token(sts, own)), {
        error: "invalid_request",
        says: /its issuer is not one/,
      });
      equal(server.count(evil.jwksUri), 0, "requests to what the tokens name");
      equal(server.count(issuer.jwksUri), 1, "fetches");
    },
  },
  {
    name: "metadata of another issuer is not used",
    async run({ sts, server, events }) {
      for (const [change, reason] of [
        [(issuer) => ({ issuer: `${issuer.iss}/`, jwks_uri: issuer.jwksUri }), "issuer_mismatch"],
        [(issuer) => ({ issuer: "https://evil.example", jwks_uri: issuer.jwksUri }), "issuer_mismatch"],
        [(issuer) => ({ issuer: issuer.iss, jwks_uri: "http://evil.example/keys" }), "url_refused"],
        [(issuer) => ({ issuer: issuer.iss }), "malformed"],
      ]) {
        const issuer = server.issuer();
        const key = await newKey("ES256", "k1");
        issuer.publish(key).serve("/.well-known/openid-configuration", json(change(issuer)));
        const send = await trust(sts, issuer, { discovery: true });
        await refusedBy(await send(await issuer.token(sts, key)), unavailable);
        equal(reasons(events, issuer).join(), reason, "reason");
        equal(server.count(issuer.jwksUri), 0, "fetches of keys");
      }
    },
  },
  {
    name: "private_key_jwt with the client's jwks_uri",
    async run({ sts, server }) {
      const issuer = server.issuer();
      const [key, own] = [await newKey("ES256", "k1"), await newKey("EdDSA", "c1")];
      issuer.publish(key).serve("/client-keys", json({ keys: [{ ...own, d: undefined }] }));
      const jwks_uri = `${issuer.iss}/client-keys`;
      const { id } = await trust(
        sts,
        issuer,
        { jwks_uri: issuer.jwksUri },
        { client: { secret: undefined, jwks_uri } },
      );
      const send = async (by, jti) => {
        const claims = { iss: id, sub: id, aud: ISSUER, exp: sts.now() + 60, jti };
        const request = new TokenRequest().set("grant_type", EXCHANGE).set("subject_token_type", TYPE.jwt);
        request.set("subject_token", await issuer.token(sts, key));
        request.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        request.set("client_assertion", await mintSigned(claims, by, { alg: by.alg, kid: by.kid }));
        return request.send(sts);
      };
      await served(await send(own, "1"));
      await refusedBy(await send(own, "1"), { status: 401, error: "invalid_client" });
      await refusedBy(await send(await newKey("EdDSA", "c1"), "2"), { status: 401, error: "invalid_client" });
      await served(await send(own, "2"));
      equal(server.count(jwks_uri), 1, "fetches");
    },
  },
  {
    name: "opaque tokens: the issuer is asked once, with its credentials, and its word counts",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      const known = new Map();
      let asked = [];
      issuer.serve("/introspect", async (request, response) => {
        let body = "";
        for await (const chunk of request) body += chunk;
        const form = new URLSearchParams(body);
        asked.push(form.get("token"));
        if (request.headers.authorization !== "Basic planted-credentials")
          return void response.writeHead(401).end("{}");
        const answer = known.get(form.get("token")) ?? { active: false };
        if (typeof answer === "string") return void response.writeHead(200).end(answer);
        json(answer)(request, response);
      });
      const endpoint = { url: issuer.introspection, authorization: "Basic planted-credentials" };
      const send = await trust(sts, issuer, { type: "opaque", introspection_endpoint: endpoint });
      const offer = (token) => send(token, TYPE.accessToken);
      const good = () => ({ active: true, sub: "job-1", exp: sts.now() + 600, scope: "read", token_type: "Bearer" });
      known.set("planted-opaque-1", good());
      for (let n = 0; n < 3; n++) await served(await offer("planted-opaque-1"));
      equal(asked.join(), "planted-opaque-1", "asked");
      const not = { error: "invalid_request", says: /not accepted/ };
      for (const [token, answer] of [
        ["planted-unknown", undefined],
        ["planted-refresh", { ...good(), typ: "Refresh" }],
        ["planted-other", { ...good(), iss: "https://other.example" }],
        ["planted-ended", { ...good(), exp: sts.now() - 100 }],
        ["planted-bound", { ...good(), cnf: { jkt: "x" } }],
        ["planted-html", HTML],
      ]) {
        known.set(token, answer);
        await refusedBy(await offer(token), not, [token]);
      }
      // tokens of this service, whole or broken, and JWTs are nobody else's to see
      asked = [];
      for (const token of [
        "sts_at_x",
        "sts_rt_x",
        `sts_at_${"A".repeat(65)}`,
        issuer.forged(sts, "k1"),
        "eyJhbGciOiJ4In0.x.y",
      ]) {
        await refusedBy(await offer(token), not, [token]);
      }
      equal(asked.length, 0, "tokens that were shown");
      const wrong = server.issuer();
      wrong.serve("/introspect", issuer.paths.get(new URL(issuer.introspection).pathname));
      const offerWrong = await trust(sts, wrong, {
        type: "opaque",
        introspection_endpoint: { url: wrong.introspection, authorization: "Basic planted-wrong" },
      });
      await refusedBy(await offerWrong("planted-opaque-1", TYPE.accessToken), unavailable);
      equal(reasons(events, wrong).join(), "status", "reason");
      ok(!JSON.stringify(events()).includes("planted"), "neither tokens nor credentials are in an event");
      await servesGood(sts);
    },
  },
  {
    name: "a client that goes away while its request fetches takes nobody's keys with it",
    async run({ sts, server }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      issuer.publishLate(2000, key);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      const token = await issuer.token(sts, key);
      const gone = send(token, TYPE.jwt, { signal: AbortSignal.timeout(500) }).catch(() => undefined);
      await pause(800);
      await gone;
      await served(await send(token));
      equal(server.count(issuer.jwksUri), 1, "fetches");
    },
  },
  {
    name: "metadata that is the page of an app is looked for at its other place",
    async run({ sts, server, events }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      issuer.publish(key).serve("/.well-known/openid-configuration", text(200, HTML, { "content-type": "text/html" }));
      const { origin, pathname } = new URL(issuer.iss);
      const place = new URL(`/.well-known/oauth-authorization-server${pathname}`, origin).pathname;
      issuer.paths.set(place, json({ issuer: issuer.iss, jwks_uri: issuer.jwksUri }));
      const send = await trust(sts, issuer, { discovery: true });
      await served(await send(await issuer.token(sts, key)));
      equal(reasons(events, issuer).join(), "", "reasons");
    },
  },
  {
    name: "it says who asks, and wants no coding",
    async run({ sts, server }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      issuer.publish(key);
      const publish = issuer.paths.get(new URL(issuer.jwksUri).pathname);
      const asked = [];
      issuer.serve("/keys", (request, response) => {
        asked.push(request.headers);
        // as firewalls do
        if (!/^edge-sts\/\d/.test(request.headers["user-agent"])) return void response.writeHead(403).end();
        publish(request, response);
      });
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      await served(await send(await issuer.token(sts, key)));
      equal(asked.map((headers) => headers["accept-encoding"]).join(), "identity", "accept-encoding");
    },
  },
  {
    name: "a client that goes away while its request fetches does not block the others",
    async run({ sts, server }) {
      const issuer = server.issuer();
      const key = await newKey("ES256", "k1");
      issuer.serve("/keys", () => undefined);
      const send = await trust(sts, issuer, { jwks_uri: issuer.jwksUri });
      const token = await issuer.token(sts, key);
      const gone = send(token, TYPE.jwt, { signal: AbortSignal.timeout(200) }).catch(() => undefined);
      await pause(400);
      issuer.publish(key);
      await gone;
      // Within the time after which a fetch is taken for abandoned, or has failed and is left alone.
      let status;
      for (let tries = 0; tries < 60 && status !== 200; tries++) {
        const response = await send(token);
        status = response.status;
        await response.text();
        if (status !== 200) await pause(1000);
      }
      equal(status, 200, "status in the end");
    },
  },
];
