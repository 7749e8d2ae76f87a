// A chain in the order of time, to be stepped through: what has not happened yet is faint.
import { make } from "./elements.js";

/** @import { Link } from "./chain.js" */

/**
 * The steps of the actors in a token: the subject first, then who acted, the earliest first.
 * @param {readonly Link[]} chain  the subject, then its actors, the last one first
 * @returns {{ link: number, text: string }[]}
 */
export function stepsOf(chain) {
  const [subject, ...actors] = chain;
  const begin = { link: 0, text: `${subject?.name} has a token.` };
  const acts = actors.map(({ name }, index) => {
    const after = index === actors.length - 1 ? subject?.name : actors[index + 1]?.name;
    const text = `${name} acts for ${subject?.name}${after === subject?.name ? "" : `, after ${after}`}.`;
    return { link: index + 1, text };
  });
  return [begin, ...acts.toReversed()];
}

/**
 * Buttons that step through a picture, which stands at its last step.
 * @param {Element} picture
 * @param {readonly { link: number, text: string }[]} steps
 */
export function stepper(picture, steps) {
  const links = [...picture.querySelectorAll(".link")];
  const said = make("span", { role: "status", "data-testid": "step" });
  const back = make("button", { type: "button", class: "trial", "aria-label": "Earlier step" }, "‹");
  const on = make("button", { type: "button", class: "trial", "aria-label": "Later step" }, "›");
  let at = steps.length - 1;
  /** @param {number} by */
  const go = (by) => {
    at = Math.min(Math.max(at + by, 0), steps.length - 1);
    const reached = new Set(steps.slice(0, at + 1).map(({ link }) => link));
    links.forEach((link, index) => link.classList.toggle("later", !reached.has(index)));
    said.textContent = `${at + 1} of ${steps.length}: ${steps[at]?.text}`;
    // Not `disabled`: a button that is would lose the focus.
    back.setAttribute("aria-disabled", String(at === 0));
    on.setAttribute("aria-disabled", String(at === steps.length - 1));
  };
  back.addEventListener("click", () => go(-1));
  on.addEventListener("click", () => go(1));
  go(0);
  return make("p", { class: "steps" }, back, on, said);
}
