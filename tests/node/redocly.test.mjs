// /openapi.json under Redocly's recommended rules, without an exception and without a warning.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { openapi } from "../../dist/openapi/document.js";
import { packagesOf } from "../../src/tasks/packages.mjs";

const packages = await packagesOf("tests/node/redocly").catch(() => undefined);
const skip = packages === undefined && "not installed";
if (skip) console.error("\n*** SKIPPED: Redocly's linter could not be installed from npm. ***\n");

const folder = mkdtempSync(join(tmpdir(), "edge-sts-redocly-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What the linter finds in a document: `rule pointer` each. */
async function found(document) {
  writeFileSync(join(folder, "openapi.json"), JSON.stringify(document));
  const program = join(packages, "node_modules", "@redocly", "cli", "bin", "cli.js");
  // Nothing is reported or looked up. Beside the document there is no configuration.
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const flags = ["lint", "openapi.json", "--extends=recommended", "--format=json", "--max-problems=1000"];
  const options = { cwd: folder, env, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...flags], options).catch((error) => error);
  const { problems, totals } = JSON.parse(stdout);
  assert.equal(totals.ignored, 0);
  return problems.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer}`);
}

test("Redocly finds nothing in /openapi.json", { skip }, async () => {
  for (const counts of [false, true]) {
    assert.deepEqual(await found(JSON.parse(openapi("https://sts.example", { counts }))), []);
  }
});

test("Redocly finds what is wrong", { skip }, async () => {
  const document = JSON.parse(openapi("https://sts.example", { counts: true }));
  delete document.paths["/health"].get.operationId;
  document.paths["/auth/token"].post.responses["200"].content["application/json"].example.planted = 1;
  const problems = (await found(document)).join("\n");
  assert.match(problems, /^operation-operationId #\/paths\/~1health\/get/m);
  assert.match(problems, /^no-invalid-media-type-examples .*planted/m);
});
