// GET /metrics of `edge-sts serve`, read by Prometheus' own client for Python, and the alarms that are derived from it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSts, memoryGrants } from "edge-sts";
import { initSync } from "../../dist/wasm/edge_sts.js";
import { pythonEnvironment } from "../../src/tasks/python.mjs";
import { issuedBy } from "../suites/answers.mjs";
import { ADMIN_TOKEN, ISSUER, RESOURCES, SECRETS, SIGNING_KEYS, subjectToken, TYPE } from "../suites/fixture.mjs";
import { send } from "../suites/over_http.mjs";
import { goodExchange, refreshRequest } from "../suites/token_request.mjs";
import { serving } from "./command.mjs";
import "./quiet.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const program = await pythonEnvironment("metrics-python", join("tests", "node", "metrics", "requirements.txt"));
const skip = program === undefined && "no Python, see above";

/** What the parsers of others find in a text. */
async function read(as, text) {
  const child = spawn(program("python"), [here("metrics/read.py")], { stdio: "pipe" });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"])
    child[stream].setEncoding("utf8").on("data", (part) => (printed[stream] += part));
  child.stdin.end(JSON.stringify({ as, text }));
  assert.equal(await new Promise((resolve) => child.on("close", resolve)), 0, printed.stderr);
  return JSON.parse(printed.stdout);
}

const PROMTOOL = process.env.PROMTOOL || "promtool";
const noPromtool =
  spawnSync(PROMTOOL, ["--version"]).status !== 0 &&
  "there is no promtool (Debian: apt-get install prometheus), or name one: PROMTOOL=/path/to/it";
if (noPromtool) console.error(`\n*** SKIPPED: the alarms are not evaluated: ${noPromtool} ***\n`);

/** Prometheus' own tool: what it finds wrong fails the test. */
function promtool(parameters, input) {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, parameters, { input, encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

const administrator = { authorization: `Bearer ${ADMIN_TOKEN}` };
const folder = mkdtempSync(join(tmpdir(), "edge-sts-metrics-"));
writeFileSync(join(folder, "resources.json"), JSON.stringify(RESOURCES));
const env = { STS_ISSUER: ISSUER, STS_SIGNING_KEYS: JSON.stringify(SIGNING_KEYS), STS_ADMIN_TOKEN: ADMIN_TOKEN };
const services = [];
after(async () => {
  for (const { agent, service } of services) {
    agent.destroy();
    await service.stop("SIGKILL");
  }
  rmSync(folder, { recursive: true, force: true });
});

async function served(environment = env) {
  const parameters = ["--resources", "resources.json", "--store", `${services.length}.sqlite`, "--grants", "memory"];
  const service = await serving(parameters, { cwd: folder, env: environment });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  services.push({ agent, service });
  const now = () => Math.floor(Date.now() / 1000);
  return { now, fetch: (path, init) => send(service.url, agent, path, init) };
}

async function textOf(sts) {
  const response = await sts.fetch("/metrics", { headers: administrator });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return text;
}

/** The value of a sample, such as `edge_sts_requests_total{outcome="success",route="token"}`. */
function values(families) {
  const all = new Map();
  for (const { name, labels, value } of families.flatMap(({ samples }) => samples)) {
    const pairs = Object.keys(labels)
      .sort()
      .map((label) => `${label}="${labels[label]}"`);
    const written = pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
    assert.ok(!all.has(written), `twice: ${written}`);
    all.set(written, value);
  }
  return all;
}

const PLANTED = "planted-by-a-client";

/** Every kind of thing that is counted, and text of a client wherever it could get in. */
async function traffic(sts) {
  const { answer } = await issuedBy(await (await goodExchange(sts)).send(sts));
  await issuedBy(await refreshRequest("c1", answer.refresh_token).send(sts));
  const bad = [
    (await goodExchange(sts)).set("scope", PLANTED),
    (await goodExchange(sts)).set("grant_type", PLANTED),
    (await goodExchange(sts)).set("client_id", PLANTED),
    (await goodExchange(sts)).header("authorization", `Basic ${btoa(`${PLANTED}:${PLANTED}`)}`),
  ];
  for (const request of bad) {
    const response = await request.send(sts);
    assert.ok(response.status >= 400 && response.status < 500, String(response.status));
    await response.text();
  }
  const headers = { ...administrator, "content-type": "application/json" };
  const body = JSON.stringify({ resourceType: "User", displayName: PLANTED });
  const put = await sts.fetch(`/User/${PLANTED}`, { method: "PUT", headers, body });
  assert.equal(put.status, 201, await put.text());
  for (const path of [`/User/${PLANTED}/_history`, `/${PLANTED}`, `/metrics?${PLANTED}`]) {
    await (await sts.fetch(path, { headers: administrator })).text();
  }
  await (await sts.fetch("/metrics", { headers: { authorization: `Bearer ${PLANTED}` } })).text();
}

describe("GET /metrics", { skip }, () => {
  test("says nothing before anything happened, and has the series that alarms wait for", async () => {
    const families = await read("exposition", await textOf(await served()));
    const all = values(families);
    assert.equal(all.get('edge_sts_refusals_total{reason="refresh_token_reused"}'), 0);
    assert.equal(all.get('edge_sts_requests_total{outcome="success",route="token"}'), 0);
    const counters = [...all].filter(([name]) => !name.startsWith("edge_sts_start_time_seconds"));
    assert.deepEqual(
      counters.filter(([, value]) => value !== 0),
      [],
    );
    assert.ok(Math.abs(all.get("edge_sts_start_time_seconds") - Date.now() / 1000) < 600);
  });

  test("names and types are as Prometheus wants them", async () => {
    const text = await textOf(await served());
    for (const { name, type, help, samples } of await read("exposition", text)) {
      assert.match(name, /^edge_sts_[a-z_]+$/);
      assert.match(help, /^[A-Z].*\.$/);
      assert.ok(["counter", "gauge", "histogram"].includes(type), type);
      if (type === "counter") for (const sample of samples) assert.match(sample.name, /_total$/);
      if (type === "histogram") assert.match(name, /_seconds$/);
    }
    assert.ok(text.endsWith("\n"));
  });

  test("counts what was decided, and shows nothing that a client sent", async () => {
    const sts = await served();
    await traffic(sts);
    const text = await textOf(sts);
    assert.ok(!text.includes(PLANTED), text);
    const all = values(await read("exposition", text));
    for (const [name, value] of Object.entries({
      'edge_sts_requests_total{outcome="success",route="token"}': 2,
      'edge_sts_requests_total{outcome="refused",route="token"}': 4,
      'edge_sts_requests_total{outcome="success",route="admin"}': 2, // a PUT, and a reading of its history
      'edge_sts_requests_total{outcome="refused",route="admin"}': 1,
      'edge_sts_tokens_issued_total{grant_type="token_exchange",token_type="access_token"}': 1,
      'edge_sts_tokens_issued_total{grant_type="refresh_token",token_type="access_token"}': 1,
      'edge_sts_refusals_total{reason="scope_not_allowed"}': 1,
      'edge_sts_refusals_total{reason="grant_type_unsupported"}': 1,
      'edge_sts_refusals_total{reason="client_unknown"}': 1,
      'edge_sts_refusals_total{reason="admin_token_wrong"}': 1,
      'edge_sts_admin_changes_total{change="put"}': 1,
      'edge_sts_request_duration_seconds_count{route="token"}': 6,
      'edge_sts_request_duration_seconds_bucket{le="+Inf",route="token"}': 6,
      'edge_sts_request_duration_seconds_bucket{le="10",route="token"}': 6,
      edge_sts_module_restarts_total: 0,
    })) {
      assert.equal(all.get(name), value, name);
    }
    const buckets = [...all].filter(([name]) => name.includes("_bucket{") && name.includes('"token"'));
    assert.equal(buckets.length, 14);
    assert.ok(buckets.every(([, value], at) => at === 0 || value >= buckets[at - 1][1]));
    // Nothing is lost by reading, and what is refused of it is counted.
    await textOf(sts);
    const again = values(await read("exposition", await textOf(sts)));
    for (const [name, value] of all) assert.equal(again.get(name), value, name);
  });

  test("without an administrator there is nothing", async () => {
    const { STS_ADMIN_TOKEN: _none, ...nobody } = env;
    const sts = await served(nobody);
    for (const headers of [{}, administrator]) {
      const response = await sts.fetch("/metrics", { headers });
      assert.equal(response.status, 404);
      await response.text();
    }
  });
});

describe("the option `metrics`", { skip }, () => {
  const options = { issuer: ISSUER, signingKeys: SIGNING_KEYS, adminToken: ADMIN_TOKEN, onEvent: () => undefined };
  const over = (sts) => ({
    now: () => Math.floor(Date.now() / 1000),
    fetch: (path, init) => sts.fetch(new Request(ISSUER + path, init)),
  });
  const exchange = async (sts) =>
    sts.exchange({
      client_id: "c1",
      client_secret: SECRETS.c1,
      subject_token: await subjectToken({ now: () => Date.now() / 1000 }),
      subject_token_type: TYPE.jwt,
      scope: "read",
    });

  test("off when left out; true or false", async () => {
    const sts = await createSts({ ...options, resources: RESOURCES });
    assert.equal((await over(sts).fetch("/metrics", { headers: administrator })).status, 404);
    await assert.rejects(createSts({ ...options, resources: [], metrics: "yes" }), { name: "TypeError" });
  });

  test("a fault of the module sets nothing back, and is counted", async () => {
    const sts = await createSts({ ...options, resources: RESOURCES, metrics: true });
    await exchange(sts);
    const before = values(await read("exposition", await textOf(over(sts))));
    const { memory } = initSync();
    new Uint8Array(memory.buffer).fill(0xff);
    await assert.rejects(exchange(sts));
    await exchange(sts);
    const all = values(await read("exposition", await textOf(over(sts))));
    assert.equal(all.get('edge_sts_requests_total{outcome="success",route="token"}'), 2);
    assert.equal(all.get("edge_sts_module_restarts_total"), before.get("edge_sts_module_restarts_total") + 1);
  });

  test("a store that fails is counted by what was asked of it", async () => {
    const broken = {
      get() {
        throw new Error(PLANTED);
      },
    };
    const sts = await createSts({ ...options, resources: broken, grants: memoryGrants(), metrics: true });
    await assert.rejects(exchange(sts), { reason: "store_unavailable" });
    const text = await textOf(over(sts));
    assert.ok(!text.includes(PLANTED));
    const all = values(await read("exposition", text));
    assert.ok(all.get('edge_sts_host_faults_total{operation="read"}') >= 1);
    assert.equal(all.get('edge_sts_refusals_total{reason="store_unavailable"}'), 1);
  });

  test("an event that is delivered is the same as without", async () => {
    const events = [];
    const onEvent = (event) => events.push(event);
    for (const metrics of [true, false]) {
      await exchange(await createSts({ ...options, resources: RESOURCES, onEvent, metrics }));
    }
    assert.equal(events.length, 2);
    assert.deepEqual(Object.keys(events[0]), Object.keys(events[1]));
    assert.equal(events[0].event, "token.exchange");
  });
});

describe("Prometheus itself", { skip: noPromtool }, () => {
  test("finds nothing to mend in the counters", async () => {
    const sts = await served();
    await traffic(sts);
    promtool(["check", "metrics"], await textOf(sts));
  });

  test("each alarm comes when it should, and not before", () => {
    promtool(["check", "rules", here("../../www/prometheus/alerts.yml")]);
    promtool(["test", "rules", here("metrics/alerts_test.yml")]);
  });
});

describe("the alarms of www/prometheus/alerts.yml", { skip }, () => {
  // What Prometheus makes itself of every scrape.
  const OF_PROMETHEUS = ["up"];
  const reasons = new Set(
    ["error.rs", "error/dpop_fault.rs", "error/token_fault.rs"]
      .map((name) => readFileSync(here(`../../src/${name}`), "utf8"))
      .flatMap((text) => [...text.matchAll(/=> "([a-z_.]+)"/g)].map(([, code]) => code)),
  );

  test("each selects series that are there, and says what to do", async () => {
    const rules = await read("rules", readFileSync(here("../../www/prometheus/alerts.yml"), "utf8"));
    assert.ok(rules.length >= 10);
    const sts = await served();
    const samples = (await read("exposition", await textOf(sts))).flatMap((family) => family.samples);
    for (const { alert, annotations, labels, selects } of rules) {
      assert.match(annotations.summary, /\.$/, alert);
      assert.ok(["page", "ticket"].includes(labels.severity), alert);
      assert.ok(selects.length > 0, alert);
      for (const { name, matchers } of selects) {
        if (OF_PROMETHEUS.includes(name)) continue;
        const fitting = samples.filter((sample) => sample.name === name);
        assert.ok(fitting.length > 0, `${alert}: ${name}`);
        for (const matcher of matchers) {
          const [, label, operator, value] = /^(\w+)(=~|=)"(.*)"$/.exec(matcher) ?? assert.fail(matcher);
          const wanted = operator === "=~" ? value.split("|") : [value];
          for (const one of wanted) {
            assert.ok(
              fitting.some((sample) => sample.labels[label] === one),
              `${alert}: nothing has ${label} ${one}`,
            );
            const code = one.split(".").at(-1);
            if (label === "reason") assert.ok(reasons.has(code), `${alert}: no reason is ${one}`);
          }
        }
      }
    }
  });
});
