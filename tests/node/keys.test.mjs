// `edge-sts keys`: new sets of signing keys, and their rotation.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createSts } from "edge-sts";
import { commandIn } from "./command_in.mjs";

const { folder, file, prints, fails, remove } = commandIn("keys");
after(remove);

describe("edge-sts keys", () => {
  const set = async (...parameters) => JSON.parse(await prints(["keys", ...parameters]));
  const kids = ({ keys }) => keys.map(({ kid }) => kid);

  for (const alg of ["ES256", "EdDSA", "RS256", "PS256", "HS256"]) {
    test(`a new set: ${alg}`, async () => {
      const signingKeys = await set("--alg", alg);
      assert.deepEqual(
        signingKeys.keys.map((key) => [key.alg, key.use]),
        [[alg, "sig"]],
      );
      await createSts({ issuer: "https://sts.example", signingKeys, resources: [] });
    });
  }

  test("the rotation of the readme: publish, sign, remove", async () => {
    const first = await set();
    const published = await set(file("k1.json", first), "--add", "--alg", "EdDSA");
    const [old, next] = kids(published);
    assert.deepEqual([old], kids(first));
    const rotated = await set(file("k2.json", published), "--rotate", next);
    assert.deepEqual(kids(rotated), [next, old]);
    assert.deepEqual(rotated.keys.toReversed(), published.keys);
    const alone = await set(file("k3.json", rotated), "--remove", old);
    assert.deepEqual(kids(alone), [next]);
    assert.deepEqual(kids(await set(file("k4.json", alone), "--rotate")).slice(1), [next]);
  });

  test("--out writes for the owner alone, and replaces only what is changed", async () => {
    const path = join(folder, "out.json");
    assert.equal(await prints(["keys", "--out", path]), "");
    const first = JSON.parse(readFileSync(path, "utf8"));
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
    await fails(1, /it is there already/, ["keys", "--out", path]);
    const other = file("other.json", first);
    await fails(1, /it is there already/, ["keys", other, "--rotate", "--out", path]);
    await fails(1, /cannot be written/, ["keys", "--out", join(folder, "nowhere", "keys.json")]);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), first);
    assert.equal(await prints(["keys", path, "--rotate", "--out", path]), "");
    assert.deepEqual(kids(JSON.parse(readFileSync(path, "utf8"))).slice(1), kids(first));
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("out.json")),
      ["out.json"],
    );
  });

  test("no set that could not be used is printed", async () => {
    const good = await set();
    const path = file("one.json", good);
    await fails(1, /it needs one key/, ["keys", path, "--remove", good.keys[0].kid]);
    await fails(1, /no key with this kid/, ["keys", path, "--rotate", "planted"]);
    await fails(1, /private JWK Set/, ["keys", file("none.json", ""), "--add"]);
    const { d, ...half } = good.keys[0];
    const said = await fails(1, /signing keys/, ["keys", file("half.json", { keys: [half] }), "--add"]);
    assert.ok(!said.includes(d) && !said.includes(half.x));
    await fails(2, /Name the file/, ["keys", "--add"]);
    await fails(2, /Say what to do/, ["keys", path]);
    await fails(2, /one change at a time/, ["keys", path, "--add", "--rotate"]);
    await fails(2, /--alg is one of/, ["keys", "--alg", "none"]);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), good, "the file is as it was");
  });
});
