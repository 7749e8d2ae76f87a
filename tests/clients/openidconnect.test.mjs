// The crate `openidconnect`, unmodified, reads our metadata: it takes none without what OpenID Connect Discovery demands.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { must, step } from "../../src/tasks/run.mjs";
import { ROOT } from "../../src/tasks/setup.mjs";
import { startService } from "./service.mjs";

const TARGET = join("target", "openidconnect");

let service;
before(async () => {
  const manifest = ["--manifest-path", join("tests", "clients", "openidconnect", "Cargo.toml")];
  const place = ["--target-dir", TARGET];
  await step("openidconnect, from crates.io", () =>
    must("cargo", ["build", "--locked", "--quiet", ...manifest, ...place]),
  );
  service = await startService();
});
after(() => service?.stop());

/** Runs the program on the two documents; `change` changes the text of the first. */
async function read(change = (text) => text) {
  const [metadata, keys] = ["openid-configuration", "jwks.json"].map((name) => `${service.issuer}/.well-known/${name}`);
  const text = async (url) => (await fetch(url)).text();
  const child = spawn(join(ROOT, TARGET, "debug", "reads-metadata"), { stdio: "pipe" });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (part) => (printed[stream] += part));
  }
  child.stdin.end([service.issuer, metadata, change(await text(metadata)), keys, await text(keys)].join("\n"));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, ...printed };
}

test("openidconnect reads openid-configuration and the keys", async () => {
  const { issuer } = service;
  const { code, stdout, stderr } = await read();
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trimEnd().split("\n"), [
    issuer,
    `${issuer}/auth/authorize`,
    `${issuer}/auth/token`,
    "[EcdsaP256Sha256, RsaSsaPkcs1V15Sha256]",
    "s1",
  ]);
});

test("it would not without the members that Discovery demands", async () => {
  for (const name of ["authorization_endpoint", "subject_types_supported", "id_token_signing_alg_values_supported"]) {
    const { code } = await read((text) => text.replace(`"${name}"`, `"no_${name}"`));
    assert.notEqual(code, 0, name);
  }
});
