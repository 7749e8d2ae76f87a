// Assertions that need no runtime of their own: the suites run in Node, in workerd's client and in a page.

export class AssertionError extends Error {
  name = "AssertionError";
}

export function ok(value, what) {
  if (!value) throw new AssertionError(what);
}

export function equal(actual, expected, what) {
  if (Object.is(actual, expected)) return;
  throw new AssertionError(`${what}: ${show(actual)}, expected ${show(expected)}`);
}

export function same(actual, expected, what) {
  equal(canonical(actual), canonical(expected), what);
}

export function oneOf(actual, expected, what) {
  if (expected.includes(actual)) return;
  throw new AssertionError(`${what}: ${show(actual)}, expected one of ${show(expected)}`);
}

export function matches(actual, pattern, what) {
  if (typeof actual === "string" && pattern.test(actual)) return;
  throw new AssertionError(`${what}: ${show(actual)}, expected ${pattern}`);
}

function show(value) {
  const text = typeof value === "string" ? JSON.stringify(value) : canonical(value);
  return text?.length > 300 ? `${text.slice(0, 300)}…` : String(text);
}

// Members in one order, so that objects compare as JSON does.
function canonical(value) {
  return JSON.stringify(value, (_, inner) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
