// A link that holds a situation: in its fragment, which browsers send to nobody. It says what was changed in a preset, and not
// the whole: so keys and secrets, which each visit makes anew, need not be in it, and a token that was good is good again.

/** @typedef {(string | number)[]} Path */
/** @typedef {[path: Path, value: unknown] | [path: Path]} Step  sets a member, or removes it */

/**
 * @typedef {object} State
 * @property {string} preset
 * @property {readonly Step[]} [changes]  to its example
 * @property {string | undefined} [trial]  the one that is on
 * @property {unknown} [own]  of the reader's own token: never its signature
 */

const BEGIN = "#s=";
// Longer ones are cut off on their way through chats.
const LONGEST = 16_000;

const TIMES = ["exp", "iat", "nbf"];
// Those of resources (src/resource/secrets.rs), names that are written in their place by mistake, and the private members of a
// key that no claim is likely to have.
const SECRET = ["secret", "authorization", "password", "twoFactor", "client_secret", "Authorization", "k", "d"];
// The others of a key (RFC 7518 section 6.3.2, and AKP's), beside one of those that only a key has.
const PRIVATE = ["p", "q", "dp", "dq", "qi", "oth", "priv"];
const OF_KEY = ["kty", "n", "d"];
// A secret that was put where none belongs: a private key, as PEM or as the text of a JWK; what stands in a header; and what
// stands before the host of a URL.
const MISPLACED = [
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /"kty"\s*:[^]*"(?:d|k|priv)"\s*:|"(?:d|k|priv)"\s*:[^]*"kty"\s*:/,
  /^\s*(?:Basic|Bearer)\s+\S/i,
  /^\s*[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i,
];

/**
 * The fragment for a state.
 * @param {State} state
 */
export async function fragmentOf(state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return BEGIN + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The state that a fragment holds. Undefined: it holds none. Rejects for one that is damaged.
 * @param {string} fragment
 * @returns {Promise<State | undefined>}
 */
export async function stateOf(fragment) {
  if (!fragment.startsWith(BEGIN)) return undefined;
  if (fragment.length > LONGEST) throw new TypeError("The link is too long.");
  const binary = atob(fragment.slice(BEGIN.length).replaceAll("-", "+").replaceAll("_", "/"));
  const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const state = JSON.parse(await new Response(stream).text());
  if (typeof state?.preset !== "string") throw new TypeError("The link names no situation.");
  return state;
}

/**
 * What turns one example into another. Secrets are replaced by a mark, unless they are wanted; times are seconds from now.
 * @param {any} before
 * @param {any} after
 * @param {{ now: number, withSecrets: boolean }} how
 * @returns {Step[]}
 */
export function changesBetween(before, after, { now, withSecrets }) {
  /** @type {unknown[]} each secret has a number, so that those that are equal stay equal */
  const secrets = [before.client?.secret];
  return [...steps(before, after, [], false)];

  /**
   * @param {any} one
   * @param {any} other
   * @param {Path} path
   * @param {boolean} secret  whether it is one, or inside of one
   * @returns {Generator<Step>}
   */
  function* steps(one, other, path, secret) {
    if (JSON.stringify(one) === JSON.stringify(other)) return;
    if (other === undefined) yield [path];
    else if (!alike(one, other)) yield [path, packed(other, path.at(-1), secret)];
    else
      for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
        yield* steps(
          one[name],
          other[name],
          [...path, Array.isArray(other) ? Number(name) : name],
          secret || isSecret(name, other),
        );
  }

  /**
   * @param {any} value
   * @param {string | number | undefined} name  of the member that it is
   * @param {boolean} secret
   * @returns {unknown}
   */
  function packed(value, name, secret) {
    const isText = typeof value === "string" || typeof value === "number";
    if ((secret || isMisplaced(value)) && !withSecrets && isText) {
      if (!secrets.includes(value)) secrets.push(value);
      return { $secret: secrets.indexOf(value) };
    }
    if (typeof value === "number" && TIMES.includes(String(name))) return { $now: Math.round(value - now) };
    if (Array.isArray(value)) return value.map((one) => packed(one, undefined, secret));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, packed(one, key, secret || isSecret(key, value))]),
    );
  }
}

/**
 * Changes an example as a link says.
 * @param {any} example  changed in place
 * @param {readonly Step[]} changes
 * @param {{ now: number, newSecret: () => string }} how
 */
export function applyChanges(example, changes, { now, newSecret }) {
  /** @type {Map<number, unknown>} */
  const secrets = new Map([[0, example.client?.secret]]);
  for (const [path, value] of changes) {
    const parent = path.slice(0, -1).reduce((at, name) => own(at, name), example);
    const name = path.at(-1);
    if (typeof parent !== "object" || parent === null || name === undefined || name === "__proto__") continue;
    if (value === undefined) delete parent[name];
    else parent[name] = unpacked(value);
  }

  /**
   * @param {any} value
   * @returns {unknown}
   */
  function unpacked(value) {
    if (Array.isArray(value)) return value.map(unpacked);
    if (typeof value !== "object" || value === null) return value;
    if (typeof value.$now === "number") return now + value.$now;
    if (typeof value.$secret === "number") {
      if (!secrets.has(value.$secret)) secrets.set(value.$secret, newSecret());
      return secrets.get(value.$secret);
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unpacked(one)]));
  }
}

/** Whether a member of an object is a secret. @param {string} name @param {object} parent */
function isSecret(name, parent) {
  return SECRET.includes(name) || (PRIVATE.includes(name) && OF_KEY.some((one) => one in parent));
}

/** Whether a text is a secret whatever the name of its member is. @param {unknown} value */
function isMisplaced(value) {
  return typeof value === "string" && MISPLACED.some((form) => form.test(value));
}

/** @param {any} one @param {any} other */
function alike(one, other) {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (!Array.isArray(one)) return !Array.isArray(other);
  return Array.isArray(other) && one.length === other.length;
}

/** @param {any} value @param {string | number} name */
function own(value, name) {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? value[name] : undefined;
}
