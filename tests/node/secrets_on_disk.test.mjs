// What `edge-sts serve` leaves on disk: Clients' secrets and tokens as digests at most, and nothing of its own secrets
// (`reference/admin`; SECURITY.md). An issuer's shared secret is kept in plain text, as is documented.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { filesIn, onlyTheseIn } from "../disk.mjs";
import { ISSUER } from "../suites/fixture.mjs";
import { send } from "../suites/over_http.mjs";
import { PLANTED, useWithSecrets } from "../suites/stored_secrets.mjs";
import { serving } from "./command.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-disk-"));
const running = new Set();
after(async () => {
  for (const { stop } of running) await stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function used(name, env = {}) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  const service = await serving(["--store", "resources.sqlite", "--grants", "grants.sqlite"], {
    cwd,
    env: {
      STS_ISSUER: ISSUER,
      STS_SIGNING_KEYS: JSON.stringify({ keys: [PLANTED.signingKey] }),
      STS_ADMIN_TOKEN: PLANTED.adminToken,
      ...env,
    },
  });
  running.add(service);
  const agent = new Agent({ keepAlive: true });
  const now = () => Math.floor(Date.now() / 1000);
  const secrets = await useWithSecrets({ now, fetch: (path, init) => send(service.url, agent, path, init) });
  agent.destroy();
  return { ...secrets, cwd, service };
}

// While it runs the logs of SQLite hold what was written; when it ends, the files do.
async function searched({ cwd, service }, absent, present) {
  assert.equal(filesIn(cwd).filter((file) => file.endsWith(".sqlite-wal")).length, 2, "the logs are there");
  onlyTheseIn(cwd, absent, present);
  await service.stop();
  running.delete(service);
  onlyTheseIn(cwd, absent, present);
}

test("files of SQLite and their logs hold no token and no Client's secret", async () => {
  const run = await used("plain");
  await searched(run, run.absent, { ...run.stored, ...run.digests });
});

test("with a pepper they hold not even the digest of a Client's secret", async () => {
  const run = await used("peppered", { STS_SECRET_PEPPER: PLANTED.pepper });
  await searched(run, { ...run.absent, ...run.digests }, run.stored);
});
