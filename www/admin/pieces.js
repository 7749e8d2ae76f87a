// Small pieces that several views have.
import { make } from "../elements.js";

/** @typedef {import("./session.js").Fault} Fault */

/**
 * A button that does something and cannot be pressed again while it does.
 * @param {string} label
 * @param {() => unknown} action
 * @param {Record<string, string>} [attributes]
 */
export function button(label, action, attributes = {}) {
  const made = /** @type {HTMLButtonElement} */ (make("button", { type: "button", ...attributes }, label));
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-busy") === "true") return;
    made.setAttribute("aria-busy", "true");
    try {
      await action();
    } finally {
      made.removeAttribute("aria-busy");
    }
  });
  return made;
}

let fields = 0;

/**
 * A control with its label and, below it, what helps to fill it in.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {string} [help]
 */
export function labelled(label, control, help) {
  fields += 1;
  control.id = `field-${fields}`;
  const parts = [make("label", { for: control.id }, label), control];
  if (help !== undefined) {
    control.setAttribute("aria-describedby", `help-${fields}`);
    parts.push(make("small", { id: `help-${fields}` }, help));
  }
  return make("p", { class: "field" }, ...parts);
}

/** @param {string} label @param {HTMLInputElement} control */
export function checkbox(label, control) {
  return make("p", { class: "field check" }, make("label", {}, control, ` ${label}`));
}

/**
 * @param {readonly (readonly [value: string, label: string])[]} choices
 * @param {string} [chosen]
 */
export function select(choices, chosen = "") {
  const made = /** @type {HTMLSelectElement} */ (make("select", {}));
  made.append(...choices.map(([value, label]) => make("option", { value }, label)));
  made.value = chosen;
  return made;
}

/** @param {string} kind @param {string} sentence */
export function notice(kind, sentence) {
  return make("p", { class: `notice ${kind}`, ...(kind === "bad" ? { role: "alert" } : {}) }, sentence);
}

/** A table that scrolls by itself where it is wider than the screen. @param {string} label */
export function table(label, /** @type {readonly string[]} */ heads, /** @type {readonly Node[]} */ rows) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const made = make("table", {}, make("caption", { class: "unseen" }, label), make("thead", {}, head));
  made.append(make("tbody", {}, ...rows));
  return make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, made);
}

/** Seconds since 1970 as people read them. @param {number} seconds */
export function timeOf(seconds) {
  const date = new Date(seconds * 1000);
  const text = date.toISOString().replace("T", " ").slice(0, 19);
  return make("time", { datetime: date.toISOString(), title: `${text} UTC` }, date.toLocaleString());
}

/** @param {readonly Fault[]} faults */
export function sentences(faults) {
  return faults.map(({ path, sentence }) => (path === "" ? sentence : `${path}: ${sentence}`)).join(" ");
}
