// The rules as forms, or as JSON: one click from one to the other, with one text behind both.
import { element, make } from "./elements.js";
import { makeForm } from "./form/form.js";
import { showForms, useForms } from "./json_fields.js";
import { namesHere } from "./names_here.js";
import { RESOURCES } from "./rules.js";
import { exchangeSoon } from "./run.js";
import { schemaOf } from "./schema.js";

/** Makes the forms and the choice. Where the site was not built, there is the JSON alone. */
export async function makeRulesView() {
  const schemas = await Promise.all(RESOURCES.map(([, type]) => schemaOf(type))).catch(() => undefined);
  if (schemas === undefined) return;
  useForms(
    (name, how) => {
      const index = RESOURCES.findIndex(([field]) => field === name);
      const type = RESOURCES[index]?.[1] ?? "Client";
      return makeForm({ type, schema: schemas[index] ?? {}, labelledBy: `${name}-label`, names: namesHere, ...how });
    },
    exchangeSoon,
    () => show(false),
  );
  const buttons = /** @type {const} */ ([
    [true, "Form"],
    [false, "JSON"],
  ]).map(([isForm, title]) => {
    const button = make("button", { type: "button", "data-view": title.toLowerCase() }, title);
    button.addEventListener("click", () => show(isForm));
    return button;
  });
  const view = make("div", { class: "view", role: "group", "aria-label": "Show the rules as" }, ...buttons);
  element("rules-fields").before(view);
  show(true);

  /** @param {boolean} isForm */
  function show(isForm) {
    showForms(isForm);
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String((index === 0) === isForm)));
  }
}
