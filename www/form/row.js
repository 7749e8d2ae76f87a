// One member of a form: its label and its own name, what helps to fill it in, the control, and what the module finds at it.
import { make } from "../elements.js";
import { prose } from "../prose.js";
import { isLabel } from "./shape.js";

/** @import { Schema } from "../schema.js" */
/** @import { Names } from "../expression_names.js" */
/** @import { Place } from "../json_places.js" */

/**
 * What the module says of a place.
 * @typedef {{ message: string, severity: "error" | "warning" }} Said
 */

/**
 * What the parts of a form need of the whole.
 * @typedef {object} Form
 * @property {(place: Place, value: unknown) => void} put  changes the JSON; `undefined` removes
 * @property {(place: Place, name: string) => void} rename
 * @property {(focus?: Place) => void} draw  draws everything anew, and gives the focus to a place
 * @property {(place: Place, isRow: boolean) => void} add  shows a member that is not there yet, or one more row of a list
 * @property {(place: Place) => void} forget  a member that was added
 * @property {(place: Place) => boolean} hasAdded
 * @property {(place: Place) => boolean} hasMore  whether a list has a row that is not in the JSON
 * @property {(place: Place) => void} showJson
 * @property {() => Names} names  that expressions may read
 * @property {() => string} newId
 * @property {(place: () => Place, spot: Spot) => void} spot  what the module finds at this place stands here
 */

/**
 * @typedef {object} Control
 * @property {HTMLElement} element
 * @property {HTMLElement} target  what has the focus; another one once an editor takes its place
 * @property {boolean} [isWide]
 * @property {(said: readonly Said[]) => void} [say]  for what shows findings in a way of its own, too
 */

/** @typedef {{ control: Pick<Control, "target" | "say">, line: HTMLElement }} Spot */

/**
 * @param {Form} form
 * @param {object} about
 * @param {Place} about.place
 * @param {Schema} about.schema
 * @param {(id: string, label: string) => Control} about.control  gets the id that the label names
 * @param {() => void} [about.remove]
 */
export function row(form, { place, schema, control, remove }) {
  const name = String(place.at(-1));
  const label = isLabel(schema.title) ? schema.title : name;
  const id = form.newId();
  const made = control(id, label);
  const { element, target, isWide } = made;
  const help = make("p", { class: "member-help", id: `${id}-help`, hidden: "" }, ...prose(helpOf(schema)));
  const line = findingLine(form, () => place, made, [help.id]);
  const isFlag = target.matches("[type=checkbox]");
  const title = isFlag
    ? make("label", { class: "switch" }, element, make("span", {}, label))
    : labelFor(target, id, label);
  const head = make(
    "div",
    { class: "member-head" },
    title,
    make("code", { class: "member-name" }, name),
    helpButton(help, label),
  );
  const body = isFlag ? [] : [make("div", { class: "member-control" }, element)];
  const kind = isWide || isFlag ? "member wide" : "member";
  const whole = make("div", { class: kind, "data-member": place.join(".") }, head, ...body, help, line);
  if (remove !== undefined) head.after(iconButton("×", `Remove: ${label}`, remove, "remove"));
  return whole;
}

/** @param {HTMLElement} target @param {string} id @param {string} label */
function labelFor(target, id, label) {
  if (target.matches("input, select")) return make("label", { for: id, id: `${id}-label` }, label);
  return make("span", { class: "label", id: `${id}-label` }, label);
}

/**
 * The line below a control that says what the module finds there; it is part of what describes the control.
 * @param {Form} form
 * @param {() => Place} place
 * @param {Pick<Control, "target" | "say">} control
 * @param {readonly string[]} [described]  ids
 */
export function findingLine(form, place, control, described = []) {
  const line = make("p", { class: "finding", id: form.newId() });
  control.target.setAttribute("aria-describedby", [...described, line.id].join(" "));
  form.spot(place, { control, line });
  return line;
}

/** @param {HTMLElement} help @param {string} label */
function helpButton(help, label) {
  const attributes = { "aria-expanded": "false", "aria-controls": help.id };
  const button = iconButton(
    "?",
    `About: ${label}`,
    () => {
      help.hidden = !help.hidden;
      button.setAttribute("aria-expanded", String(!help.hidden));
    },
    "help",
  );
  for (const [name, value] of Object.entries(attributes)) button.setAttribute(name, value);
  return button;
}

/**
 * @param {string} sign
 * @param {string} label
 * @param {() => void} action
 * @param {string} kind
 */
export function iconButton(sign, label, action, kind) {
  const button = make("button", { type: "button", class: `icon ${kind}`, "aria-label": label, title: label }, sign);
  button.addEventListener("click", action);
  return button;
}

/** @param {string} label @param {() => void} action @param {Record<string, string>} [attributes] */
export function textButton(label, action, attributes = {}) {
  const button = make("button", { type: "button", class: "more", ...attributes }, label);
  button.addEventListener("click", action);
  return button;
}

/**
 * A control of rows, with a button for one more.
 * @param {{ id: string, label: string }} about
 * @param {HTMLElement} rows
 * @param {HTMLElement} add
 * @returns {Control}
 */
export function grouped({ id }, rows, add) {
  const element = make("div", { id, role: "group", "aria-labelledby": `${id}-label` }, rows, add);
  return { element, target: element, isWide: true };
}

/** @param {Schema} schema */
function helpOf({ description = "", default: usual }) {
  if (usual === undefined) return description;
  return `${description} Default: \`${[usual].flat().join(" ")}\`.`;
}
