// What the suites of the administrator's interface share: requests, good resources, and what an answer must look like.
import { servesGood } from "./answers.mjs";
import { equal, matches, ok, oneOf } from "./assert.mjs";
import { ADMIN_TOKEN, EXCHANGE, TRUSTED } from "./fixture.mjs";

export const BEARER = `Bearer ${ADMIN_TOKEN}`;
export const LONG = "planted secret of a resource that the administrator writes: 64 bytes and more";

/** One request of the administrator; `body` is an object or the body's own text. */
export async function administer(sts, method, path, body, headers = {}) {
  const response = await sts.fetch(path, {
    method,
    headers: {
      authorization: BEARER,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: typeof body === "object" && !(body instanceof Uint8Array) ? JSON.stringify(body) : body }),
  });
  const text = await response.text();
  equal(response.headers.get("cache-control"), "no-store", "Cache-Control");
  for (const secret of [LONG, ADMIN_TOKEN]) ok(!text.includes(secret), "a secret is shown");
  return { status: response.status, headers: response.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}

/** An OperationOutcome: status, and an issue whose expression is at `path`; nothing of `inputs` in it. */
export function outcome({ status, body, text, headers }, expected, path, inputs = []) {
  oneOf(status, [expected].flat(), `status of ${text.slice(0, 300)}`);
  matches(headers.get("content-type"), /^application\/(fhir\+)?json\b/, "content-type");
  equal(body.resourceType, "OperationOutcome", "resourceType");
  ok(Array.isArray(body.issue) && body.issue.length > 0, "issue");
  for (const issue of body.issue) {
    oneOf(issue.severity, ["fatal", "error", "warning"], "severity");
    for (const name of ["code", "diagnostics"]) ok(typeof issue[name] === "string" && issue[name] !== "", name);
  }
  if (path !== undefined) {
    const expressions = body.issue.flatMap(({ expression }) => expression ?? []);
    const plain = expressions.map((expression) => expression.replaceAll(/\[\d+\]/g, ""));
    ok(
      plain.some((expression) => expression === path || expression.startsWith(`${path}.`)),
      `expression ${JSON.stringify(expressions)}, expected ${path}: ${text.slice(0, 300)}`,
    );
  }
  for (const input of inputs) ok(!text.includes(input), `the value ${input} is repeated`);
}

export const CLIENT = {
  secret: LONG,
  grant_types: [EXCHANGE],
  allowedIssuers: [TRUSTED.main.iss],
  auth: { token_exchange: { token_format: "jwt" } },
};
export const INTROSPECTOR = { type: "jwt", jwt: { iss: "https://new.example", secret: LONG } };
/** A secret among `keys` of a TokenIntrospector. */
export const PLAIN = { kty: "OCT", alg: "HS256", format: "plain", k: LONG };
export const USER = {
  email: "carol@mail.example",
  identifier: [{ system: "https://new.example", value: "sub-of-carol" }],
};

let made = 0;
export const freshId = () => `made-${Date.now().toString(36)}-${made++}`;
export const GOOD = { Client: CLIENT, TokenIntrospector: INTROSPECTOR, User: USER };

/** The cases, each of which ends with a good exchange. */
export function servingGood(cases) {
  return cases.map(({ name, run }) => ({
    name,
    async run(sts) {
      await run(sts);
      await servesGood(sts);
    },
  }));
}
