// `how-to/mcp`, "Try it on this machine", as it is printed, with the SDK of MCP as it comes. Only the ports are others.
import "../node/quiet.mjs";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { npmClientsFolder } from "../../src/tasks/npm_clients.mjs";
import { ROOT } from "../../src/tasks/setup.mjs";
import { blocks, page, section } from "../documents.mjs";
import { freePort } from "../free_port.mjs";

const packages = await npmClientsFolder();
const skip =
  (packages === undefined && "not installed, see above") || (process.platform === "win32" && "needs a shell");

const project = mkdtempSync(join(tmpdir(), "edge-sts-mcp-"));
after(() => rmSync(project, { recursive: true, force: true }));

const printed = blocks(section(await page("how-to/mcp"), "## Try it on this machine")).map(({ code }) => code);

test("from the ID token to the call of a tool, as it is printed", { skip }, async () => {
  assert.equal(printed.length, 7);
  const ports = new Map();
  for (const port of ["8801", "8802", "8803"]) ports.set(port, await freePort());
  const here = (text) => text.replaceAll(/880[123]/g, (port) => ports.get(port));
  const [installing, company, mcp, server, starting, asking, answer] = printed.map(here);

  for (const name of installing.split("npm install ")[1].trim().split(" ")) provide(name);
  write("company.json", company);
  write("mcp.json", mcp);
  write("server.mjs", server);
  const { stdout, stderr } = await bash(`
trap 'trap "" TERM; kill -- -$$' EXIT
${starting}
for port in ${[...ports.values()].join(" ")}; do
  until curl -s -o no.txt http://localhost:$port/; do sleep 0.2; done
done
${asking}`);
  assert.deepEqual(JSON.parse(stdout), JSON.parse(answer), stderr);
  assert.doesNotMatch(stderr, /warning|fault/);

  const events = ["company.log", "mcp.log"].flatMap((name) =>
    readFileSync(join(project, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  const [issued] = events.filter(({ event }) => event === "token.id_jag");
  const [redeemed] = events.filter(({ event }) => event === "token.jwt_bearer");
  assert.equal(typeof issued.jti, "string");
  assert.equal(redeemed.assertion_jti, issued.jti);
});

/** In place of `npm install`, which needs a registry: a link to what is installed already. */
function provide(name) {
  const link = join(project, "node_modules", name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(name === "edge-sts" ? ROOT : join(packages, "node_modules", name), link);
  if (name !== "edge-sts") return;
  const command = join(ROOT, "dist", "cli", "main.js");
  mkdirSync(join(project, "node_modules", ".bin"), { recursive: true });
  chmodSync(command, 0o755);
  symlinkSync(command, join(project, "node_modules", ".bin", "edge-sts"));
}

function write(name, text) {
  writeFileSync(join(project, name), text);
}

function bash(script) {
  // A process group of its own, all of which ends with it: npx starts children.
  const child = spawn("bash", ["-c", script], { cwd: project, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve({ stdout, stderr }));
  });
}
