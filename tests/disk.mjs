// Which of some secrets are on disk: every byte of every file in a folder is searched.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/**
 * `secrets`: names and texts of at least 32 letters, drawn at random. Gives for each name that was found the files that
 * hold it. A text is found by any 16 letters of it that begin at a multiple of 16, since SQLite may lay a value over two
 * pages; and where it stands in UTF-16, which V8 writes for a text with a letter beyond Latin.
 */
export function secretsIn(folder, secrets) {
  const pieces = new Map();
  for (const [name, text] of Object.entries(secrets)) {
    if (text.length < 32) throw new Error(`${name} is too short to be searched`);
    for (let at = 0; at + PIECE <= text.length; at += PIECE) pieces.set(text.slice(at, at + PIECE), name);
  }
  const found = new Map();
  for (const file of filesIn(folder)) {
    const text = readFileSync(file, "latin1").replaceAll("\0", "");
    for (let at = 0; at + PIECE <= text.length; at++) {
      const name = pieces.get(text.slice(at, at + PIECE));
      if (name !== undefined) found.set(name, (found.get(name) ?? new Set()).add(relative(folder, file)));
    }
  }
  return found;
}

/**
 * None of `absent` is in the folder, and each of `present`, which proves that the search finds what is there. Gives the
 * files of each, as `secretsIn` does.
 */
export function onlyTheseIn(folder, absent, present) {
  const found = secretsIn(folder, { ...absent, ...present });
  const among = (secrets) => [...found.keys()].filter((name) => name in secrets).sort();
  assert.deepEqual(among(absent), [], "what must not be stored");
  assert.deepEqual(among(present), Object.keys(present).sort(), "what the search must find");
  return found;
}

const PIECE = 16;

export function filesIn(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
