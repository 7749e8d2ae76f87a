// `edge-sts init` without questions: the project that it makes.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import Ajv from "ajv";
import { commandIn } from "./command_in.mjs";

const { folder, file, prints, fails, remove } = commandIn("project");
after(remove);

describe("edge-sts init", () => {
  const read = (project, name) => readFileSync(join(folder, project, name), "utf8");

  test("makes a project that checks out, with secrets for its owner only, another time others", async () => {
    for (const name of ["My Service", "other"]) await prints(["init", name]);
    const secrets = [".dev.vars", "client.txt", "issuer.jwk"];
    const open = [".gitignore", "README.md", "package.json", "put_resources.js", "resources.json", "worker.js"];
    assert.deepEqual(readdirSync(join(folder, "other")).sort(), [...secrets, ...open, "wrangler.jsonc"].sort());
    assert.equal(JSON.parse(read("My Service", "package.json")).name, "my-service");
    for (const secret of secrets) {
      assert.notEqual(read("My Service", secret), read("other", secret));
      if (process.platform !== "win32") assert.equal(statSync(join(folder, "other", secret)).mode & 0o077, 0);
      assert.match(read("other", ".gitignore"), new RegExp(`^/${secret.replace(".", "\\.")}$`, "m"));
    }
    const { warnings } = JSON.parse(await prints(["check", "other/resources.json", "--json"]));
    assert.deepEqual(warnings, []);
  });

  test("resources.json names a schema that is there, and that it keeps", () => {
    const { $schema, resources } = JSON.parse(read("other", "resources.json"));
    const { dependencies } = JSON.parse(read("other", "package.json"));
    const inPackage = $schema.replace("./node_modules/edge-sts/", "");
    const schema = JSON.parse(read("other", join(dependencies["edge-sts"].slice("file:".length), inPackage)));
    assert.ok(new Ajv({ strict: false, validateFormats: false }).validate(schema, { $schema, resources }));
  });

  test("resources.json holds no secret, and belongs under version control", () => {
    const text = read("other", "resources.json");
    const secrets = [read("other", "client.txt").trim().split(":")[1], JSON.parse(read("other", "issuer.jwk")).d];
    for (const secret of secrets) {
      assert.ok(secret.length >= 43);
      assert.ok(!text.includes(secret));
    }
    assert.doesNotMatch(read("other", ".gitignore"), /resources/);
  });

  test("wrangler.jsonc needs the oldest date that the suites run with, and names its schema", () => {
    const configuration = JSON.parse(
      read("other", "wrangler.jsonc")
        .replaceAll(/^ *\/\/.*$/gm, "")
        .replaceAll(/,(\s*[}\]])/g, "$1"),
    );
    assert.match(configuration.$schema, /node_modules\/wrangler\/.*schema\.json$/);
    const tested = readFileSync(new URL("../../wrangler.toml", import.meta.url), "utf8");
    assert.ok(tested.includes(`compatibility_date = "${configuration.compatibility_date}"`));
  });

  test("takes edge-sts from the folder of a clone", () => {
    const { dependencies } = JSON.parse(read("other", "package.json"));
    assert.match(dependencies["edge-sts"], /^file:\.\./);
    const { name } = JSON.parse(read("other", join(dependencies["edge-sts"].slice("file:".length), "package.json")));
    assert.equal(name, "edge-sts");
  });

  test("never in a folder that is not empty", async () => {
    mkdirSync(join(folder, "full"));
    file("full/mine.txt", "mine");
    await fails(1, /is not empty/, ["init", "full"]);
    assert.deepEqual(readdirSync(join(folder, "full")), ["mine.txt"]);
    await fails(1, /not a folder/, ["init", join("full", "mine.txt")]);
    assert.equal(existsSync(join(folder, "full", "package.json")), false);
  });
});
