/**
 * mulberry32: the same sequence for the same seed. `below(count)`: a whole number from 0 to `count` - 1; `one(list)`: an
 * element of a list; `some(list, count)`: as many different ones.
 */
export function generator(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (count) => next() % count;
  const some = (list, count) => {
    const rest = [...list];
    return Array.from({ length: count }, () => rest.splice(below(rest.length), 1)[0]);
  };
  return { below, one: (list) => list[below(list.length)], some };
}
