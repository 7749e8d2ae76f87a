// The demo page: what happens first, and what is done when the reader follows a link, pastes a token or presses a button.
import { copyLink, keep } from "./address.js";
import { element } from "./elements.js";
import { makeFields } from "./fields.js";
import { makeFlow } from "./flow.js";
import { useEditors } from "./json_fields.js";
import { stateOf } from "./link.js";
import { offersOf } from "./members.js";
import { namesHere } from "./names_here.js";
import { answered, opened } from "./opening.js";
import { isToken, makeOwn, OWN, pasted } from "./own_token.js";
import { showChecks, showProblem } from "./result.js";
import { RESOURCES } from "./rules.js";
import { makeRulesView } from "./rules_view.js";
import { exchangeNow, exchangeSoon } from "./run.js";
import { shown } from "./shown.js";
import { choose, makeSituations, SITUATIONS } from "./situations.js";
import { makeTabs } from "./tabs.js";
import { whenIdle } from "./turns.js";

void useEditor();
await begin().finally(answered);

async function begin() {
  makeFields(exchangeSoon);
  await makeRulesView();
  makeTabs();
  makeFlow();
  makeOwn(keep);
  showChecks(undefined);
  makeSituations();
  element("start-over").addEventListener("click", () => choose(shown.situation));
  element("run").addEventListener("click", exchangeNow);
  element("link").addEventListener("click", copyLink);
  addEventListener("hashchange", follow);
  addEventListener("paste", takePasted);
  if (globalThis.crypto?.subtle === undefined) {
    const why = "Browsers give WebCrypto, which signs the tokens, only to https and to localhost.";
    showProblem("idle", "This page needs a secure connection", why);
    return;
  }
  if (!(await open(location.hash))) await choose(shown.situation);
}

// The editor is larger than the rest of the page's own code: it comes when the first answer is there. Until then, and where
// the site was not built, the fields are text areas.
async function useEditor() {
  await opened;
  await whenIdle();
  const editor = await import("./editor.js").catch(() => undefined);
  if (editor === undefined) return;
  await useEditors((area, name) => {
    const type = RESOURCES.find(([field]) => field === name)?.[1];
    return editor.makeEditor(area, type && offersOf(type, namesHere), exchangeSoon);
  });
}

/**
 * Opens what a fragment holds; false where it holds nothing.
 * @param {string} fragment
 */
async function open(fragment) {
  const state = await stateOf(fragment).catch(() => undefined);
  const situation = SITUATIONS.find(({ id }) => id === state?.preset);
  if (state === undefined || situation === undefined) return false;
  await choose(situation, state);
  return true;
}

// The address was changed: by a link within the page, after which the state goes back into it, or by somebody who pasted one.
async function follow() {
  if (!(await open(location.hash))) await keep();
}

/** A token that is pasted anywhere but into a field is the reader's own. @param {ClipboardEvent} event */
async function takePasted(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!isToken(text) || element("own-token") === event.target) return;
  event.preventDefault();
  if (shown.situation !== OWN) await choose(OWN);
  await pasted(text);
  element("own-token").focus();
}
