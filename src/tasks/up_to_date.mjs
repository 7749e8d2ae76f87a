import { createHash } from "node:crypto";
import fs, { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Does `work` unless its outputs are there and its inputs are what they were when it was done last.
 * `inputs`: patterns of files; `stamp`: the file that remembers. Gives a note for the step's line.
 */
export async function unlessUpToDate({ inputs, outputs, stamp, also = "" }, work) {
  const digest = digestOf(inputs, also);
  const same = existsSync(stamp) && readFileSync(stamp, "utf8") === digest && outputs.every((file) => existsSync(file));
  if (same) return "up to date";
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  return undefined;
}

function digestOf(patterns, also) {
  const hash = createHash("sha256").update(also);
  for (const file of fs.globSync(patterns).sort()) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}
