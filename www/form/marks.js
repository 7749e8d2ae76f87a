// What the module finds, at the control that it is about.

/** @import { Place } from "../json_places.js" */
/** @import { Said, Spot } from "./row.js" */

/** @typedef {Said & ({ place: Place } | { at: number })} Mark */
/** @typedef {Spot & { place: () => Place }} Placed */

/** Places as the module writes them: it puts a dot also before a name that has dots of its own. @param {Place} place */
export function keyOf(place) {
  return place.join(".");
}

/**
 * Shows each mark at the deepest spot on the way to its place, and nothing at the others.
 * @param {readonly Placed[]} spots
 * @param {readonly Mark[]} marks
 */
export function showMarks(spots, marks) {
  const all = spots.map((spot) => ({ spot, key: keyOf(spot.place()), said: /** @type {Said[]} */ ([]) }));
  for (const mark of marks) {
    if (!("place" in mark)) continue;
    const wanted = keyOf(mark.place);
    const near = all.filter(({ key }) => wanted === key || wanted.startsWith(`${key}.`));
    near.sort((one, other) => other.key.length - one.key.length)[0]?.said.push(mark);
  }
  for (const { spot, said } of all) show(spot, said);
}

/** @param {Spot} spot @param {readonly Said[]} said */
function show({ control, line }, said) {
  const { target } = control;
  const severity = said.some((one) => one.severity === "error") ? "error" : "warning";
  line.textContent = said.map(({ message }) => message).join("\n");
  if (said.length === 0) delete line.dataset.severity;
  else line.dataset.severity = severity;
  if (said.length > 0 && severity === "error" && !target.matches("[role=group], button"))
    target.setAttribute("aria-invalid", "true");
  else target.removeAttribute("aria-invalid");
  control.say?.(said);
  const help = line.parentElement?.querySelector(":scope > .member-head > .help");
  if (help) help.textContent = said.length > 0 && severity === "warning" ? "!" : "?";
}
