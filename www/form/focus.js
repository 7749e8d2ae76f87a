// Where the focus goes in a form that was drawn anew.

const CONTROLS = "input:not([hidden]), select, textarea, [contenteditable]";

/**
 * Gives the focus to what is at a place: the control of a member; of a list its last row if that is new, else its button for one
 * more. Without a place: to what is at fault, or to the first control.
 * @param {HTMLElement} form
 * @param {string} [key]
 */
export function focusIn(form, key) {
  const target = key === undefined ? (form.querySelector('[aria-invalid="true"]') ?? undefined) : targetAt(form, key);
  const found = target ?? form.querySelector(CONTROLS) ?? form.querySelector("button");
  /** @type {HTMLElement | null} */ (found)?.focus();
}

/** @param {HTMLElement} form @param {string} key */
function targetAt(form, key) {
  const all = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-member]"));
  const member = [...all].find(({ dataset }) => dataset.member === key);
  const menu = [.../** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-add]"))];
  if (member === undefined) return menu.find(({ dataset }) => dataset.add === key);
  const last = [...member.querySelectorAll(":scope > .member-control > [role=group] > ul > li")].at(-1);
  const isNew = last !== undefined && "isNew" in /** @type {HTMLElement} */ (last).dataset;
  if (isNew) return last.querySelector(CONTROLS) ?? undefined;
  return (
    member.querySelector(":scope > .member-control > [role=group] > .more") ??
    member.querySelector(CONTROLS) ??
    undefined
  );
}
