// cases.md A: what stands around the request.
import { exchangeCases, issuedBy, refusedBy, servesGood } from "./answers.mjs";
import { equal, matches, ok } from "./assert.mjs";
import { EXCHANGE, ISSUER } from "./fixture.mjs";
import { bytesOf } from "./jwt.mjs";
import { basic, FORM, goodExchange, JSON_TYPE, TokenRequest } from "./token_request.mjs";

const LIMIT = 64 * 1024;

const malformed = { status: 400, error: "invalid_request" };
const body = { ...malformed, says: /body|decoded/ };
const parameter = { ...malformed, says: /parameter/ };

// The good request as a form of exactly so many bytes; RFC 6749 section 3.2: an unknown parameter is ignored.
function padded(request, bytes) {
  const form = `${request.form()}&padding=`;
  return request.raw(form + "x".repeat(bytes - form.length));
}

function paddedJson(request, bytes) {
  const empty = request.json({ padding: "" }).body.length;
  return request.json({ padding: "x".repeat(bytes - empty) });
}

const rows = [
  {
    id: "A01",
    title: "GET with everything in the query",
    change(request) {
      request.path = `/auth/token?${request.form()}`;
      request.method = "GET";
      request.header("content-type");
    },
    status: 405,
    error: "invalid_request",
    says: /method/,
    headers: { allow: "POST" },
  },
  ...["PUT", "DELETE", "PATCH"].map((method) => ({
    id: "A02",
    title: method,
    change: (request) => void (request.method = method),
    status: 405,
    error: "invalid_request",
    headers: { allow: "POST" },
  })),
  { id: "A07", title: "JSON body, as in the how-to", change: (request) => request.json() },
  {
    id: "A07",
    title: "JSON with charset and in capitals",
    change: (request) => request.json().header("content-type", "Application/JSON; charset=UTF-8"),
  },
  ...[
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencodedx",
    "x",
  ].map((type) => ({
    id: "A08",
    title: `Content-Type ${type}`,
    change: (request) => request.header("content-type", type),
    ...malformed,
    says: /content type/,
  })),
  {
    id: "A08",
    title: "no Content-Type",
    // bytes: for text a Request invents a type
    change: (request) => request.raw(bytesOf(request.form())).header("content-type"),
    ...malformed,
    says: /content type/,
  },
  {
    id: "A10",
    title: "Content-Type in capitals with charset",
    change: (request) => request.header("content-type", "APPLICATION/X-WWW-FORM-URLENCODED; charset=UTF-8"),
  },
  ...['charset="utf-8"', "charset=utf8", "charset=UTF-8; x=y", "x=charset"].map((parameters) => ({
    id: "A10",
    title: `Content-Type with ${parameters}`,
    change: (request) => request.header("content-type", `${FORM}; ${parameters}`),
  })),
  ...["charset=iso-8859-1", "charset=UTF-16", 'charset="utf-7"', "charset=utf-8; charset=latin1", "charset="].flatMap(
    (parameters) =>
      [
        { title: `a form with ${parameters}`, change: (r) => r.header("content-type", `${FORM}; ${parameters}`) },
        {
          title: `JSON with ${parameters}`,
          change: (r) => r.json().header("content-type", `${JSON_TYPE};${parameters}`),
        },
      ].map((row) => ({ id: "A10", ...row, ...malformed, status: 415, says: /charset of the body must be UTF-8/ })),
  ),
  ...["gzip", "br", "identity", "x-unknown"].map((coding) => ({
    id: "A10",
    title: `Content-Encoding ${coding}`,
    change: (request) => request.header("content-encoding", coding),
    ...malformed,
    status: 415,
    says: /must not be compressed/,
  })),
  { id: "A11", title: "body of exactly 64 KiB", change: (request) => padded(request, LIMIT) },
  { id: "A11", title: "JSON body of exactly 64 KiB", change: (request) => paddedJson(request, LIMIT) },
  ...[
    ["64 KiB + 1 byte", LIMIT + 1],
    ["twice 64 KiB", 2 * LIMIT],
  ]
    .flatMap(([size, bytes]) => [
      { title: `form of ${size}`, change: (request) => padded(request, bytes) },
      { title: `JSON of ${size}`, change: (request) => paddedJson(request, bytes) },
      {
        title: `form of ${size} without Content-Length`,
        change: (request) => void (padded(request, bytes).streamed = true),
      },
    ])
    .map((row) => ({ id: "A11", ...row, status: 413, error: "invalid_request", says: /64 KiB/ })),
  {
    id: "A12",
    title: "body of 60 KB in many pieces",
    change: (request) => void (padded(request, 60_000).streamed = true),
  },
  { id: "A14", title: "empty form", change: (request) => request.raw(""), ...malformed, says: /grant_type/ },
  {
    id: "A14",
    title: "empty body as JSON",
    change: (request) => request.raw("").header("content-type", JSON_TYPE),
    ...body,
  },
  {
    id: "A14",
    title: "empty JSON object",
    change: (request) => request.raw("{}").header("content-type", JSON_TYPE),
    ...malformed,
    says: /grant_type/,
  },
  {
    id: "A15",
    title: "parameters only in the query",
    change(request) {
      request.path = `/auth/token?${request.form()}`;
      request.raw("");
    },
    ...malformed,
    says: /grant_type/,
  },
  {
    id: "A15",
    title: "the query is never read",
    change: (request) => void (request.path = "/auth/token?scope=write&audience=nowhere&grant_type=foo"),
    check: ({ answer }) => equal(answer.scope, "read", "scope"),
  },
  {
    id: "A15",
    title: "credentials in the query",
    change: (request) => {
      request.path = "/auth/token?client_id=c1&client_secret=p%40ss%3Aw%2Brd+%251";
      request.header("authorization");
    },
    ...malformed,
    says: /Client credentials must not be in the URL/,
  },
  ...["client_secret=x", "client_id=c1", "x=1&client_assertion=x", "%63lient_secret=x"].map((query) => ({
    id: "A15",
    title: `${query} in the query, and good credentials in the header`,
    change: (request) => void (request.path = `/auth/token?${query}`),
    ...malformed,
    says: /Client credentials must not be in the URL/,
  })),
  // JSON as the body: strict, since two readers that differ about it are an attack
  ...[
    ["an array", "[]"],
    ["a string", '"grant_type"'],
    ["null", "null"],
    ["a number", "1"],
    ["cut off", '{"grant_type":"'],
    ["two values", "{}{}"],
    ["a comma at the end", '{"grant_type":"x",}'],
    ["a comment", '{/**/"grant_type":"x"}'],
    ["single quotes", "{'grant_type':'x'}"],
    ["a raw control character", '{"scope":"a\u0001b"}'],
    ["a BOM at the start", '\ufeff{"grant_type":"x"}'],
    ["nested 2,000 deep", `{"x":${"[".repeat(2000)}${"]".repeat(2000)}}`],
    ["a lone surrogate", '{"scope":"\\ud800"}'],
    ["bytes that are not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x22, 0x22, 0x7d])],
    ["a form", "grant_type=x"],
  ].map(([title, text]) => ({
    id: "A16",
    title: `JSON: ${title}`,
    change: (request) => request.raw(text).header("content-type", JSON_TYPE),
    ...malformed,
    says: /body|decoded|parameter/,
  })),
  {
    id: "A16",
    title: "JSON: a member twice",
    change: (request) => request.json().raw(request.body.replace("{", '{"scope":"write",')),
    ...malformed,
    says: /body|decoded|more than once/,
  },
  {
    id: "A16",
    title: "JSON: a member twice, hidden by an escape",
    change: (request) => request.json().raw(request.body.replace("{", '{"sc\\u006fpe":"write",')),
    ...malformed,
    says: /body|decoded|more than once/,
  },
  ...[
    ["scope", ["read"]],
    ["scope", 1],
    ["scope", true],
    ["scope", null],
    ["scope", {}],
    ["grant_type", [EXCHANGE]],
    ["subject_token", ["x"]],
    ["client_id", ["c1"]],
    ["audience", [["orders"]]],
    ["audience", [1]],
    ["audience", { 0: "orders" }],
    ["resource", 1],
  ].map(([name, value]) => ({
    id: "A16",
    title: `JSON: ${name} is ${JSON.stringify(value)}`,
    change: (request) => request.json({ [name]: value }),
    ...parameter,
  })),
  {
    id: "A16",
    title: "JSON: audience is an array of strings",
    change: (request) => request.json({ audience: ["orders", "https://api.example/"] }),
    check: ({ claims }) => equal(claims.aud.join(), "orders,https://api.example/", "aud"),
  },
  {
    id: "A16",
    title: "JSON: audience is a string",
    change: (request) => request.json({ audience: "https://api.example/" }),
    check: ({ claims }) => equal(claims.aud, "https://api.example/", "aud"),
  },
  {
    id: "A16",
    title: "JSON: names of prototypes are unknown parameters",
    change: (request) => request.raw(request.json().body.replace("{", '{"__proto__":"x","constructor":"y",')),
  },
  {
    id: "A16",
    title: "100 parameters",
    change: (request) => {
      for (let n = request.parameters.length; n < 100; n++) request.add(`x${n}`, "y");
    },
  },
  {
    id: "A16",
    title: "101 parameters",
    change: (request) => {
      for (let n = request.parameters.length; n < 101; n++) request.add(`x${n}`, "y");
    },
    ...parameter,
  },
];

// Paths that are not there; with a client's or an administrator's credentials it makes no difference.
const unknownPaths = [
  ["A17", "/nowhere"],
  ["A17", "/auth"],
  ["A17", "/auth/token.json"],
  ["A17", "/client/c1"],
  ["A18", "/auth/token/"],
  ["A18", "/TOKEN"],
  ["A18", "/auth/TOKEN"],
  ["A18", "/auth/%74oken"],
  ["A18", "/auth//token"],
  ["A18", "//auth/token"],
  ["A18", "/auth/token;x"],
  ["A18", "/auth/token%3Fx"],
];

const METADATA = "/.well-known/oauth-authorization-server";

const preflight = (origin, more = {}) => ({
  method: "OPTIONS",
  headers: {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
    ...more,
  },
});

function corsHeaders(response) {
  return [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
}

export default [
  ...exchangeCases(rows),
  ...unknownPaths.map(([id, path]) => ({
    name: `${id} POST ${path}`,
    async run(sts) {
      const request = await goodExchange(sts);
      request.path = path;
      const response = await request.send(sts);
      const text = await response.text();
      equal(response.status, 404, `status of ${text.slice(0, 100)}`);
      ok(!text.includes("access_token"), "no token");
      await servesGood(sts);
    },
  })),
  {
    name: "A04 preflight of an origin on the list, and the request after it",
    async run(sts) {
      const response = await sts.fetch("/auth/token", preflight("https://app.example"));
      equal(response.status, 204, "status");
      equal(await response.text(), "", "body");
      equal(response.headers.get("access-control-allow-origin"), "https://app.example", "Access-Control-Allow-Origin");
      matches(response.headers.get("access-control-allow-methods"), /\bPOST\b/, "Access-Control-Allow-Methods");
      const allowed = (response.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(/ *, */);
      for (const name of ["authorization", "content-type"]) ok(allowed.includes(name), `${name} is allowed`);
      // "no * together with credentials"
      for (const name of corsHeaders(response)) ok(response.headers.get(name) !== "*", `${name} is *`);
      matches(response.headers.get("vary"), /\borigin\b/i, "Vary");
      const request = (await goodExchange(sts)).header("origin", "https://app.example");
      const answer = await request.send(sts);
      equal(answer.headers.get("access-control-allow-origin"), "https://app.example", "Access-Control-Allow-Origin");
      matches(answer.headers.get("vary"), /\borigin\b/i, "Vary");
      await issuedBy(answer);
    },
  },
  ...[
    "https://evil.example",
    "https://app.example.evil.example",
    "http://app.example",
    "https://app.example:8443",
    "null",
  ].map((origin) => ({
    name: `A05 preflight of ${origin}, and the request after it`,
    async run(sts) {
      const response = await sts.fetch("/auth/token", preflight(origin));
      equal(response.status, 204, "status");
      equal(corsHeaders(response).join(), "", "headers that let a page in");
      const answer = await (await goodExchange(sts)).header("origin", origin).send(sts);
      equal(corsHeaders(answer).join(), "", "headers that let a page read the answer");
      await issuedBy(answer);
      await servesGood(sts);
    },
  })),
  {
    name: "A05 an origin on another client's list does not read this client's answer",
    async run(sts) {
      const request = (await goodExchange(sts)).as("c0").set("scope", "openid").header("origin", "https://app.example");
      const answer = await request.send(sts);
      equal(answer.headers.get("access-control-allow-origin"), null, "Access-Control-Allow-Origin");
      await issuedBy(answer);
    },
  },
  ...["/auth/introspect", "/auth/token"].map((path) => ({
    name: `A01 methods of ${path}`,
    async run(sts) {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const response = await sts.fetch(path, { method, headers: { authorization: basic("c1") } });
        await refusedBy(response, { status: 405, error: "invalid_request", headers: { allow: "POST" } });
      }
      await servesGood(sts);
    },
  })),
  {
    name: "A01 methods of the paths that are read",
    async run(sts) {
      for (const path of [METADATA, "/.well-known/openid-configuration", "/.well-known/jwks.json", "/health"]) {
        for (const method of ["POST", "PUT", "DELETE"]) {
          const response = await sts.fetch(path, { method, headers: { "content-type": FORM } });
          await response.text();
          equal(response.status, 405, `${method} ${path}`);
          matches(response.headers.get("allow"), /\bGET\b/, "Allow");
        }
      }
      await servesGood(sts);
    },
  },
  {
    name: "A20 Host: evil.example",
    async run(sts) {
      const response = await sts.fetch(METADATA, { host: "evil.example" });
      equal(response.status, 200, "status");
      const text = await response.text();
      equal(JSON.parse(text).issuer, ISSUER, "issuer");
      ok(!text.includes("evil.example"), "the host's name is not used");
      const request = await goodExchange(sts);
      request.host = "evil.example";
      equal((await issuedBy(await request.send(sts))).claims.iss, ISSUER, "iss");
    },
  },
  ...[
    ["one client", "crowd"],
    ["a name that no client has", "crowd-of-nobody"],
  ].map(([title, id]) => ({
    name: `A21 hundreds of wrong secrets for ${title}`,
    async run(sts) {
      const request = new TokenRequest().header("authorization", basic(id, "wrong-secret")).set("grant_type", EXCHANGE);
      const limited = { status: 429, error: "temporarily_unavailable", headers: { "retry-after": /^[1-9][0-9]*$/ } };
      let refusals = 0;
      for (; refusals < 1000; refusals++) {
        const response = await request.send(sts);
        if (response.status === 429) {
          await refusedBy(response, limited);
          break;
        }
        await refusedBy(response, { status: 401, error: "invalid_client", challenge: true });
      }
      ok(refusals < 1000, "1,000 wrong secrets were answered with 401");
      await servesGood(sts);
    },
  })),
];
