// Who acts for whom, drawn: the subject on top, below it everybody who acts for it, the last one first.
import { svg } from "./svg.js";

const ROW = 62;
const WIDTH = 320;

/** @typedef {{ name: string, role: string, verb?: string }} Link  `verb`: what it does with the one above it */

/**
 * The subject and its actors.
 * @param {Record<string, unknown>} claims
 * @returns {Link[]} empty where nobody acts
 */
export function chainOf(claims) {
  /** @type {Link[]} */
  const links = [];
  let act = /** @type {Record<string, unknown> | undefined} */ (claims.act);
  while (typeof act === "object" && act !== null) {
    links.push({ name: String(act.sub), role: links.length === 0 ? "acts now" : "acted before" });
    act = /** @type {Record<string, unknown> | undefined} */ (act.act);
  }
  return links.length === 0
    ? []
    : [{ name: String(claims.sub), role: "the subject: whose rights these are" }, ...links];
}

/**
 * The chain in a sentence.
 * @param {readonly Link[]} chain
 */
export function chainText([subject, now, ...before]) {
  const earlier = before.map(({ name }) => name).join(", and before that ");
  return `${now?.name} acts for ${subject?.name}${earlier === "" ? "" : `; before, ${earlier} did`}.`;
}

/**
 * The chain as a picture, with a sentence as its text.
 * @param {readonly Link[]} chain
 * @param {string} [sentence]
 */
export function chainPicture(chain, sentence = chainText(chain)) {
  const height = chain.length * ROW - 14;
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": sentence });
  chain.forEach(({ name, role, verb }, index) => {
    const y = index * ROW + 24;
    const link = svg("g", { class: "link" });
    picture.append(link);
    if (index > 0) {
      link.append(
        svg("path", { class: "chain-line", d: `M24 ${y - 22}V${y - ROW + 26}m-5 6 5-6 5 6` }),
        svg("text", { class: "chain-verb", x: 38, y: y - ROW / 2 + 4 }, verb ?? (index === 1 ? "acts for" : "after")),
      );
    }
    const kind = index === 0 ? "subject" : index === 1 ? "now" : "before";
    link.append(
      svg("circle", { class: `chain-node ${kind}`, cx: 24, cy: y, r: 18 }),
      svg("text", { class: "chain-letter", x: 24, y: y + 5 }, (name[0] ?? "?").toUpperCase()),
      svg("text", { class: "chain-name", x: 56, y: y - 2 }, shortened(name)),
      svg("text", { class: "chain-role", x: 56, y: y + 15 }, role),
    );
  });
  return picture;
}

/** @param {string} name */
function shortened(name) {
  return name.length <= 32 ? name : `${name.slice(0, 31)}…`;
}
