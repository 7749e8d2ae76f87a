import { createHash } from "node:crypto";
import fs, { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Does `work` unless its outputs are there and its inputs are what they were when it was done last.
 * `inputs`: patterns of files; `stamp`: the file that remembers. `also`: what else decides about the outputs; those of
 * any of these serve, and `work` makes those of the first. Gives a note for the step's line.
 */
export async function unlessUpToDate({ inputs, outputs, stamp, also = [""] }, work) {
  const digests = also.map((text) => digestOf(inputs, text));
  const stamped = existsSync(stamp) ? readFileSync(stamp, "utf8") : undefined;
  if (digests.includes(stamped) && outputs.every((file) => existsSync(file))) return "up to date";
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digests[0]);
  return undefined;
}

function digestOf(patterns, also) {
  const hash = createHash("sha256").update(also);
  for (const file of fs.globSync(patterns).sort()) hash.update(`\0${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}
