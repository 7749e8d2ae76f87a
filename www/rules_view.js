// The rules as forms, or as JSON: one click from one to the other, with one text behind both.
import { element, make } from "./elements.js";
import { showForms, useForms } from "./fields.js";
import { RESOURCES } from "./rules.js";
import { exchangeSoon } from "./run.js";

/** Makes the forms and the choice. Where the site was not built, there is the JSON alone. */
export async function makeRulesView() {
  const [forms] = await Promise.all([import("./form/form.js"), import("./edge-sts/openapi/resources.js")]).catch(
    () => [],
  );
  if (forms === undefined) return;
  await useForms(
    (name, how) => {
      const type = RESOURCES.find(([field]) => field === name)?.[1] ?? "Client";
      return forms.makeForm({ type, labelledBy: `${name}-label`, ...how });
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
  element("rules-fields").before(
    make("div", { class: "view", role: "group", "aria-label": "Show the rules as" }, ...buttons),
  );
  show(true);

  /** @param {boolean} isForm */
  function show(isForm) {
    showForms(isForm);
    for (const [index, button] of buttons.entries())
      button.setAttribute("aria-pressed", String((index === 0) === isForm));
  }
}
