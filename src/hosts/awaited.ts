/**
 * The same promise, which says what to do when it is used like what it promises. `example`: how to write it; `members`:
 * what is looked for first in what it promises.
 */
export function toBeAwaited<T extends object>(
  promise: Promise<T>,
  example: string,
  members: readonly (keyof T & string)[],
): Promise<T> {
  // Not enumerable: nobody who only looks at a promise meets them.
  const get = (): never => {
    throw new TypeError(`this is a promise, not yet its result: write ${example}`);
  };
  for (const member of members) Object.defineProperty(promise, member, { get, configurable: true });
  return promise;
}
