// The operator's page: sign in, and one view for each place behind `#/`. What stands in the URL is a place and never a
// token.
import { element, make } from "../elements.js";
import { ask } from "./dialog.js";
import { dryRunView } from "./dry_run.js";
import { eventsView } from "./events.js";
import { isResourceType } from "./kinds.js";
import { listView } from "./list.js";
import { button, labelled, notice, sentences } from "./pieces.js";
import { resourceView } from "./resource.js";
import { forget, onEnd, Refused, remember, request } from "./session.js";

/** @typedef {{ element: HTMLElement, isDirty?: () => boolean, close?: () => void }} View */

const main = element("main");
const told = element("told");
const nav = element("nav");
const out = element("sign-out");

let isSignedIn = false;
/** @type {View | undefined} */
let view;
/** The place that is shown. */
let place = location.hash;
/** Views come late: only the last one that was asked for is shown. */
let turn = 0;

/** @param {string} sentence @param {string} [kind] */
function tell(sentence, kind = "") {
  told.className = `notice ${kind}`;
  told.textContent = sentence;
  told.hidden = sentence === "";
}

/** @param {string} [sentence] @param {string} [kind] */
function signIn(sentence = "", kind = "") {
  isSignedIn = false;
  view?.close?.();
  view = undefined;
  nav.hidden = out.hidden = true;
  document.title = "Operator · edge-sts";
  const attributes = { type: "password", autocomplete: "off", spellcheck: "false", "data-testid": "token" };
  const token = /** @type {HTMLInputElement} */ (make("input", attributes));
  const enter = async () => {
    const text = token.value.trim();
    token.value = "";
    if (!/^[\x20-\x7e]+$/.test(text)) return tell("An administrator’s token is of printable ASCII characters.", "bad");
    remember(text);
    try {
      await request("GET", "Client?_count=1");
    } catch (error) {
      forget();
      if (!(error instanceof Refused)) throw error;
      return tell(error.status === 401 ? "The service does not take this token." : error.message, "bad");
    }
    isSignedIn = true;
    tell("");
    nav.hidden = out.hidden = false;
    await show();
    return undefined;
  };
  token.addEventListener("keydown", ({ key }) => key === "Enter" && enter());
  const form = make("div", { class: "panel sign-in" }, make("h1", { tabindex: "-1" }, "Sign in"));
  form.append(
    make("p", { class: "what" }, "With an administrator’s token: STS_ADMIN_TOKEN, or your own of STS_ADMIN_TOKENS."),
    labelled(
      "Administrator’s token",
      token,
      "It is kept in the memory of this page and nowhere else, and sent to this service alone. It is gone when the page is closed or loaded again, and after 15 minutes without use.",
    ),
    make("div", { class: "actions" }, button("Sign in", enter)),
  );
  main.replaceChildren(form);
  tell(sentence, kind);
  token.focus();
}

/** The view of a place. @param {string} hash @returns {Promise<View>} */
async function viewOf(hash) {
  const [, first = "Client", second, ...rest] = hash.split("/").map((part) => decodeURIComponent(part));
  if (first === "dry-run") return dryRunView();
  if (first === "events") return eventsView();
  if (first === "new" && second !== undefined && isResourceType(second)) return resourceView(second, undefined, tell);
  if (isResourceType(first) && second !== undefined && rest.length === 0) return resourceView(first, second, tell);
  return { element: await listView(isResourceType(first) ? first : "Client") };
}

async function show() {
  turn += 1;
  const own = turn;
  main.setAttribute("aria-busy", "true");
  /** @type {View} */
  let next;
  try {
    next = await viewOf(place);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    next = { element: notice("bad", sentences(error.faults)) };
  }
  if (own !== turn || !isSignedIn) return next.close?.();
  view?.close?.();
  view = next;
  main.removeAttribute("aria-busy");
  main.replaceChildren(next.element);
  const title = next.element.querySelector("h1");
  document.title = `${title?.textContent ?? "Operator"} · edge-sts`;
  title?.focus();
  mark();
  return undefined;
}

/** Marks the section that is shown. */
function mark() {
  const [, first = "Client", second] = place.split("/");
  const section = first === "new" ? second : first;
  for (const link of nav.querySelectorAll("a")) {
    if (link.getAttribute("href") === `#/${section}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

addEventListener("hashchange", async () => {
  const wanted = location.hash;
  if (!wanted.startsWith("#/") || wanted === place) return;
  if (isSignedIn && view?.isDirty?.() === true) {
    history.replaceState(null, "", place || "#/Client");
    const text = "There are changes that are not saved.";
    if (!(await ask({ title: "Leave without saving?", text, go: "Leave" }))) return;
    history.replaceState(null, "", wanted);
  }
  place = wanted;
  if (!isSignedIn) return;
  if (view?.isDirty?.() !== false) tell("");
  await show();
});

addEventListener("beforeunload", (event) => {
  if (view?.isDirty?.() === true) event.preventDefault();
});

// What fails outside of a view's own answer is said, too.
addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Refused)) return;
  event.preventDefault();
  if (isSignedIn) tell(sentences(event.reason.faults), "bad");
});

out.addEventListener("click", () => forget("Signed out: the token is forgotten."));
onEnd((sentence) => isSignedIn && signIn(sentence));
signIn();
