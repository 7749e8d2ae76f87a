// What is used wrongly is a `TypeError` before anything runs, whose sentence says what to do.

/** Throws a `TypeError` with this sentence unless `met`. */
export function need(met: boolean, sentence: string): asserts met {
  if (!met) throw new TypeError(sentence);
}

/** Whether a value is an object, of whichever kind. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Whether a value is an object as `{}` makes it. */
export function isPlain(value: unknown): boolean {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Of another realm too: a plain object's prototype has none itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
