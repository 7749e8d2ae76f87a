import { randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { createSts } from "../node.js";
import { readArguments } from "./arguments.js";
import { Failure, Misuse, toldAsFailure } from "./failure.js";
import { keySetOf } from "./json_place.js";
import type { Description } from "./options.js";
import { readText } from "./resource_files.js";
import {
  newKeySet,
  newSigningKey,
  type PrivateJwk,
  type PrivateJwkSet,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from "./signing_key.js";
import { print, tell } from "./terminal.js";

export const description = {
  name: "keys",
  parameters: [
    "[--alg ALG] [--out FILE]",
    "FILE --add [--alg ALG] [--out FILE]",
    "FILE --rotate [KID] [--out FILE]",
    "FILE --remove KID [--out FILE]",
  ],
  about: `Makes a private JWK Set for STS_SIGNING_KEYS, and says on stderr which key does what. The first key signs; the others
verify and are published. Without an option it makes a set with one new key.`,
  options: {
    add: { says: "adds a new key after the others: published, but not signing yet" },
    rotate: {
      before: "[KID]",
      says: "moves the key KID to the front, so that it signs; without KID a new key",
    },
    remove: { value: "KID", says: "removes the key KID" },
    alg: {
      value: "ALG",
      words: SIGNING_ALGORITHMS,
      says: `the algorithm of a new key: ${SIGNING_ALGORITHMS.join(", ")} (default: ES256)`,
    },
    out: {
      value: "FILE",
      says: "writes a file that only its owner can read. It replaces no file but the one that it changes. Without --out the set goes to stdout",
    },
  },
  more: `To change the key without refusing any token: --add; wait until everybody has read the key set again (300 s);
--rotate KID; wait until the last token of the old key has expired; --remove KID.`,
  files: 2,
} as const satisfies Description;

/** edge-sts keys */
export async function run(parameters: string[]): Promise<number> {
  const { values, positionals } = readArguments(parameters, description);
  const [file, kid] = positionals;
  const changes = [values.add === true, values.rotate === true, values.remove !== undefined].filter(Boolean).length;
  if (changes > 1) throw new Misuse("Do one change at a time.");
  if (changes === 0 && file !== undefined)
    throw new Misuse("Say what to do with the file: --add, --rotate or --remove.");
  if (changes === 1 && file === undefined) throw new Misuse("Name the file that holds the key set.");
  if (kid !== undefined && values.rotate !== true) throw new Misuse("Name one file.");
  const alg = algorithm(values.alg);

  const set = file === undefined ? newKeySet(alg) : readKeySet(file);
  if (values.add === true) set.keys.push(newSigningKey(alg));
  if (values.rotate === true) set.keys.unshift(kid === undefined ? newSigningKey(alg) : taken(set, kid));
  if (values.remove !== undefined) taken(set, values.remove);
  // The service itself says whether it could use them.
  await toldAsFailure(() => createSts({ issuer: "https://sts.invalid", signingKeys: set, resources: [] }));
  const made = `${JSON.stringify(set)}\n`;
  if (values.out === undefined) print(made);
  else writeForTheOwner(values.out, made, values.out === file);
  const [signs, ...others] = set.keys.map((key) => `${key.kid ?? "(without kid)"} ${String(key["alg"])}`);
  tell(`signs: ${signs ?? ""}`);
  for (const key of others) tell(`verifies: ${key}`);
  return 0;
}

function algorithm(name: string | undefined): SigningAlgorithm | undefined {
  const found = SIGNING_ALGORITHMS.find((alg) => alg === name);
  if (found === undefined && name !== undefined) throw new Misuse(`--alg is one of ${SIGNING_ALGORITHMS.join(", ")}.`);
  return found;
}

/** The private JWK Set of a file. */
export function readKeySet(file: string): PrivateJwkSet {
  return keySetOf<PrivateJwk>(file, readText(file), `${file}: it must hold a private JWK Set, {"keys": [...]}.`);
}

// Whole or not at all: what is replaced are the keys of a service that runs.
function writeForTheOwner(file: string, text: string, replace: boolean): void {
  const place = replace ? `${file}.${randomUUID()}` : file;
  try {
    writeFileSync(place, text, { flag: "wx", mode: 0o600 });
    if (replace) renameSync(place, file);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new Failure(`${file}: ${isThere ? "it is there already; name a new file." : "it cannot be written."}`);
  }
}

function taken(set: PrivateJwkSet, kid: string) {
  const index = set.keys.findIndex((key) => key.kid === kid);
  const [key] = index < 0 ? [] : set.keys.splice(index, 1);
  if (key === undefined) throw new Failure("There is no key with this kid in the file.");
  return key;
}
