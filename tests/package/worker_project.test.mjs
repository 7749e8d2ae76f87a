// The project that `edge-sts init` makes, on every version of Node that is supported: each command of its README, with
// the packages that a user gets today, up to an exchange.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { npmCommand } from "../../src/tasks/npm.mjs";
import { QUIET_WRANGLER } from "../../src/tasks/run.mjs";
import { freePort } from "../free_port.mjs";
import { pack } from "./install.mjs";
import { output } from "./npm.mjs";
import { nodeFolder } from "./runtimes.mjs";

const place = mkdtempSync(join(tmpdir(), "edge-sts-worker-project-"));
after(() => rmSync(place, { recursive: true, force: true, maxRetries: 5 }));

let tarball;
before(async () => (tarball = await pack(place)));

// What each project is for.
const PURPOSES = { 20: [], 22: ["--recipe", "auth0"], 24: ["--gateway", "agentgateway"] };

for (const [major, purpose] of Object.entries(PURPOSES)) {
  describe(`Node ${major}`, () => {
    const home = join(place, major);
    const project = join(home, "service");
    let node;
    let env;

    before(async () => {
      mkdirSync(home);
      const folder = await nodeFolder(Number(major));
      node = join(folder, process.platform === "win32" ? "node.exe" : "node");
      const PATH = [folder, process.env.PATH].join(delimiter);
      // The place of npm's cache follows from HOME: what a user has in it may stay, a configuration of his may not.
      env = { ...process.env, ...QUIET_WRANGLER, PATH, HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: home };
      env.npm_config_cache ??= join(homedir(), ".npm");
    });

    /** npm under this version of Node: it decides which version of a package fits. */
    function command(parameters, options) {
      const { program, parameters: all, shell } = npmCommand(parameters, node);
      return [program, all, { cwd: project, env, shell, ...options }];
    }
    const run = (parameters, options) => output(...command(parameters, options));

    test("npx edge-sts init, npm install", async () => {
      await run(["exec", "--yes", "--package", tarball, "--", "edge-sts", "init", project, ...purpose], {
        cwd: home,
      });
      await run(["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]);
      // --call: `npm exec -- node` prefers a program of that name beside npm's global packages to the PATH's.
      const version = await run(["exec", "--call", "node --version"]);
      assert.match(version, new RegExp(`^v${major}\\.`), "its programs run on the Node that is tested");
      const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
      assert.match(dependencies["edge-sts"], /^file:.*\.tgz$/, "the file that has made it");
    });

    test("npm run check finds nothing", async () => {
      await run(["run", "check"]);
    });

    test("npm start, npm run resources, an exchange with npm run token", async () => {
      const url = `http://localhost:${await freePort()}`;
      const service = await start(url);
      try {
        const stored = await run(["run", "--silent", "resources"], { env: { ...env, STS_URL: url } });
        const { resources } = JSON.parse(readFileSync(join(project, "resources.json"), "utf8"));
        assert.deepEqual(
          stored.trim().split("\n"),
          resources.map(({ resourceType, id }) => `${resourceType}/${id} 201`),
        );
        const response = await fetch(`${url}/auth/token`, {
          method: "POST",
          headers: { authorization: `Basic ${btoa(readFileSync(join(project, "client.txt"), "utf8").trim())}` },
          body: new URLSearchParams({
            grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            subject_token: (await run(["run", "--silent", "token"])).trim(),
          }),
        });
        const answer = await response.json();
        assert.equal(response.status, 200, JSON.stringify(answer));
        assert.deepEqual([answer.token_type, answer.expires_in], ["Bearer", 360]);
        const { iss, sub } = JSON.parse(Buffer.from(answer.access_token.split(".")[1], "base64url"));
        assert.deepEqual([iss, sub], [url, "alice"]);
      } finally {
        await service.stop();
      }
    });

    /** npm start, on another port than the usual one. */
    async function start(url) {
      const options = ["--port", new URL(url).port, "--var", `STS_ISSUER:${url}`];
      const windows = process.platform === "win32";
      const [program, parameters, how] = command(["start", "--", ...options]);
      // a group of its own, which ends as a whole
      const child = spawn(program, parameters, { ...how, stdio: ["ignore", "pipe", "pipe"], detached: !windows });
      let printed = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text) => (printed += text));
      let ended = false;
      const end = new Promise((resolve) => child.on("close", resolve)).then(() => (ended = true));
      while (!(await fetch(`${url}/health`).catch(() => undefined))?.ok) {
        assert.ok(!ended, `npm start ended:\n${printed}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return {
        async stop() {
          if (!ended) process.kill(windows ? child.pid : -child.pid, "SIGTERM");
          await end;
        },
      };
    }
  });
}
