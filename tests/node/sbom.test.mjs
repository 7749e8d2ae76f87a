// What `npm run sbom` writes has the shape of CycloneDX, and names what ships, all of it and nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hasCrateTool } from "../../src/tasks/crate_tool.mjs";
import { CARGO_CYCLONEDX, sbom } from "../../src/tasks/sbom.mjs";
import { ROOT } from "../../src/tasks/setup.mjs";

const { name, version, dependencies = {} } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

test("the lists of what ships", async (t) => {
  if (!hasCrateTool(...CARGO_CYCLONEDX)) {
    console.error("\n*** SKIPPED: the lists of what ships. `npm run sbom` compiles what they need, once. ***\n");
    return t.skip("not compiled");
  }
  const folder = mkdtempSync(join(tmpdir(), "edge-sts-sbom-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = await sbom(folder);
  const read = (file) => JSON.parse(readFileSync(file, "utf8"));

  await t.test("crates", () => {
    const bom = read(files.crates);
    isCycloneDx(bom, `pkg:cargo/edge-sts@${version}`);
    const listed = new Map(bom.components.map((one) => [`${one.name} ${one.version}`, one]));
    const tree = moduleTree();
    assert.deepEqual([...listed.keys()].sort(), [...tree].sort());
    // Some that must be among them, and some that only tests have: should the tree itself be wrong.
    const names = new Set(bom.components.map((one) => one.name));
    for (const one of ["base64", "hmac", "sha2", "subtle", "zeroize", "wasm-bindgen"]) assert.ok(names.has(one), one);
    for (const one of ["p256", "rsa", "proptest", "serde_json"]) assert.ok(!names.has(one), one);
    const checksums = lockedChecksums();
    for (const [key, one] of listed) {
      assert.equal(one.purl, `pkg:cargo/${one.name}@${one.version}`);
      assert.deepEqual(one.hashes, [{ alg: "SHA-256", content: checksums.get(key) }], key);
    }
    assert.ok(!JSON.stringify(bom).includes(ROOT.replace(/\/$/, "")), "the folder of this machine");
  });

  await t.test("npm", () => {
    const bom = read(files.npm);
    isCycloneDx(bom, `pkg:npm/${name}@${version}`);
    assert.deepEqual(bom.components.map((one) => one.name).sort(), Object.keys(dependencies).sort());
  });
});

function isCycloneDx(bom, purl) {
  assert.equal(bom.bomFormat, "CycloneDX");
  assert.equal(bom.specVersion, "1.5");
  assert.equal(bom.version, 1);
  assert.equal(bom.metadata.component.name, name);
  assert.equal(bom.metadata.component.version, version);
  assert.equal(bom.metadata.component.purl, purl);
  const refs = [bom.metadata.component, ...bom.components].map((one) => one["bom-ref"]);
  assert.equal(new Set(refs).size, refs.length, "each has a name of its own");
  for (const { ref, dependsOn = [] } of bom.dependencies)
    for (const one of [ref, ...dependsOn]) assert.ok(refs.includes(one), one);
}

function moduleTree() {
  const what = ["--locked", "--features", "wasm", "--target", "wasm32-unknown-unknown", "--edges", "normal"];
  const text = execFileSync("cargo", ["tree", ...what, "--prefix", "none", "--no-dedupe"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const crates = text.trim().split("\n").slice(1); // the first is this one
  return new Set(crates.map((line) => line.split(" ").slice(0, 2).join(" ").replace(" v", " ")));
}

function lockedChecksums() {
  const text = readFileSync(join(ROOT, "Cargo.lock"), "utf8").replaceAll("\r\n", "\n");
  const entry = /name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([^"]+)"/g;
  return new Map([...text.matchAll(entry)].map(([, crate, version, checksum]) => [`${crate} ${version}`, checksum]));
}
