// The documentation as it is built: every link leads somewhere, every page is in the sidebar, nothing comes from elsewhere, and
// no page holds what its policy forbids.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { checkPages } from "../../src/tasks/docs/check.mjs";
import { buildDocs, POLICY } from "../../src/tasks/docs.mjs";
import { ROOT } from "../../src/tasks/setup.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-sts-docs-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const built = join(ROOT, "target", "docs");
const source = join(ROOT, "www", "docs");

describe("the built documentation", () => {
  before(() => buildDocs());

  test("is good", () => {
    assert.match(checkPages({ source, out: built, base: "/docs/" }), /^\d+ pages, \d+ KiB$/);
  });

  test("has its policy in each page, too, for hosts that send no headers", () => {
    const [, content] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html());
    assert.equal(content.replaceAll("&#39;", "'"), POLICY.replace(" frame-ancestors 'none';", ""));
    assert.doesNotMatch(POLICY, /unsafe|https?:/);
  });

  test("has a place for each reason, to which the demo page leads", () => {
    const errors = readFileSync(join(built, "reference", "errors.html"), "utf8");
    const types = readFileSync(join(ROOT, "src", "hosts", "types", "reasons.ts"), "utf8");
    const reasons = [...types.matchAll(/^ +"([a-z_.]+)",$/gm)].map(([, reason]) => reason);
    assert.ok(reasons.length > 80, `${reasons.length} reasons`);
    assert.deepEqual(
      reasons.filter((reason) => !errors.includes(` id="${reason}"`)),
      [],
    );
  });

  const planted = {
    "a page that is not there": ['<a href="/docs/nowhere.html">x</a>', "there is no such file"],
    "a place that is not there": ['<a href="/docs/reference/errors.html#nowhere">x</a>', "there is no such place"],
    "a place of the page itself": ['<a href="#nowhere">x</a>', "there is no such place"],
    "a way out of the documentation": ['<a href="/Client">x</a>', "it leads out of the documentation"],
    "a script of another host": ['<script src="https://elsewhere.example/x.js"></script>', "loaded from elsewhere"],
    "a picture of another host": ['<img src="//elsewhere.example/x.png">', "loaded from elsewhere"],
    "a script in the page": ["<script>1</script>", "the policy forbids it"],
    "a style in the page": ["<style>p{}</style>", "the policy forbids it"],
    "a style of an element": ['<p style="color:red">x</p>', "the policy forbids it"],
    "a listener in an attribute": ['<p onclick="x()">x</p>', "the policy forbids it"],
  };
  for (const [title, [text, says]] of Object.entries(planted)) {
    test(`fails for ${title}`, () => {
      const out = join(folder, "built");
      rmSync(out, { recursive: true, force: true });
      cpSync(built, out, { recursive: true });
      writeFileSync(join(out, "index.html"), html().replace("</main>", `${text}</main>`));
      assert.notEqual(readFileSync(join(out, "index.html"), "utf8"), html());
      assert.throws(
        () => checkPages({ source, out, base: "/docs/" }),
        ({ message }) => message.startsWith("Documentation:\nindex.html: ") && message.includes(says),
      );
    });
  }

  test("fails for a sheet that loads from elsewhere", () => {
    const out = join(folder, "built");
    writeFileSync(join(out, "index.html"), html());
    writeFileSync(join(out, "planted.css"), "a{background:url(https://elsewhere.example/x.png)}");
    assert.throws(() => checkPages({ source, out, base: "/docs/" }), /planted\.css: .*loaded from elsewhere/);
  });

  test("fails for a page that is not in the sidebar", () => {
    const other = join(folder, "source");
    cpSync(source, other, { recursive: true });
    mkdirSync(join(other, "how-to"), { recursive: true });
    writeFileSync(join(other, "how-to", "planted.md"), "# x\n");
    rmSync(join(other, "reference", "errors.md"));
    assert.throws(
      () => checkPages({ source: other, out: built, base: "/docs/" }),
      /how-to\/planted\.md: it is not in the sidebar\n.*reference\/errors\.md: it is in the sidebar, and there is no/,
    );
  });
});

const html = () => readFileSync(join(built, "index.html"), "utf8");
