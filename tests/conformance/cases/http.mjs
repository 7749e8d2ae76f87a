// RFC 6749 section 3.2: POST, form-encoded; what else comes is no token request.
import { cases, MUST, SHOULD } from "./case.mjs";

const POST = "The client MUST use the HTTP POST method when making access token requests.";

const methods = ["GET", "PUT", "DELETE", "PATCH"].map((method) => [
  `${method.toLowerCase()}-gives-no-token`,
  "RFC 6749 3.2",
  SHOULD,
  POST,
  async (t) => {
    const request = await t.exchange();
    request.method = method;
    request.url += `?${new URLSearchParams(request.parameters)}`;
    t.noToken(await request.send());
  },
]);

const bodies = [
  ["json-under-the-form-type", undefined, (fields) => JSON.stringify(fields)],
  [
    "multipart",
    "multipart/form-data; boundary=x",
    (fields) =>
      `${Object.entries(fields)
        .map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join("")}--x--\r\n`,
  ],
  ["xml", "application/xml", () => "<grant_type>x</grant_type>"],
  ["empty", undefined, () => ""],
].map(([name, type, body]) => [
  `body-${name}-gives-no-token`,
  "RFC 6749 3.2",
  SHOULD,
  "Parameters are sent in the body with application/x-www-form-urlencoded: what is not so has none of the required parameters.",
  async (t) => {
    const request = await t.exchange();
    t.noToken(await request.with(body(Object.fromEntries(request.parameters)), type).send());
  },
]);

const types = [
  ["with-charset", "application/x-www-form-urlencoded; charset=UTF-8"],
  ["in-upper-case", "APPLICATION/X-WWW-FORM-URLENCODED"],
].map(([name, type]) => [
  `content-type-${name}`,
  "RFC 9110 8.3.1",
  MUST,
  "The type and subtype tokens are case insensitive, and parameters may follow them.",
  async (t) => {
    const request = await t.exchange();
    request.contentType = type;
    t.issued(await request.send());
  },
]);

const rest = [
  [
    "parameters-in-the-query-only",
    "RFC 8693 2.1",
    SHOULD,
    "The parameters are included in the HTTP request entity-body.",
    async (t) => {
      const request = await t.exchange();
      request.url += `?${new URLSearchParams(request.parameters)}`;
      t.noToken(await request.with("").send());
    },
  ],
  [
    "client-secret-in-the-query",
    "RFC 6749 2.3.1",
    MUST,
    "Client credentials can only be transmitted in the request-body and MUST NOT be included in the request URI.",
    async (t) => {
      const { client_id, client_secret } = t.target.client;
      t.given(client_secret !== undefined, "the client has no secret");
      const request = (await t.exchange()).as(undefined);
      request.url += `?${new URLSearchParams({ client_id, client_secret })}`;
      t.noToken(await request.send());
    },
  ],
  [
    "bytes-that-are-not-utf-8",
    "RFC 6749 B",
    SHOULD,
    "Names and values are encoded in UTF-8: what is not is malformed.",
    async (t) => {
      const request = await t.exchange();
      const body = new URLSearchParams(request.authenticated().parameters);
      t.noToken(await request.with(`${body}&scope=%ff%fe`).send());
    },
  ],
  [
    "a-large-body-is-answered",
    "RFC 9110 15",
    SHOULD,
    "What the client did wrong is answered with 4xx, not with 5xx.",
    async (t) => {
      const answer = await (await t.exchange()).set("subject_token", "x".repeat(200_000)).send();
      t.expect(answer.status >= 400 && answer.status < 500, "status 4xx", `status ${answer.status}`);
    },
  ],
];

export default { name: "HTTP", cases: cases([...methods, ...bodies, ...types, ...rest]) };
