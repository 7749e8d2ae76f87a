// The rules as forms, or as JSON: one click from one to the other, with one text behind both.
import { element } from "./elements.js";
import { makeForm } from "./form/form.js";
import { showForms, useForms } from "./json_fields.js";
import { namesHere } from "./names_here.js";
import { RESOURCES } from "./rules.js";
import { exchangeSoon } from "./run.js";
import { schemaOf } from "./schema.js";
import { viewChoice } from "./view_choice.js";

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
  const choice = viewChoice("Show the rules as", (name) => show(name === "form"));
  element("rules-fields").before(choice.element);
  show(true);

  /** @param {boolean} isForm */
  function show(isForm) {
    showForms(isForm);
    choice.say(isForm ? "form" : "json");
  }
}
