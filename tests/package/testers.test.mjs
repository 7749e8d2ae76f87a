// The packed tarball in test runners of others: one exchange, nothing printed, no extra step.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { packagesOf } from "../../src/tasks/packages.mjs";
import { install } from "./install.mjs";
import { printedBy } from "./npm.mjs";
import { testing } from "./program.mjs";

const folder = await packagesOf("tests/package/testers").catch(() => undefined);
const skip = folder === undefined && "not installed";
if (skip) console.error("\n*** SKIPPED: the packages of tests/package/testers could not be installed from npm. ***\n");

const project = mkdtempSync(join(tmpdir(), "edge-sts-testers-"));
after(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

before(async () => {
  // Jest takes ES modules as they are when nothing transforms them.
  const manifest = { name: "tested", private: true, type: "module", jest: { transform: {} } };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  await install(project);
  for (const [name, entry] of Object.entries({ file: "edge-sts", inline: "edge-sts/inline" })) {
    writeFileSync(join(project, `${name}.test.js`), testing(entry));
  }
});

const tool = (...path) => join(folder, "node_modules", ...path);
const report = join(project, "report.json");

/** Runs a runner; gives what it prints, and its report. */
async function reported(parameters) {
  const env = { ...process.env, NODE_NO_WARNINGS: "1", CI: "1", NO_COLOR: "1" };
  const { stdout, stderr } = await printedBy(process.execPath, parameters, { cwd: project, env });
  return { printed: stdout + stderr, ...JSON.parse(readFileSync(report, "utf8")) };
}

describe("test runners", { skip }, () => {
  test("Vitest", async () => {
    const flags = ["run", "--globals", "--reporter=json", `--outputFile=${report}`];
    const { printed, numPassedTests, success } = await reported([tool("vitest", "vitest.mjs"), ...flags]);
    assert.deepEqual([numPassedTests, success], [2, true]);
    assert.doesNotMatch(printed, /stdout|stderr|token\.exchange/);
  });

  test("Jest, ES modules", async () => {
    const flags = ["--experimental-vm-modules", tool("jest", "bin", "jest.js"), "--json", `--outputFile=${report}`];
    const { printed, numPassedTests, success } = await reported(flags);
    assert.deepEqual([numPassedTests, success], [2, true]);
    // Jest shows what is printed under the name of the method of console.
    assert.doesNotMatch(printed, /console\.|token\.exchange/);
  });
});
