// Small pieces of the page, made with the DOM: text stays text.
import { inWords, meaning } from "./claims.js";
import { jsonText } from "./json_text.js";

/** @import { Change, Mark } from "./claims.js" */

/**
 * The element with an id, of the class that it must have.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`The page has no ${id}.`);
}

/**
 * @param {keyof HTMLElementTagNameMap} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A token as it is sent, its parts in their colours.
 * @param {string} token
 * @returns {Node[]}
 */
export function tokenParts(token) {
  const parts = token.split(".");
  if (parts.length !== 3) return [make("span", { class: "opaque" }, token)];
  const names = ["header", "payload", "signature"];
  return parts.flatMap((part, index) => [
    ...(index === 0 ? [] : ["."]).map((dot) => document.createTextNode(dot)),
    make("span", { class: names[index] ?? "" }, part),
  ]);
}

/**
 * Claims as JSON, each with a mark. The text of the whole is JSON.
 * @param {Record<string, unknown>} claims
 * @param {(name: string) => Mark} markOf
 * @returns {Node[]}
 */
export function claimLines(claims, markOf) {
  const names = Object.keys(claims);
  const lines = names.map((name, index) => {
    const value = jsonText(claims[name], "  ");
    const comma = index < names.length - 1 ? "," : "";
    return make(
      "span",
      { class: `claim ${markOf(name)}` },
      "  ",
      make("span", { class: "key" }, JSON.stringify(name)),
      `: ${value}${comma}\n`,
    );
  });
  return [document.createTextNode("{\n"), ...lines, document.createTextNode("}")];
}

/** @type {Record<Mark, string>} */
const MARKS = { same: "the same", changed: "changed", new: "new", gone: "left out" };

/**
 * What became of each claim, as a table that folds on a narrow screen.
 * @param {readonly Change[]} changes
 * @returns {HTMLElement}
 */
export function changesTable(changes) {
  const head = ["Claim", "Came in", "Goes out", "Result"].map((title) => make("span", { role: "columnheader" }, title));
  return make(
    "div",
    { role: "table", class: "table", "aria-labelledby": "changes-title" },
    make("div", { role: "row", class: "row head" }, ...head),
    ...changes.map(({ name, before, after, mark }) =>
      make(
        "div",
        { role: "row", class: `row ${mark}` },
        make(
          "span",
          { role: "rowheader", class: "claim-name" },
          make("code", {}, name),
          " ",
          make("small", {}, meaning(name)),
        ),
        make("span", { role: "cell", class: "before" }, ...valueOf(name, before)),
        make("span", { role: "cell", class: "after" }, ...valueOf(name, after)),
        make("span", { role: "cell", class: "mark" }, MARKS[mark]),
      ),
    ),
  );
}

/**
 * @param {string} name
 * @param {unknown} value
 * @returns {Node[]}
 */
function valueOf(name, value) {
  if (value === undefined) return [make("span", { class: "nothing", "aria-label": "not there" }, "–")];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const words = inWords(name, value);
  return [make("code", {}, text), ...(words === "" ? [] : [make("small", {}, ` ${words}`)])];
}
