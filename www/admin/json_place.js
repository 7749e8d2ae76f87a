// Where a member stands in JSON text, so that a fault can be shown at its place.

/**
 * The steps of a path such as `Client.auth.token_exchange.audience[0]`, without the type.
 * @param {string} path
 * @returns {(string | number)[]}
 */
export function stepsOf(path) {
  const [, ...names] = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  return names.map((name) => (name.startsWith("[") ? Number(name.slice(1, -1)) : name));
}

/**
 * The place of the member that the steps lead to, or of the nearest one on the way that is there.
 * @param {string} text  JSON; what is not leads to the beginning
 * @param {readonly (string | number)[]} steps
 * @returns {{ from: number, to: number }}
 */
export function placeOf(text, steps) {
  const reader = { text, at: 0 };
  const best = { from: 0, to: 0, depth: -1 };
  try {
    walk(reader, steps, 0, best, 0);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { from: best.from, to: best.to };
}

/** @param {string} text @param {number} at */
export function lineOf(text, at) {
  return text.slice(0, at).split("\n").length;
}

/** @typedef {{ text: string, at: number }} Reader */

/**
 * Reads one value. `depth`: how many steps have led here, -1 if another way was taken.
 * @param {Reader} reader
 * @param {readonly (string | number)[]} steps
 * @param {number} depth
 * @param {{ from: number, to: number, depth: number }} best
 * @param {number} from  where the member begins, with its name
 */
function walk(reader, steps, depth, best, from) {
  skipSpace(reader);
  const first = reader.text[reader.at];
  const begin = reader.at;
  if (first === "{" || first === "[") {
    reader.at += 1;
    for (let index = 0; ; index += 1) {
      skipSpace(reader);
      if (reader.text[reader.at] === (first === "{" ? "}" : "]")) break;
      if (index > 0) expect(reader, ",");
      skipSpace(reader);
      const start = reader.at;
      const step = first === "{" ? JSON.parse(string(reader)) : index;
      if (first === "{") {
        skipSpace(reader);
        expect(reader, ":");
      }
      walk(reader, steps, depth >= 0 && steps[depth] === step ? depth + 1 : -1, best, start);
    }
    reader.at += 1;
  } else if (first === '"') {
    string(reader);
  } else {
    const literal = /^[^\s,\]}]+/.exec(reader.text.slice(reader.at));
    if (literal === null) throw new SyntaxError("no value");
    reader.at += literal[0].length;
  }
  if (depth > best.depth)
    Object.assign(best, { from: depth === 0 ? begin : from, to: depth === 0 ? begin : reader.at, depth });
}

/** @param {Reader} reader */
function string(reader) {
  const found = /^"(?:[^"\\]|\\.)*"/s.exec(reader.text.slice(reader.at));
  if (found === null) throw new SyntaxError("no string");
  reader.at += found[0].length;
  return found[0];
}

/** @param {Reader} reader */
function skipSpace(reader) {
  while (/\s/.test(reader.text[reader.at] ?? "")) reader.at += 1;
}

/** @param {Reader} reader @param {string} sign */
function expect(reader, sign) {
  if (reader.text[reader.at] !== sign) throw new SyntaxError(`no ${sign}`);
  reader.at += 1;
}
