/** `Type/id`: the key of a resource. */
export function keyOf({ type, id }) {
  return `${type}/${id}`;
}
/** Throws a `TypeError` for what no caller may ask for. */
export function checkTransaction(changes) {
  const names = new Set(changes.map(keyOf));
  if (names.size < changes.length) throw new TypeError("a resource must stand in a transaction at most once");
  if (changes.some(({ expected, version }) => !(version > expected))) {
    throw new TypeError("the version of a change must be greater than the expected one");
  }
}
/** Why the transaction cannot be made; undefined when it can. Look-ups of the resources that it names count as free. */
export function refusal(changes, present) {
  const outdated = changes.findIndex((change) => present.versionOf(change) !== change.expected);
  if (outdated >= 0) return { outdated };
  const named = new Set(changes.map(keyOf));
  const claimed = new Map();
  for (const [taken, change] of changes.entries()) {
    const claimant = keyOf(change);
    for (const key of uniqueOf(change)) {
      const stored = present.holderOf(key);
      const holder = claimed.get(key) ?? (stored === undefined || named.has(stored) ? claimant : stored);
      if (holder !== claimant) return { taken, key, holder };
      claimed.set(key, claimant);
    }
  }
  return undefined;
}
/** The unique look-ups that the resource has after the change: none when it is deleted. */
export function uniqueOf({ document, unique }) {
  return document === null ? [] : [...new Set(unique)];
}
/** The shared look-ups that the resource has after the change. */
export function sharedOf({ document, shared }) {
  return document === null ? [] : [...new Set(shared)];
}
