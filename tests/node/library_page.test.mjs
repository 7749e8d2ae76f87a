// The page of every export, and the comments of the declarations that it is made of.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as inNode from "edge-sts";
import * as inlined from "edge-sts/inline";
import * as postgres from "edge-sts/postgres";
import { libraryPage, PAGE, parts } from "../../src/tasks/library_page.mjs";

const declarations = parts().flatMap(({ entry, exports }) => exports.map((one) => ({ entry, ...one })));

test("the page is fresh: npm run library-page", async () => {
  const page = readFileSync(new URL(`../../${PAGE}`, import.meta.url), "utf8").replaceAll("\r\n", "\n");
  assert.equal(page, await libraryPage());
});

test("every export is on it, and what every runtime knows of them", async () => {
  const page = await libraryPage();
  for (const [entry, names] of Object.entries({ node: Object.keys(inNode), postgres: Object.keys(postgres) })) {
    assert.ok(names.length > 3, entry);
    const known = declarations.filter((one) => one.entry === entry).map(({ name }) => name);
    for (const name of names) assert.ok(known.includes(name), `${entry} ${name}`);
    for (const name of known) assert.match(page, new RegExp(`^### ${name}$`, "m"));
  }
  assert.deepEqual(Object.keys(inlined), Object.keys(inNode));
  const index = ["node.d.ts", "package.d.ts"].map((file) => {
    return readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8");
  });
  for (const [, names] of index.join("\n").matchAll(/\{([^}]*)\}/g)) {
    for (const name of names.split(",")) {
      const plain = name.trim().replace(/^type /, "");
      if (plain !== "") assert.match(page, new RegExp(`^### ${plain}$`, "m"));
    }
  }
});

test("every export and every member has a comment", () => {
  const without = [];
  for (const { name, kind, comment, text } of declarations) {
    if (comment === "") without.push(name);
    if (kind !== "interface" && kind !== "class") continue;
    const lines = text.split("\n").slice(1, -1);
    for (const [index, line] of lines.entries()) {
      // The beginning of a member: neither a comment nor the rest of another member.
      if (!/^ {4,}(?:readonly )?(?:"[^"]+"|\[?\w+)[\]?]*(?:: string\])?[?]?[:(<]/.test(line)) continue;
      if (/^ *readonly \[name: string\]/.test(line)) continue; // the comment is that of the member
      if (/^ *constructor\(\.\.\./.test(line)) continue; // of a Durable Object: the runtime calls it
      if (!/\*\/$/.test(lines[index - 1] ?? "")) without.push(`${name}: ${line.trim()}`);
    }
  }
  assert.deepEqual(without, []);
});

test("every type that a declaration names is exported, too", () => {
  const known = new Set([...declarations.map(({ name }) => name), ...PLATFORM]);
  const unknown = new Set();
  for (const { name, text } of declarations) {
    const code = text.replaceAll(/\/\*\*[^]*?\*\//g, "").replaceAll(/"[^"]*"/g, "");
    const own = new Set([...code.matchAll(/<(\w+)>/g), ...code.matchAll(/infer (\w+)/g)].map(([, one]) => one));
    for (const [, type] of code.matchAll(/[:|&<(,] *(?:readonly )?([A-Z]\w+)/g)) {
      if (!known.has(type) && !own.has(type)) unknown.add(`${name}: ${type}`);
    }
  }
  assert.deepEqual([...unknown], []);
});

// Of the language and of the runtimes.
const PLATFORM = [
  ...["Promise", "Record", "Readonly", "Omit", "Partial", "Pick", "Error", "Date", "ArrayBuffer", "ArrayBufferView"],
  ...["Request", "Response", "ConstructorParameters", "DurableObject", "Bindings", "Given", "Context", "TOKENS"],
];
