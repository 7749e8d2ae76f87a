// The exchange drawn: each claim on its way from the token that came in, through the rules, into the one that goes out. What is
// drawn the list of claims says in words; of a refusal it shows at which check the way ends.
import { inWords } from "./claims.js";
import { changes } from "./diff.js";
import { element } from "./elements.js";
import { CHECKS } from "./reasons.js";
import { svg } from "./svg.js";

/** @import { Change, Mark } from "./diff.js" */

const ROW = 30;
const TOP = 30;
const NARROW = 560;
// A letter's width in pixels, of the font in page.css.
const LETTER = 7.3;

/** @typedef {{ before: Record<string, unknown>, after: Record<string, unknown> | undefined, failed: number | undefined }} Shown */

/** @type {Shown | undefined} */
let shown;

export function makeFlow() {
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry?.contentRect.width ?? 0);
    if (now === width || now === 0) return;
    width = now;
    draw(width, false);
  }).observe(element("flow"));
}

/**
 * @param {Record<string, unknown>} before  claims of the token that came in
 * @param {Record<string, unknown> | undefined} after  of the one that goes out; undefined: it was refused
 * @param {number | undefined} failed  which of the CHECKS refused it
 */
export function showFlow(before, after, failed) {
  shown = { before, after, failed };
  draw(element("flow").clientWidth, true);
}

/** @param {number} width @param {boolean} isNew */
function draw(width, isNew) {
  if (shown === undefined || width === 0) return;
  const { before, after, failed } = shown;
  const rows = changes(before, after ?? {});
  const height = TOP + rows.length * ROW + 12;
  const label = after === undefined ? refusal(failed) : sentenceOf(rows);
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": label,
    class: isNew ? "new" : "",
  });
  const side = Math.min(width < NARROW ? width * 0.33 : width * 0.36, 420);
  const gates = gatesOf(side, width - side, height, after === undefined ? failed : undefined);
  picture.append(title(0, "In", "start"), title(width, after === undefined ? "" : "Out", "end"), ...gates.pictures);
  rows.forEach((row, index) => {
    const y = TOP + index * ROW + ROW / 2;
    picture.append(...claim(row, y, side, width, after === undefined, gates.stop));
  });
  element("flow").replaceChildren(picture);
  element("flow-what").textContent = label;
}

/**
 * The five checks between the two tokens.
 * @param {number} from
 * @param {number} to
 * @param {number} height
 * @param {number | undefined} failed
 */
function gatesOf(from, to, height, failed) {
  const step = (to - from) / (CHECKS.length + 1);
  const pictures = CHECKS.map(({ title }, index) => {
    const x = from + step * (index + 1);
    const state = failed === undefined || index < failed ? "good" : index === failed ? "failed" : "open";
    const group = svg("g", { class: `gate ${state}` });
    const number = svg("text", { x, y: 17, "text-anchor": "middle" }, String(index + 1));
    group.append(
      svg("title", {}, title),
      svg("path", { d: `M${x} ${TOP - 4}V${height - 6}` }),
      svg("circle", { cx: x, cy: 12, r: 10 }),
      number,
    );
    return group;
  });
  return { pictures, stop: failed === undefined ? to : from + step * (failed + 1) };
}

/**
 * @param {Change} change
 * @param {number} y
 * @param {number} side  the width of a token
 * @param {number} width
 * @param {boolean} isRefused
 * @param {number} stop  where the way of a refused token ends
 */
function claim({ name, before, after, mark }, y, side, width, isRefused, stop) {
  const kind = isRefused ? "stopped" : mark;
  const out = width - side;
  const [left, right] = [mark !== "added", !isRefused && mark !== "removed"];
  // Where the last check is: what is left out ends there, what is added begins there.
  const last = side + ((out - side) / (CHECKS.length + 1)) * CHECKS.length;
  const from = left ? side : last;
  const to = isRefused ? stop : right ? out : last;
  const way = svg("path", { class: `way ${kind}`, d: `M${from} ${y}H${to - (right ? 6 : 0)}`, pathLength: 1 });
  const parts = [way];
  if (right) parts.push(svg("path", { class: `head ${kind}`, d: `M${to - 7} ${y - 4}l6 4-6 4` }));
  else parts.push(svg("path", { class: `end ${kind}`, d: `M${to - 4} ${y - 4}l8 8m0-8l-8 8` }));
  if (left) parts.push(...box(name, before, 0, side, y, kind));
  if (right) parts.push(...box(name, after, out, side, y, kind));
  return parts;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} x
 * @param {number} width
 * @param {number} y
 * @param {Mark | "stopped"} kind
 */
function box(name, value, x, width, y, kind) {
  const room = Math.floor((width - 16) / LETTER);
  const text = told(name, value);
  const rest = room - name.length - 1;
  const label = svg("text", { x: x + 8, y: y + 4.5 });
  label.append(svg("tspan", { class: "claim" }, cut(name, room)));
  if (rest > 3) label.append(svg("tspan", { dx: 6 }, cut(text, rest)));
  return [svg("rect", { class: `box ${kind}`, x: x + 0.5, y: y - 12.5, width: width - 1, height: 25, rx: 6 }), label];
}

/**
 * A value in few letters: the clock for a date, a URL without what all of them begin with.
 * @param {string} name
 * @param {unknown} value
 */
function told(name, value) {
  const clock = inWords(name, value).split(", ")[0];
  if (clock) return clock;
  return typeof value === "string" ? value.replace(/^https:\/\//, "") : JSON.stringify(value);
}

/** @param {number} x @param {string} text @param {string} anchor */
function title(x, text, anchor) {
  return svg("text", { class: "flow-title", x, y: 17, "text-anchor": anchor }, text);
}

/** @param {number | undefined} failed */
function refusal(failed) {
  const check = failed === undefined ? undefined : CHECKS[failed];
  return check === undefined
    ? "It was refused before the first check."
    : `Nothing got further than check ${Number(failed) + 1}: ${check.title}`;
}

/** @param {readonly Change[]} rows */
function sentenceOf(rows) {
  const words = /** @type {const} */ (["kept", "narrowed", "replaced", "added", "removed"]).flatMap((mark) => {
    const names = rows.filter((row) => row.mark === mark).map(({ name }) => name);
    return names.length === 0 ? [] : [`${mark}: ${names.join(", ")}`];
  });
  const text = words.join("; ");
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** @param {string} text @param {number} length */
function cut(text, length) {
  return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`;
}
