// The text of a resource: as a form made of the schema, and beside it as JSON. Each follows the other, and what is found is marked
// in both. Where they have no room side by side, one of them is shown, and the other one is a click away.
import { make } from "../elements.js";
import { namesIn } from "../expression_names.js";
import { makeForm } from "../form/form.js";
import { valueOf } from "../json_text.js";
import { schemaOf } from "../schema.js";
import { viewChoice } from "../view_choice.js";
import { marksOf } from "./check.js";
import { makeEditor } from "./editor.js";

/** @typedef {import("./check.js").Finding} Finding */
/** @typedef {import("../view_choice.js").ViewName} ViewName */

const TITLE = "resource-form-title";

/**
 * @param {object} options
 * @param {import("./kinds.js").ResourceType} options.type
 * @param {string} options.text
 * @param {() => void} options.changed  by the reader
 */
export async function makeEdit({ type, text, changed }) {
  // Where the site was not built, there is the JSON alone.
  const schema = await schemaOf(type).catch(() => undefined);
  const names = () => namesIn(valueOf(editor.text));
  const editor = makeEditor({
    type,
    label: "JSON",
    text,
    names,
    reveal: () => choose("json"),
    changed(now) {
      fillForm(now);
      changed();
    },
  });
  const masked = make(
    "p",
    { class: "what" },
    make("code", {}, "***"),
    " stands for a secret that is stored. Leave it to keep that secret.",
  );
  const form =
    schema &&
    makeForm({
      type,
      schema,
      names,
      labelledBy: TITLE,
      // The address of the resource has it, or the field for the id of a new one.
      elsewhere: ["id"],
      changed(now) {
        editor.set(now);
        sayMasked(now);
        changed();
      },
      showJson: editor.go,
    });
  const element = make("div", { class: "edit" });
  const choice = viewChoice("Show the resource as", choose);
  /** @type {ViewName} */
  let shown = "json";
  /** @type {Partial<Record<ViewName, number>>} how far the page was scrolled in each */
  const scrolled = {};
  if (form !== undefined) {
    const title = make("p", { class: "title-of-form", id: TITLE }, "Form");
    const bar = make("div", { class: "choose-view" }, choice.element);
    element.append(bar, make("div", { class: "as-form" }, title, masked, form.element));
    shown = "form";
  }
  element.append(editor.element);
  say();
  fillForm(text);

  return {
    element,
    get text() {
      return editor.text;
    },

    /** Puts a text in place of the one that is there, without a call of `changed`. @param {string} now */
    set(now) {
      editor.set(now);
      fillForm(now);
    },

    /** As `set`, and a secret that was typed does not come back with "undo". @param {string} now */
    begin(now) {
      editor.begin(now);
      fillForm(now);
    },

    /** Shows faults and doubts at their places. @param {readonly Finding[]} findings */
    show(findings) {
      editor.show(findings);
      form?.mark(marksOf(findings));
    },
  };

  /**
   * Shows one of the two, where the page was when it was shown last. Side by side, both are shown, and nothing moves.
   * @param {ViewName} name
   */
  function choose(name) {
    if (form === undefined || name === shown) return;
    scrolled[shown] = scrollY;
    shown = name;
    say();
    if (!choice.element.checkVisibility()) return;
    const top = Math.max(0, element.getBoundingClientRect().top + scrollY);
    scrollTo({ top: scrolled[name] ?? Math.min(scrollY, top), behavior: "instant" });
  }

  function say() {
    element.dataset.shown = shown;
    choice.say(shown);
  }

  /** @param {string} now */
  function fillForm(now) {
    form?.fill(now);
    sayMasked(now);
  }

  /** @param {string} now */
  function sayMasked(now) {
    masked.hidden = !now.includes('"***"');
  }
}
