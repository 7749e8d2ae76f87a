/** The known name that was probably meant: one that differs by at most two letters, and by a third of them. */
export function nearest(name, known) {
  const measured = known.map((other) => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) }));
  const [best] = measured.sort((one, other) => one.distance - other.distance);
  if (best === undefined || best.distance > Math.min(2, Math.ceil(name.length / 3))) return undefined;
  return best.other;
}
// Levenshtein's: letters that are missing, too much or others.
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, letterThere] of [...other].entries()) {
      const changed = (row[place] ?? 0) + (letter === letterThere ? 0 : 1);
      next.push(Math.min(changed, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
