// /openapi.json against the running Worker: schemathesis makes requests of it, such as it allows and such as it does
// not, and holds the answers against it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { schemathesis } from "../../src/tasks/schemathesis.mjs";
import { freePort } from "../free_port.mjs";
import { ADMIN_TOKEN, EXCHANGE, install, OTHER_KEY, SECRETS, subjectToken, TYPE } from "../suites/fixture.mjs";
import { workersInTurn } from "./own_worker.mjs";

const HERE = fileURLToPath(new URL("openapi/", import.meta.url));
const program = await schemathesis();
const skip = program === undefined && "no Python, see above";

const port = await freePort();
const issuer = `http://127.0.0.1:${port}`;
const bindings = {
  STS_ISSUER: issuer,
  STS_SIGNING_KEYS: JSON.stringify({ keys: [{ ...OTHER_KEY, alg: "ES256", kid: "s1" }] }),
  STS_ADMIN_TOKEN: ADMIN_TOKEN,
};
const { path, started } = workersInTurn({ port, bindings });
const sts = await started();
await install(sts);

/** Runs schemathesis on the operations with one of these tags. What it did is what the Worker has logged since. */
async function conforms(tags, examples = 25) {
  const before = sts.lines.length;
  const env = {
    ...process.env,
    PYTHONPATH: HERE,
    SCHEMATHESIS_HOOKS: "hooks",
    STS: issuer,
    ADMIN_TOKEN,
    CLIENT_ID: "c1",
    CLIENT_SECRET: SECRETS.c1,
    SUBJECT_TOKEN: await subjectToken(sts),
    ACCESS_TOKEN: await accessTokenForUserinfo(),
  };
  const parameters = [
    `--config-file=${HERE}schemathesis.toml`,
    "run",
    `${issuer}/openapi.json`,
    ...tags.map((tag) => `--include-tag=${tag}`),
    "--checks=all",
    `--max-examples=${examples}`,
    "--seed=8693",
    "--continue-on-failure",
    "--no-color",
  ];
  const { code, text } = await finished(spawn(program, parameters, { cwd: path, env }));
  assert.equal(code, 0, text);
  const events = sts.lines.slice(before).map((line) => JSON.parse(line));
  return new Set(events.map(({ event, outcome }) => `${event} ${outcome}`));
}

async function accessTokenForUserinfo() {
  const body = {
    grant_type: EXCHANGE,
    client_id: "c0",
    client_secret: SECRETS.c0,
    subject_token: await subjectToken(sts),
    subject_token_type: TYPE.jwt,
    scope: "openid",
  };
  const headers = { "content-type": "application/json" };
  const response = await sts.fetch("/auth/token", { method: "POST", headers, body: JSON.stringify(body) });
  const answer = await response.json();
  assert.equal(response.status, 200, JSON.stringify(answer));
  return answer.access_token;
}

function finished(child) {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}

describe("schemathesis finds no violation", () => {
  test("of tokens and metadata", { skip }, async () => {
    const events = await conforms(["tokens", "metadata"], 50); // a token request is one of three
    for (const event of ["token.exchange", "token.refresh", "token.introspect", "token.revoke", "token.userinfo"]) {
      for (const outcome of ["success", "refused"]) {
        if (`${event} ${outcome}` === "token.introspect refused") continue;
        assert.ok(events.has(`${event} ${outcome}`), `no ${event} ${outcome}: ${[...events]}`);
      }
    }
  });

  test("of administration", { skip }, async () => {
    const events = await conforms(["administration"]);
    for (const event of ["admin.get", "admin.list", "admin.put", "admin.post", "admin.delete", "admin.events"]) {
      assert.ok(events.has(`${event} success`), `no ${event}: ${[...events]}`);
    }
    for (const outcome of ["success", "refused"]) assert.ok(events.has(`admin.dry_run ${outcome}`), `${[...events]}`);
  });
});
