// Questions before something is done that cannot be taken back.
import { make } from "../elements.js";
import { button, labelled } from "./pieces.js";

/**
 * Asks, and says whether to go on.
 * @param {{ title: string, text: string, go: string, name?: string }} question  `name`: what has to be typed to go on
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, go, name }) {
  return new Promise((resolve) => {
    const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { "aria-labelledby": "dialog-title" }));
    const attributes = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", "data-testid": "confirm" };
    const typed = /** @type {HTMLInputElement} */ (make("input", attributes));
    let answer = false;
    const yes = /** @type {HTMLButtonElement} */ (
      button(
        go,
        () => {
          answer = true;
          dialog.close();
        },
        { class: "danger", "data-testid": "go" },
      )
    );
    const isRight = () => name === undefined || typed.value === name;
    yes.disabled = !isRight();
    typed.addEventListener("input", () => (yes.disabled = !isRight()));
    typed.addEventListener("keydown", ({ key }) => key === "Enter" && isRight() && yes.click());
    dialog.append(make("h2", { id: "dialog-title" }, title), make("p", {}, text));
    if (name !== undefined) dialog.append(labelled(`Type ${name} to confirm`, typed));
    dialog.append(
      make(
        "div",
        { class: "actions" },
        button("Cancel", () => dialog.close(), { class: "quiet" }),
        yes,
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
