// A case: one rule of a standard, and how to see whether it is kept.

/**
 * Cases of one part from rows [name, section, level, says, run]. `says` is the standard's sentence, shortened.
 * `needs` gives why a target cannot be asked at all, or undefined.
 */
export function cases(rows, needs) {
  return rows.map(([name, section, level, says, run]) => {
    if (level !== "MUST" && level !== "SHOULD") throw new TypeError(`${name}: level`);
    return { name, section, level, says, run, missing: needs };
  });
}

export const MUST = "MUST";
export const SHOULD = "SHOULD";

export const needsMint = ({ subject }) =>
  subject.mint ? undefined : "the suite cannot mint subject tokens of this target";

/** What the target's file must have. */
export function needs(...names) {
  return (target) => {
    const name = names.find((one) => target[one] === undefined || target[one].length === 0);
    return name === undefined ? undefined : `the target's file has no ${name}`;
  };
}
