// A lock file that has fallen behind its manifest is found: `npm run lint` says so.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { checkLocks } from "../../src/tasks/locks.mjs";
import { ROOT } from "../../src/tasks/setup.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-locks-"));
after(() => rmSync(folder, { recursive: true }));

/** A copy of a folder's manifest and lock file, in a repository of its own. */
function copyOf(source, ...names) {
  const root = mkdtempSync(join(folder, "root-"));
  const place = join(root, "tests", "clients", "one");
  mkdirSync(place, { recursive: true });
  for (const name of names) cpSync(join(ROOT, source, name), join(place, name), { recursive: true });
  return { root, place };
}

function change(file, from, to) {
  const text = readFileSync(file, "utf8");
  assert.ok(text.includes(from), from);
  writeFileSync(file, text.replace(from, to));
}

const refused = { message: /^The lock file is missing or stale beside: / };

test("npm: one that agrees, one that is stale, none", async () => {
  const { root, place } = copyOf("tests/package/nodes", "package.json", "package-lock.json");
  await checkLocks(root);
  change(join(place, "package.json"), "node@22.23.3", "node@22.23.2");
  await assert.rejects(checkLocks(root), refused);
  change(join(place, "package.json"), "node@22.23.2", "node@22.23.3");
  await checkLocks(root);
  rmSync(join(place, "package-lock.json"));
  await assert.rejects(checkLocks(root), refused);
});

test("cargo: one that agrees, one that is stale, none", async () => {
  const { root, place } = copyOf("src/tasks/wasm_bindgen", "Cargo.toml", "Cargo.lock", "main.rs");
  await checkLocks(root);
  change(join(place, "Cargo.toml"), 'version = "0.0.0"', 'version = "0.0.1"');
  await assert.rejects(checkLocks(root), refused);
  change(join(place, "Cargo.toml"), 'version = "0.0.1"', 'version = "0.0.0"');
  await checkLocks(root);
  rmSync(join(place, "Cargo.lock"));
  await assert.rejects(checkLocks(root), refused);
});
