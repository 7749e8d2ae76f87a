// The choice between a form and its JSON, of which one is shown: one click from one to the other.
import { make } from "./elements.js";

/** @typedef {"form" | "json"} ViewName */

const TITLES = /** @type {const} */ ([
  ["form", "Form"],
  ["json", "JSON"],
]);

/**
 * @param {string} label  what is shown so
 * @param {(name: ViewName) => void} chosen  by the reader
 */
export function viewChoice(label, chosen) {
  const buttons = TITLES.map(([name, title]) => {
    const button = make("button", { type: "button", "data-view": name }, title);
    button.addEventListener("click", () => chosen(name));
    return button;
  });
  return {
    element: make("div", { class: "view", role: "group", "aria-label": label }, ...buttons),
    /** Says which one is shown. @param {ViewName} shown */
    say(shown) {
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.view === shown));
    },
  };
}
