// `edge-sts init`: what it asks at a terminal, what its options answer, and that each project it makes is a good one.
import "./quiet.mjs";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSts } from "edge-sts";
import { GATEWAYS } from "../../dist/cli/init/gateways.js";
import { additionFor, changeable } from "../../dist/cli/init/purpose.js";
import { MCP } from "../../dist/cli/init/mcp.js";
import { RECIPES } from "../../dist/recipes/recipes.js";
import { EXCHANGE, ISSUER, SIGNING_KEYS, TYPE } from "../suites/fixture.mjs";
import { recipes } from "../suites/recipes.mjs";
import { edgeSts } from "./command.mjs";
import { atTerminal, noTerminal } from "./terminal.mjs";

const COMMAND = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "edge-sts-init-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
const newName = () => `project-${(made += 1)}`;
const read = (project, name) => readFileSync(join(folder, project, name), "utf8");
const resourcesOf = (project) => JSON.parse(read(project, "resources.json")).resources;
const named = (resources, type, id) => resources.find((one) => one.resourceType === type && one.id === id);

async function init(...options) {
  const project = newName();
  const { code, stderr } = await edgeSts(["init", project, ...options], { cwd: folder });
  assert.equal(code, 0, stderr);
  return project;
}

async function warningsOf(project) {
  const { code, stdout, stderr } = await edgeSts(["check", join(project, "resources.json"), "--json"], { cwd: folder });
  assert.equal(code, 0, stdout + stderr);
  return JSON.parse(stdout).warnings;
}

/** No secret of a project is in a file that git takes, and none of them can be read by others. */
function isSafe(project) {
  const ignored = read(project, ".gitignore").split("\n");
  const names = readdirSync(join(folder, project));
  const secrets = names.filter((name) => ignored.includes(`/${name}`));
  for (const name of secrets) {
    if (process.platform !== "win32") assert.equal(statSync(join(folder, project, name)).mode & 0o077, 0, name);
  }
  const words = secrets.flatMap((name) => read(project, name).match(/[\w-]{43,}/g) ?? []);
  assert.ok(words.length > 0);
  const jwk = JSON.parse(read(project, "issuer.jwk"));
  const open = [jwk.x, jwk.y];
  for (const name of names.filter((one) => !secrets.includes(one))) {
    const text = read(project, name);
    for (const word of words.filter((one) => !open.includes(one))) assert.ok(!text.includes(word), name);
  }
}

/** What the project's service gives for a token of the project's issuer. */
async function exchanged(project, parameters) {
  const token = await edgeSts(["token", "--iss", "https://issuer.example", "--sub", "alice", "--key", "issuer.jwk"], {
    cwd: join(folder, project),
  });
  const sts = await createSts({
    issuer: ISSUER,
    signingKeys: SIGNING_KEYS,
    resources: resourcesOf(project),
    onEvent: () => undefined,
  });
  const subject_token = token.stdout.trim();
  return sts.exchange({ grant_type: EXCHANGE, subject_token, subject_token_type: TYPE.jwt, ...parameters });
}

describe("options", () => {
  for (const [name, { title, resources }] of Object.entries(RECIPES)) {
    test(`--recipe ${name}`, async () => {
      assert.deepEqual(resources, (await recipes)[title].resources, "the documentation has other ones");
      const project = await init("--recipe", name);
      assert.deepEqual(await warningsOf(project), []);
      isSafe(project);
      const own = resourcesOf(project);
      for (const { resourceType, id, ...members } of resources) {
        const { secret, ...made } = named(own, resourceType, id);
        const { secret: placeholder, ...expected } = members;
        for (const [member, value] of Object.entries(expected)) assert.deepEqual(made[member], value);
        if (resourceType !== "Client") continue;
        assert.equal(secret !== undefined, placeholder !== undefined);
        if (secret === undefined) continue;
        const [, plain] = read(project, `${name}.txt`).trim().split(":");
        assert.equal(secret, `__sha256:${createHash("sha256").update(plain).digest("hex")}`);
      }
      const [client_id, client_secret] = read(project, "client.txt").trim().split(":");
      assert.equal((await exchanged(project, { client_id, client_secret })).expires_in, 360);
    });
  }

  test("every recipe of the documentation is one of them", async () => {
    assert.deepEqual(
      Object.values(RECIPES)
        .map(({ title }) => title)
        .sort(),
      Object.keys(await recipes).sort(),
    );
  });

  test("--issuer and --claim put one's own in the example's place", async () => {
    const project = await init("--recipe", "auth0", "--issuer", "https://me.example/", "--claim", "azp=my=app");
    const own = resourcesOf(project);
    const introspector = own.find(({ jwt }) => jwt?.iss === "https://me.example/");
    assert.deepEqual(introspector.claims, { azp: "my=app", permissions: "exchange:orders" });
    assert.ok(own.some(({ allowedIssuers }) => allowedIssuers?.includes("https://me.example/")));
    assert.doesNotMatch(read(project, "resources.json"), /acme\.eu\.auth0/);
    assert.deepEqual(await warningsOf(project), []);
  });

  for (const [name, { file }] of Object.entries(GATEWAYS)) {
    test(`--gateway ${name}`, async () => {
      const project = await init("--gateway", name);
      assert.deepEqual(await warningsOf(project), []);
      isSafe(project);
      const [client_secret] = /[\w-]{43}/.exec(read(project, file));
      const asked = { client_id: "gateway", client_secret, audience: "https://mcp.example", scope: "tools" };
      const { access_token } = await exchanged(project, asked);
      assert.equal(JSON.parse(Buffer.from(access_token.split(".")[1], "base64url")).aud, "https://mcp.example");
    });
  }

  test("--mcp", async () => {
    const project = await init("--mcp", "--issuer", "https://idp.example");
    isSafe(project);
    // The identity provider's tokens are bound to the app by auth.id_jag.subject_audience, of which the linter knows nothing.
    const warnings = await warningsOf(project);
    assert.deepEqual(
      warnings.map(({ message }) => message.split(":")[0].slice(0, 36)),
      ["Every token of this issuer is accept"],
    );
    const client = named(resourcesOf(project), "Client", MCP[0].id);
    assert.deepEqual([client.allowedIssuers, client.auth], [["https://idp.example"], MCP[0].auth]);
  });

  test("wrong ones: what is right is said, and nothing is made", async () => {
    for (const [says, ...options] of [
      [/--recipe is one of.*Did you mean okta\?/, "--recipe", "octa"],
      [/--gateway is one of/, "--gateway", "planted"],
      [/one of --recipe, --gateway and --mcp/, "--mcp", "--recipe", "okta"],
      [/--issuer belongs to/, "--issuer", "https://a.example"],
      [/--issuer: It must be an https URL/, "--mcp", "--issuer", "http://planted.example"],
      [/--claim belongs to/, "--claim", "a=b"],
      [/NAME=VALUE/, "--recipe", "okta", "--claim", "planted"],
    ]) {
      const project = newName();
      const { code, stderr } = await edgeSts(["init", project, ...options], { cwd: folder });
      assert.equal(code, 2);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /planted/);
      assert.equal(existsSync(join(folder, project)), false);
    }
  });
});

describe("at a terminal", { skip: noTerminal }, () => {
  const start = (...parameters) => {
    const project = newName();
    const dialogue = atTerminal(process.execPath, ["--no-warnings", COMMAND, "init", project, ...parameters], {
      cwd: folder,
    });
    return { project, ...dialogue };
  };

  test("Enter alone makes what is made without a terminal", async () => {
    const { project, says, type, ended } = start();
    await says(/What is it for\?[^]*1 to 4 \[1\]: /);
    type("\r");
    assert.equal((await ended).code, 0);
    assert.deepEqual(readdirSync(join(folder, project)).sort(), readdirSync(join(folder, await init())).sort());
    assert.deepEqual(await warningsOf(project), []);
  });

  test("a recipe: wrong answers are asked again, own values are taken", async () => {
    const { project, says, type, ended } = start();
    await says(/1 to 4 \[1\]: /);
    for (const wrong of ["9", "0", "x", "-1", "1.5", "…", "to"]) {
      type(`${wrong}\r`);
      await says(/Type a number from 1 to 4, or a name\.[^]*1 to 4 \[1\]: /);
    }
    type("2\r");
    await says(/Whose tokens\?[^]* 1 {2}GitHub Actions[^]*1 to 13 \[1\]: /);
    type("1\r");
    await says(/Issuer, exactly as in the claim iss[^]*\[https:\/\/token\.actions\.githubusercontent\.com\]: /);
    type("http://github.example\r");
    await says(/It must be an https URL[^]*Issuer, exactly as in the claim iss[^]*\]: /);
    type("\r");
    await says(/repository \[acme\/shop\]: /);
    type("me/mine\r");
    await says(/repository_id \[74\]: /);
    type("4711\r");
    for (const claim of ["ref", "environment"]) {
      await says(new RegExp(`${claim} \\[[^\\]]*\\]: `));
      type("\r");
    }
    assert.equal((await ended).code, 0);
    const { claims } = named(resourcesOf(project), "TokenIntrospector", "github-actions");
    assert.deepEqual(claims, {
      repository: "me/mine",
      repository_id: "4711",
      ref: "refs/heads/main",
      environment: "production",
    });
    assert.deepEqual(await warningsOf(project), []);
  });

  test("a name in place of a number: as an option has it, as it is printed, or its beginning", async () => {
    for (const [answer, id] of [
      ["gitlab", "gitlab-ci"],
      ["github-actions", "github-actions"],
      ["ENTRA ID", "entra-id"],
      ["kube", "kubernetes"],
    ]) {
      const { project, says, type, ended } = start();
      await says(/1 to 4 \[1\]: /);
      type("recipe\r");
      await says(/1 to 13 \[1\]: /);
      if (id === "entra-id") {
        type("google\r"); // two of them
        await says(/Type a number from 1 to 13, or a name\.[^]*1 to 13 \[1\]: /);
      }
      type(`${answer}\r`);
      await says(/Issuer, exactly[^]*\]: /);
      type("\r");
      for (const claim of Object.keys(changeable(RECIPES[id].resources).claims)) {
        await says(new RegExp(`  ${claim} \\[[^\\]]*\\]: `));
        type("\r");
      }
      assert.equal((await ended).code, 0);
      const own = resourcesOf(project);
      for (const one of RECIPES[id].resources) assert.ok(named(own, one.resourceType, one.id), `${answer} ${one.id}`);
    }
  });

  test("an issuer is taken as it is written", () => {
    const own = "https://idp.example/$&/$'x";
    const { resources } = additionFor({ kind: "mcp", issuer: own }, { issuer: "https://here.example", url: "" });
    assert.deepEqual(named(resources, "Client", MCP[0].id).allowedIssuers, [own]);
  });

  test("what comes next is said as it is to be typed, in this folder and in another", async () => {
    const next = /Next:\n(?: {2}cd (.+)\n)? {2}npm install\n {2}npm start\n {2}npm run resources {3}\(in a second/;
    const inOther = await edgeSts(["init", "my service"], { cwd: folder });
    assert.equal(next.exec(inOther.stderr)?.[1], '"my service"', inOther.stderr);
    const cwd = join(folder, newName());
    mkdirSync(cwd);
    const inThis = await edgeSts(["init"], { cwd });
    assert.match(inThis.stderr, next);
    assert.doesNotMatch(inThis.stderr, / cd /);
  });

  test("a gateway; MCP", async () => {
    const gateway = start();
    await gateway.says(/1 to 4 \[1\]: /);
    gateway.type("3\r");
    await gateway.says(/Which gateway\?[^]*1 to 3 \[1\]: /);
    gateway.type("3\r");
    assert.equal((await gateway.ended).code, 0);
    assert.match(read(gateway.project, "kubernetes-mcp-server.toml"), /strategy = "rfc8693"/);
    const mcp = start();
    await mcp.says(/1 to 4 \[1\]: /);
    mcp.type("4\r");
    await mcp.says(/Issuer, exactly as in the claim iss[^]*\]: /);
    mcp.type("https://idp.example\r");
    assert.equal((await mcp.ended).code, 0);
    assert.ok(named(resourcesOf(mcp.project), "Client", MCP[0].id));
  });

  test("Ctrl-C and Ctrl-D: nothing is made", async () => {
    for (const end of ["\u0003", "\u0004"]) {
      const { project, says, type, ended } = start();
      await says(/1 to 4 \[1\]: /);
      type(end);
      const { code, printed } = await ended;
      assert.equal(code, 1, printed);
      assert.match(printed, /Nothing was made\./);
      assert.equal(existsSync(join(folder, project)), false);
    }
  });

  test("an option answers; --yes asks nothing", async () => {
    for (const options of [["--yes"], ["--recipe", "okta"]]) {
      const { project, ended } = start(...options);
      const { code, printed } = await ended;
      assert.equal(code, 0, printed);
      assert.doesNotMatch(printed, /What is it for/);
      assert.ok(existsSync(join(folder, project, "worker.js")));
    }
  });
});
