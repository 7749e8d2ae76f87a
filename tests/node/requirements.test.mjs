// tests/README.md lists which test shows which requirement. Every test that it names must be there.
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { suites } from "../suites/index.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const requirements = readFileSync(`${root}/tests/README.md`, "utf8").split("\n## Requirements\n")[1];

const sources = globSync(["src/**/*.rs", "tests/rust/**/*.rs"], { cwd: root }).map((file) =>
  readFileSync(`${root}/${file}`, "utf8"),
);
const rust = new Set(sources.flatMap((text) => [...text.matchAll(/#\[test\]\s+fn (\w+)/g)].map(([, name]) => name)));

function exists(name) {
  const [suite, ...words] = name.split(" ");
  if (words.length > 0) return suites[suite]?.some((one) => one.name.startsWith(words.join(" "))) ?? false;
  if (name.includes("/")) return existsSync(`${root}/tests/${name}.test.mjs`);
  return rust.has(name);
}

const rows = requirements
  .split("\n")
  .filter((line) => /^\|.*`/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("requirements", () => {
  test("there are many", () => assert.ok(rows.length > 100, String(rows.length)));
  for (const [, section, , sentence, inRust, inSuites] of rows) {
    test(`${section} ${sentence}`, () => {
      const names = [...`${inRust} ${inSuites}`.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
      assert.ok(names.length > 0, "no test is named");
      assert.deepEqual(
        names.filter((name) => !exists(name)),
        [],
        "tests that are not there",
      );
    });
  }
});
