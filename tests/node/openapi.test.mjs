// /openapi.json as a document: that it is served, complete, and says what the documentation and the core say. Whether the
// answers are as it says: tests/workerd/openapi.test.mjs.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";
import { createSts } from "edge-sts";
import { page, quoted, rows } from "../documents.mjs";
import { ADMIN_TOKEN, RESOURCES, SIGNING_KEYS } from "../suites/fixture.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const options = { signingKeys: SIGNING_KEYS, resources: RESOURCES, adminToken: ADMIN_TOKEN };

async function described(issuer, metrics = true) {
  const sts = await createSts({ ...options, issuer, metrics });
  return (await sts.fetch(new Request(`${issuer}/openapi.json`))).json();
}

const document = await described("https://sts.example");

/** The pages whose first columns are compared. */
const documented = async (name) => rows(await page(`reference/${name}`));

describe("/openapi.json", () => {
  test("is served as JSON, as every other document is", async () => {
    const sts = await createSts({ ...options, issuer: "https://sts.example" });
    const fetch = (method) => sts.fetch(new Request("https://sts.example/openapi.json", { method }));
    const response = await fetch("GET");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.match((await response.json()).openapi, /^3\.1\./);
    const head = await fetch("HEAD");
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    const post = await fetch("POST");
    assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
    assert.equal((await fetch("GET")).status, 200);
  });

  test("lies under the path of the issuer, and names it", async () => {
    assert.deepEqual((await described("https://sts.example/tenants/one")).servers, [
      { url: "https://sts.example/tenants/one" },
    ]);
  });

  test("has the version of the package", () => {
    assert.equal(document.info.version, JSON.parse(readFileSync(`${root}/package.json`, "utf8")).version);
  });

  test("has every path of the documentation, and no other", async () => {
    const types = ["Client", "TokenIntrospector", "User"];
    const printed = (await documented("http")).flatMap(([paths]) =>
      quoted(paths).filter((path) => path.startsWith("/")),
    );
    const expected = printed.flatMap((path) =>
      path.startsWith("/{Type}/") ? types.map((type) => path.replace("{Type}", type)) : [path],
    );
    assert.deepEqual(Object.keys(document.paths).sort(), expected.sort());
  });

  test("has /metrics only where counters are kept, which then are as it says", async () => {
    const { "/metrics": metrics, ...others } = document.paths;
    assert.deepEqual((await described("https://sts.example", false)).paths, others);
    const sts = await createSts({ ...options, issuer: "https://sts.example", metrics: true });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const response = await sts.fetch(new Request("https://sts.example/metrics", { headers }));
    assert.equal(response.status, 200);
    const { content } = metrics.get.responses["200"];
    const [[type, { example }]] = Object.entries(content);
    assert.equal(response.headers.get("content-type"), type);
    assert.equal(response.headers.get("cache-control"), "no-store");
    const text = await response.text();
    for (const line of example.split("\n").filter((one) => one.startsWith("#"))) assert.ok(text.includes(line), line);
    const refused = await sts.fetch(new Request("https://sts.example/metrics"));
    assert.equal(refused.status, 401);
    assert.ok("401" in metrics.get.responses);
  });

  test("has every error of the documentation", async () => {
    const described = JSON.stringify(document.components.responses);
    const answers = (await documented("errors")).map(([, answer]) => answer);
    const errors = new Set(
      answers.filter((answer) => /^[45]/.test(answer)).flatMap((answer) => answer.match(/\b[a-z]+_[a-z_]+\b/g) ?? []),
    );
    assert.ok(errors.size >= 8, [...errors].join());
    for (const error of errors) assert.ok(described.includes(`"${error}"`), error);
  });

  const pages = { Client: "client", TokenIntrospector: "token-introspector", User: "user" };
  for (const [type, name] of Object.entries(pages)) {
    const schema = document.components.schemas[type];

    test(`${type}: every member of the documentation`, async () => {
      // The table stands before the first section.
      const [table] = (await page(`reference/${name}`)).split("\n## ");
      const members = rows(table).map(([cell]) => cell);
      assert.ok(members.length > 3);
      for (const member of members) {
        for (const path of quoted(member)) {
          let place = schema;
          for (const name of path.split(".")) {
            place = place?.properties?.[name];
            assert.ok(place !== undefined, `${path} is not described`);
          }
        }
      }
    });

    test(`${type}: the service knows every member that is described, and no other`, async () => {
      const sts = await createSts({ ...options, resources: [], issuer: "https://sts.example" });
      const unknown = async (resource) => {
        const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
        const body = JSON.stringify(resource);
        const response = await sts.fetch(
          new Request(`https://sts.example/${type}/x`, { method: "PUT", headers, body }),
        );
        const { issue = [] } = await response.json();
        return issue.filter(({ code }) => code === "structure").map(({ expression }) => expression[0]);
      };
      for (const { path, names } of objectsOf(schema, [])) {
        const put = (member) => path.reduceRight((inner, name) => wrapped(inner, name), member);
        // A value that few rules like: what matters is whether the member is known.
        const all = Object.fromEntries(names.map((name) => [name, name in FIXED ? FIXED[name] : 7]));
        assert.deepEqual(await unknown(put(all)), [], `members of ${path.join(".")}`);
        const found = await unknown(put({ ...all, planted: 7 }));
        assert.ok(found.length === 1 && found[0].endsWith(".planted"), `${path.join(".")}: ${found}`);
      }
    });
  }
});

describe("an example for each operation", () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => /^(get|post|put|delete)$/.test(method))
      .map(([method, operation]) => ({ path, method, ...operation })),
  );
  const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, "document");

  function* examplesOf({ requestBody, responses }) {
    const [[, good]] = Object.entries(responses);
    for (const { schema, example, examples } of [requestBody, good].flatMap((one) =>
      Object.values(one?.content ?? {}),
    )) {
      if (examples === undefined) yield { schema, example };
      else for (const { value } of Object.values(examples)) yield { schema, example: value };
    }
  }

  test("is valid", () => {
    assert.ok(operations.length > 25, String(operations.length));
    for (const operation of operations) {
      for (const { schema, example } of examplesOf(operation)) {
        assert.notEqual(example, undefined, operation.operationId);
        const inDocument = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
        const valid = ajv.validate(inDocument, example);
        assert.ok(valid, `${operation.operationId}: ${JSON.stringify(ajv.errors)}`);
      }
    }
  });

  test("is taken, where it is a resource or a Bundle of them", async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const written = operations.filter(({ operationId }) => /^(create|put|change|import)/.test(operationId));
    assert.equal(written.length, 8);
    for (const { path, method, operationId, requestBody } of written) {
      const sts = await createSts({ ...options, resources: [], issuer: "https://sts.example" });
      const { example } = requestBody.content["application/json"];
      const init = { method: method.toUpperCase(), headers, body: JSON.stringify(example) };
      const response = await sts.fetch(new Request(`https://sts.example${path.replace("{id}", example.id)}`, init));
      assert.ok(response.ok, `${operationId}: ${response.status} ${await response.text()}`);
    }
  });
});

// What is looked at before the members are.
const FIXED = { id: "x", resourceType: undefined, meta: {} };

/** The objects of a schema that allow only what is described: where they lie, and their members. */
function objectsOf(schema, path) {
  if (schema?.type === "array") return objectsOf(schema.items, [...path, "[]"]);
  const members = Object.entries(schema?.properties ?? {});
  const own = schema?.additionalProperties === false ? [{ path, names: members.map(([name]) => name) }] : [];
  return [...own, ...members.flatMap(([name, member]) => objectsOf(member, [...path, name]))];
}

function wrapped(inner, name) {
  return name === "[]" ? [inner] : { [name]: inner };
}
