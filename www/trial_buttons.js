// The buttons of the trials that a situation has, and which of them is on.
import { element, make } from "./elements.js";
import { shown } from "./shown.js";

/**
 * The buttons of the trials that a situation has.
 * @template {{ id: string, title: string }} T
 * @param {readonly T[]} trials
 * @param {(trial: T) => void} use
 */
export function offer(trials, use) {
  element("trials").replaceChildren(
    ...trials.map((trial) => {
      const button = make("button", { type: "button", class: "trial", "data-trial": trial.id }, trial.title);
      button.addEventListener("click", () => use(trial));
      return button;
    }),
  );
}

/** @param {string | undefined} id  of the trial that is on */
export function press(id) {
  shown.trial = id;
  for (const button of element("trials").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.trial === id));
}
