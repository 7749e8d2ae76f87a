// What is shown, in the address of the page and in links (link.js).
import { element } from "./elements.js";
import { currentExample } from "./fields.js";
import { changesBetween, fragmentOf } from "./link.js";
import { OWN, ownState } from "./own_token.js";
import { shown } from "./shown.js";

/** Keeps what is shown in the address, so that a reload brings it back; a token of the reader's own only in this tab. */
export async function keep() {
  const state = shownState();
  if (state === undefined) return;
  if ("own" in state) sessionStorage.setItem(OWN.id, JSON.stringify(state.own ?? null));
  const fragment = await fragmentOf({ ...state, own: undefined });
  history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
}

export function keptOwn() {
  return JSON.parse(sessionStorage.getItem(OWN.id) ?? "null");
}

export async function copyLink() {
  const state = shownState();
  // What is not JSON yet is in no link: the address has what was there before.
  const fragment = state === undefined ? location.hash : await fragmentOf(state);
  const link = `${location.origin}${location.pathname}${fragment}`;
  const said = await navigator.clipboard.writeText(link).then(
    () => "Link copied",
    () => "Copy the address of this page",
  );
  element("link").textContent = said;
  setTimeout(() => (element("link").textContent = "Copy link"), 2000);
}

/** What the page shows, for a link; undefined while a field is not JSON. */
function shownState() {
  const withSecrets = /** @type {HTMLInputElement} */ (element("with-secrets")).checked;
  if (shown.situation.id === OWN.id) return { preset: OWN.id, own: ownState() };
  if (shown.began === undefined) return { preset: shown.situation.id, trial: shown.trial };
  const example = currentExample(shown.began);
  if (example === undefined) return undefined;
  const changes = changesBetween(shown.began, example, { now: Math.floor(Date.now() / 1000), withSecrets });
  return { preset: shown.situation.id, trial: shown.trial, changes };
}
