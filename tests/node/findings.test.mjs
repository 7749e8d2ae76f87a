// `edge-sts check` as the linter of security: the recipes of the documentation, and each of the places that show the same findings.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { doubtsOf } from "../../src/tasks/resources.mjs";
import { recipes } from "../suites/recipes.mjs";
import { edgeSts, serving } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-findings-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name, resources) {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(resources));
  return path;
}

const SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/** A recipe as somebody uses it: with a secret of his own, where there is one. */
const used = (resources) =>
  resources.map((resource) => (resource.secret === undefined ? resource : { ...resource, secret: SECRET }));

const codes = async (resources) => (await doubtsOf(resources)).map(({ code, path }) => `${code} ${path}`);

describe("the recipes", async () => {
  for (const [heading, { resources }] of Object.entries(await recipes)) {
    test(`${heading}: as printed only the placeholder, and without its claims a warning`, async () => {
      const [{ secret }] = resources;
      assert.deepEqual(await codes(resources), secret === undefined ? [] : ["placeholder [0].Client.secret"]);
      assert.deepEqual(await codes(used(resources)), []);
      const bare = used(resources).map(({ claims: _claims, condition: _condition, ...resource }) => resource);
      const [doubt, ...others] = (await codes(bare)).toReversed();
      assert.match(doubt, /^issuer_(shared|unconditional) \[1\]\.TokenIntrospector\.claims$/);
      const open = "public_without_conditions [0].Client.allowedIssuers[0]";
      assert.deepEqual(others, secret === undefined ? [open] : []);
    });
  }
});

test("what the newcomer's report found silent is told: by check and at the start of serve", async () => {
  const resources = [
    {
      resourceType: "Client",
      id: "c",
      secret: "CHANGE-ME",
      grant_types: ["urn:ietf:params:oauth:grant-type:token-exchange"],
      allowedIssuers: ["https://token.actions.githubusercontent.com/"],
      auth: { token_exchange: { access_token_expiration: 31_536_000, outlive_subject: true, delegation: "any" } },
    },
    {
      resourceType: "TokenIntrospector",
      id: "github",
      type: "jwt",
      user: "none",
      jwt: { iss: "https://token.actions.githubusercontent.com" },
      discovery: true,
    },
  ];
  const told = [
    "Client.secret: It is a placeholder",
    "access_token_expiration: Access tokens live longer than an hour",
    "delegation: Every verified actor",
    "outlive_subject: Issued tokens outlive",
    "Client.allowedIssuers[0]: There is a TokenIntrospector whose jwt.iss differs only by a slash",
    "TokenIntrospector.claims: Anybody can get a token from this public issuer",
  ];
  const path = file("silent.json", resources);
  const checked = await edgeSts(["check", path]);
  assert.equal(checked.code, 0, "warnings do not count");
  for (const sentence of told) assert.ok(checked.stderr.includes(sentence), `${sentence}\n${checked.stderr}`);

  const keys = join(folder, "keys.json");
  assert.equal((await edgeSts(["keys", "--out", keys])).code, 0);
  const service = await serving(["--keys", keys, "--resources", path, "--grants", "memory"]);
  const { stderr } = await service.stop();
  for (const sentence of told) assert.ok(stderr.includes(sentence), `${sentence}\n${stderr}`);
});
