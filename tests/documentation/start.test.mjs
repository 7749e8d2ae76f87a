// `npm start` in a fresh clone serves the documentation as well, and keeps nobody waiting for it: it is built beside the service.
import assert from "node:assert/strict";
import { cpSync, existsSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { packagesOf } from "../../src/tasks/packages.mjs";
import { freePort } from "../free_port.mjs";
import { clone, started } from "./clone.mjs";

const skip = process.platform === "win32" && "needs groups of processes";
const place = skip ? undefined : clone();
const placeholder = skip ? "" : join(place.folder, "target", "site", "docs");
const running = new Set();

/** Pages of the documentation that somebody may have an address of, at the top and deep in it. */
const PAGES = ["/docs/", "/docs/how-to/github-actions.html", "/docs/reference/rules", "/docs/tutorial/first-exchange"];

before(async () => {
  if (skip) return;
  // What builds it need not be downloaded again.
  const packages = await packagesOf("src/tasks/docs");
  const there = join(place.folder, "target", "packages", basename(packages));
  // What other test files build there is left out.
  const filter = (source) => !/^build\.\d+$/.test(basename(source));
  cpSync(packages, there, { recursive: true, verbatimSymlinks: true, filter });
});
after(async () => {
  for (const service of running) await service.stop();
  place?.remove();
});

async function start() {
  const port = await freePort();
  const service = await started(place, port, []);
  running.add(service);
  const get = async (path) => {
    const response = await fetch(`http://localhost:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { ...service, get };
}

/** Waits until the service has printed this. */
async function printed(service, text) {
  for (let tries = 0; !service.printed().includes(text); tries++) {
    const isHopeless = tries > 3000 || service.printed().includes("could not be built");
    assert.ok(!isHopeless, `not printed: ${text}\n${service.printed()}`);
    await setTimeout(100);
  }
}

test("what is stopped while it is built leaves nothing in its place", { skip }, async () => {
  const service = await start();
  const { status, text } = await service.get("/docs/");
  assert.equal(status, 200);
  assert.match(text, /<p>The documentation is being built\. /);
  await service.stop();
  assert.ok(!existsSync(placeholder));
});

test(
  "a sentence stands in the place of each page until it is there, and the service serves meanwhile",
  { skip },
  async () => {
    const service = await start();
    for (const page of PAGES) {
      const { status, text } = await service.get(page);
      assert.equal(status, 200, page);
      assert.match(text, /<p>The documentation is being built\. /, page);
      assert.match(text, /<meta http-equiv="refresh" content="\d+" \/>/, page);
    }
    assert.equal((await service.get("/docs/how-to/nothing.html")).status, 404);
    assert.equal((await service.get("/health")).status, 200);
    assert.ok(!service.printed().includes("The documentation: "), "it is not waited for");
    await printed(service, "The documentation: http://localhost:");
    const { status, text } = await service.get("/docs/");
    assert.equal(status, 200);
    assert.match(text, /What edge-sts is/);
    for (const page of PAGES) {
      const { status, text } = await service.get(page);
      assert.equal(status, 200, page);
      assert.match(text, /VPContent/, page);
      assert.doesNotMatch(text, /being built|http-equiv="refresh"/, page);
    }
    assert.equal((await service.get("/docs/how-to/nothing.html")).status, 404);
    assert.equal((await service.get("/health")).status, 200);
    await service.stop();

    // Nothing is built the second time.
    const again = await start();
    await printed(again, "The documentation: http://localhost:");
    assert.ok(!again.printed().includes("being built"));
    assert.match((await again.get("/docs/")).text, /What edge-sts is/);
    await again.stop();
  },
);
