// What an entry point exports, read from the declarations that tsc writes: they all have one form.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The exports of a file of declarations, those of other files that it passes on included: `{ name, kind, comment, text,
 * file }` each, where `text` is the declaration with the comments of its members.
 */
export function exported(file) {
  const source = readFileSync(file, "utf8");
  const found = [];
  for (const [, what, from] of source.matchAll(/^export (?:type )?(\*|\{[^}]*\})(?: from "(\.[^"]+)")?;$/gm)) {
    // `export {}` makes a module of a file, and names without a file stand in it anyway.
    if (from === undefined) continue;
    const theirs = exported(join(dirname(file), from.replace(/\.js$/, ".d.ts")));
    if (what === "*") found.push(...theirs);
    else for (const name of namesIn(what)) found.push(named(theirs, name, from));
  }
  return [...found, ...declared(source, file)];
}

function namesIn(braces) {
  return braces
    .slice(1, -1)
    .split(",")
    .map((name) => name.trim().replace(/^type /, ""))
    .filter(Boolean);
}

function named(declarations, name, from) {
  const declaration = declarations.find((one) => one.name === name);
  if (declaration === undefined) throw new Error(`${from} does not declare ${name}`);
  return declaration;
}

const DECLARATION =
  /^(?:\/\*\*(?<comment>(?:[^*]|\*(?!\/))*)\*\/\n)?export (?:declare )?(?:default )?(?<kind>interface|type|function|(?:abstract )?class|const) (?<name>\w+)/gm;

function declared(source, file) {
  return [...source.matchAll(DECLARATION)].map(({ index, 0: head, groups: { comment = "", kind, name } }) => {
    const begin = index + head.length - head.split("export ").at(-1).length - "export ".length;
    return { name, kind: kind.replace("abstract ", ""), comment: plain(comment), text: whole(source, begin), file };
  });
}

/** A declaration from its beginning to its end: a brace or a semicolon in the first column or at the end of the line. */
function whole(source, begin) {
  const lines = source.slice(begin).split("\n");
  const [first] = lines;
  const isBlock = first.endsWith("{");
  const end = isBlock ? lines.findIndex((line) => /^[})]/.test(line) && /[;}]$/.test(line)) : endOfStatement(lines);
  return lines.slice(0, end + 1).join("\n");
}

function endOfStatement(lines) {
  let depth = 0;
  for (const [index, line] of lines.entries()) {
    for (const character of line) depth += { "{": 1, "}": -1 }[character] ?? 0;
    if (depth === 0 && line.endsWith(";")) return index;
  }
  return lines.length - 1;
}

/** The text of a comment without its frame. */
function plain(comment) {
  return comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
}
