// The suite of tests/conformance: this service keeps every MUST, and each case can fail.
import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { conformance } from "../conformance/runner.mjs";
import { readTarget } from "../conformance/target.mjs";
import { signingKeys, targetOf } from "../suites/conformance_target.mjs";
import { ADMIN_TOKEN, RESOURCES, SECRETS, TRUSTED } from "../suites/fixture.mjs";
import { freePort } from "../free_port.mjs";
import { edgeSts, serving } from "./command.mjs";
import { FAULTS } from "./toy/faults.mjs";
import { toy } from "./toy/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-conformance-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name, content) {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return name;
}

const command = (...parameters) => edgeSts(["conformance", ...parameters], { cwd: folder });

async function resultsOf(fault, only) {
  const server = await toy(fault);
  try {
    return await conformance(readTarget(JSON.stringify(server.target)), { only });
  } finally {
    await server.stop();
  }
}

const names = (results, outcome) => results.filter((one) => one.outcome === outcome).map(({ name }) => name);

describe("edge-sts conformance", () => {
  test("edge-sts serve keeps every MUST and every SHOULD, and no secret is shown", async () => {
    file("resources.json", RESOURCES);
    const port = await freePort();
    const env = {
      STS_ISSUER: `http://127.0.0.1:${port}`,
      STS_SIGNING_KEYS: JSON.stringify(signingKeys()),
      STS_ADMIN_TOKEN: ADMIN_TOKEN,
    };
    const service = await serving(["--port", String(port), "--grants", "memory"], { cwd: folder, env });
    try {
      const target = file("target.json", targetOf(service.url));
      const ended = await command(target, "--json", "results.json", "--junit", "results.xml", "--verbose");
      assert.equal(ended.stderr, "");
      const results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8"));
      assert.deepEqual(names(results.results, "failed"), []);
      assert.equal(ended.code, 0);
      assert.ok(results.counts.passed >= 395, `${results.counts.passed} passed`);
      const written = [ended.stdout, JSON.stringify(results), readFileSync(join(folder, "results.xml"), "utf8")];
      for (const text of written) {
        for (const secret of [SECRETS.c1, SECRETS.c2, TRUSTED.main.secret]) {
          for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
            assert.ok(!text.includes(form), "a secret");
          }
        }
        assert.ok(!/sts_rt_[\w-]{8}/.test(text), "a refresh token");
        assert.ok(!/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/.test(text), "a JWT with its signature");
      }
    } finally {
      await service.stop();
    }
  });

  test("JUnit has a case for each, and the JSON what the issue asks for", async () => {
    const server = await toy("no-issued_token_type");
    try {
      const target = file("toy.json", server.target);
      const ended = await command(target, "--json", "toy.results.json", "--junit", "toy.xml");
      assert.equal(ended.code, 1);
      assert.match(ended.stdout, /FAIL MUST {3}RFC 8693 2\.2\.1 +issued_token_type-present/);
      const { results, counts } = JSON.parse(readFileSync(join(folder, "toy.results.json"), "utf8"));
      assert.ok(counts.cases >= 150);
      const failed = results.find(({ name }) => name === "issued_token_type-present");
      assert.deepEqual(failed.expected, ["status 200 with a token", "issued_token_type"]);
      assert.equal(failed.received, "none");
      assert.match(failed.log[0].sent, /^POST http:\/\/127\.0\.0\.1:\d+\/token\n/);
      assert.match(failed.log[0].received, /^HTTP 200\n/);
      const xml = readFileSync(join(folder, "toy.xml"), "utf8");
      assert.equal(xml.split("<testcase ").length - 1, counts.cases);
      assert.equal(xml.split("<failure ").length - 1, counts.failedMust);
    } finally {
      await server.stop();
    }
  });

  test("a SHOULD that failed is shown, and is no failure", async () => {
    const server = await toy("no-expires_in");
    try {
      const ended = await command(file("should.json", server.target));
      assert.match(ended.stdout, /FAIL SHOULD RFC 8693 2\.2\.1 +expires_in-present/);
      assert.match(ended.stdout, / 0 MUST failed, 1 SHOULD failed/);
      assert.equal(ended.code, 0);
    } finally {
      await server.stop();
    }
  });

  test("used wrongly, or with a server that cannot be tested: 2 and a sentence", async () => {
    const { target, stop } = await toy();
    try {
      const wrong = { ...target, client: { ...target.client, client_secret: "planted-wrong-secret" } };
      const cases = [
        [[], /Name one target's file/],
        [["nowhere.json"], /cannot be read/],
        [[file("text.json", "planted")], /is not JSON/],
        [[file("list.json", [])], /must hold a JSON object/],
        [[file("member.json", { ...target, planted: 1 })], /has a member that is not known/],
        [[file("endpoint.json", { ...target, token_endpoint: "planted" })], /^token_endpoint must be an http/],
        [
          [file("method.json", { ...target, client: { client_id: "a", method: "planted" } })],
          /^client\.method must be one/,
        ],
        [[file("subject.json", { ...target, subject: { token_type: "x" } })], /^subject must have one of/],
        [[file("feature.json", { ...target, features: { dpop: "yes" } })], /^features\.dpop must be true or false/],
        [[file("good.json", target), "--only", "planted"], /no case or part of this name/],
        [["good.json", "--planted"], /no such option/],
        [[file("wrong.json", wrong)], /The server refuses the good exchange[^]*"invalid_client"/],
      ];
      for (const [parameters, sentence] of cases) {
        const ended = await command(...parameters);
        assert.match(ended.stderr, sentence);
        assert.ok(!ended.stderr.includes("planted"), ended.stderr);
        assert.equal(ended.code, 2);
      }
    } finally {
      await stop();
    }
    assert.match((await command("good.json")).stderr, /cannot be sent: ECONNREFUSED/);
  });

  test("--only runs a part or a case", async () => {
    const { target, stop } = await toy();
    try {
      const ended = await command(file("only.json", target), "--only", "revocation", "--only", "subject_token-absent");
      assert.match(ended.stdout, /subject_token-absent[^]*revocation-twice/);
      assert.ok(!ended.stdout.includes("alg-none"));
      assert.equal(ended.code, 0);
    } finally {
      await stop();
    }
  });
});

describe("the cases", () => {
  test("a server that keeps the rules passes all", async () => {
    const { results, counts } = await resultsOf();
    assert.deepEqual(names(results, "failed"), []);
    assert.ok(counts.passed >= 400 && counts.skipped <= 5, JSON.stringify(counts));
  });

  for (const [fault, found] of Object.entries(FAULTS)) {
    test(`${fault}: ${found}`, async () => {
      const { results } = await resultsOf(fault, [found]);
      assert.deepEqual(names(results, "failed"), [found]);
    });
  }

  test("none passes whatever the server does", async () => {
    const [issues, errors] = [await resultsOf("always-issues"), await resultsOf("always-errors")];
    const both = names(issues.results, "passed").filter((name) => names(errors.results, "passed").includes(name));
    assert.deepEqual(both, []);
    const unread = [...issues.results, ...errors.results].filter(({ received }) => /cannot read/.test(received));
    assert.deepEqual(unread, []);
  });

  test("each has a name of its own, a section, and a sentence", async () => {
    const { results } = await resultsOf();
    assert.equal(new Set(results.map(({ name }) => name)).size, results.length);
    for (const { name, section, says } of results) {
      assert.match(section, /^(RFC \d{4} [\dB][\d.]*|ID-JAG)$/, name);
      assert.ok(says.length > 10, name);
    }
  });
});

test("the suite imports nothing but Node's modules and itself", () => {
  const root = fileURLToPath(new URL("../conformance", import.meta.url));
  const files = globSync("{*,cases/*}.mjs", { cwd: root });
  assert.ok(files.length > 20);
  for (const name of files) {
    for (const [, top, later] of readFileSync(join(root, name), "utf8").matchAll(
      /^(?:import|export|\}).* from "([^"]+)"|import\("([^"]+)"\)/gm,
    )) {
      assert.match(
        top ?? later,
        name.startsWith("cases") ? /^(node:|\.\/|\.\.\/[a-z_]+\.mjs$)/ : /^(node:|\.\/)/,
        name,
      );
    }
  }
});
