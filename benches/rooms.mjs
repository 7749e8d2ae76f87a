// What each room of the core costs: the bytes of the module's functions, by the module of Rust that their name begins with,
// before wasm-opt strips the names. Functions that were inlined count where they ended up.
//
// `gzip` compresses the functions of a room alone, so that the column says which rooms count; its sum is not the module's.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "../src/tasks/build.mjs";
import { Failure, ROOT, task } from "../src/tasks/setup.mjs";

const MODULE = join(ROOT, "target", "wasm32-unknown-unknown", "release", "edge_sts.wasm");
const CUSTOM = 0;
const IMPORTS = 2;
const CODE = 10;
const DATA = 11;
const FUNCTION_NAMES = 1;

async function rooms() {
  await build();
  if (!existsSync(MODULE)) throw new Failure("The module as cargo made it is gone: remove dist and try again.");
  const rooms = new Map();
  const bytes = readFileSync(MODULE);
  const { bodies, names, data } = read(bytes);
  for (const [index, body] of bodies) {
    const room = roomOf(names.get(index) ?? "");
    rooms.set(room, [...(rooms.get(room) ?? []), body]);
  }
  rooms.set("(data)", [data]);
  const rows = [...rooms].map(([room, parts]) => {
    const all = Buffer.concat(parts);
    return { room, functions: parts.length, raw: all.length, gzip: gzipSync(all, { level: 9 }).length };
  });
  rows.sort((a, b) => b.gzip - a.gzip);
  console.log("| room | functions | raw | gzip |\n| --- | ---: | ---: | ---: |");
  for (const { room, functions, raw, gzip } of rows) {
    console.log(`| ${room} | ${functions} | ${count(raw)} | ${count(gzip)} |`);
  }
}

const count = (number) => number.toLocaleString("en");

const CRATES = ["dlmalloc", "sha2", "hmac", "base64", "serde_wasm_bindgen", "serde", "wasm_bindgen", "js_sys"];

/** `8edge_sts6grants14token_exchange` in a mangled name is `edge_sts::grants::token_exchange`; so is `edge_sts..grants`. */
function roomOf(name) {
  const [, length, own] = /8edge_sts([0-9]+)_?([a-z_0-9]+)/.exec(name) ?? [];
  if (own !== undefined) return own.slice(0, Number(length));
  const [, parameter] = /edge_sts\.\.([a-z_]+)/.exec(name) ?? [];
  if (parameter !== undefined) return parameter;
  if (!name.startsWith("_")) return "wasm"; // exported, and so not mangled
  return CRATES.find((crate) => name.includes(`${crate.length}${crate}`)) ?? "core, alloc";
}

/** The bodies of functions by their index, their names, and the data. */
function read(bytes) {
  const bodies = new Map();
  const names = new Map();
  let data = Buffer.alloc(0);
  let imported = 0;
  for (const { id, section } of sections(bytes)) {
    if (id === IMPORTS) imported = importedFunctions(section);
    if (id === DATA) data = section.bytes;
    if (id === CODE) {
      for (let left = section.number(), index = imported; left > 0; left -= 1, index += 1) {
        bodies.set(index, section.take(section.number()));
      }
    }
    if (id === CUSTOM && section.text() === "name") {
      for (const { id, section: part } of sections(section.rest(), 0)) {
        if (id !== FUNCTION_NAMES) continue;
        for (let left = part.number(); left > 0; left -= 1) names.set(part.number(), part.text());
      }
    }
  }
  return { bodies, names, data };
}

/** The sections of a module, which begin behind its eight bytes of magic and version. */
function* sections(bytes, begin = 8) {
  const reader = new Reader(bytes, begin);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    yield { id, section: new Reader(reader.take(reader.number())) };
  }
}

function importedFunctions(section) {
  let functions = 0;
  for (let left = section.number(); left > 0; left -= 1) {
    section.text();
    section.text();
    if (section.byte() !== 0) throw new Failure("The module imports more than functions.");
    section.number();
    functions += 1;
  }
  return functions;
}

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** LEB128, unsigned */
  number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return this.take(this.number()).toString("utf8");
  }

  rest() {
    return this.bytes.subarray(this.at);
  }
}

await task(import.meta, rooms);
