// The last audit events of the instance that answers.
import { make } from "../elements.js";
import { jsonText } from "../json_text.js";
import { button, checkbox, labelled, select, timeOf } from "./pieces.js";
import { request } from "./session.js";

/** Milliseconds between two looks, where the page follows. */
const INTERVAL = 5000;

/** Events that are shown at first: a screen or two. */
const FIRST = 50;

/** What another instance does is not here. */
const WHERE =
  "The last 200 events of the instance that answered. On Cloudflare Workers an instance is one isolate: the next request may reach another isolate, which has other events. The log has all of them (wrangler tail, or Workers Logs), and also what administrators only looked at.";

/** What the instance that answers has kept, `events`, the last first; and its time `now`, seconds. */
export async function lastEvents() {
  const { body, now } = await request("GET", "$events");
  return { ...body, now };
}

/**
 * @param {(event: any) => boolean} isWanted
 * @param {number} [first]  how many are shown before one asks for the rest
 */
export function eventsOf(isWanted, first = FIRST) {
  let limit = first;
  const element = make("div", { "data-testid": "events" });
  return {
    element,
    /** @param {{ events: any[] }} seen @param {(event: any) => boolean} [more] @returns how many are wanted */
    show(seen, more = () => true) {
      const wanted = seen.events.filter((event) => isWanted(event) && more(event));
      const open = new Set(
        [...element.querySelectorAll("details[open]")].map((one) => /** @type {HTMLElement} */ (one).dataset.request),
      );
      const list = make("ol", { class: "events" });
      const rest = button("Show the rest", () => showFirst((limit = Infinity)), { class: "quiet" });
      const showFirst = (/** @type {number} */ count) => {
        list.replaceChildren(...wanted.slice(0, count).map((event) => row(event, open)));
        rest.hidden = wanted.length <= count;
      };
      showFirst(limit);
      const none = make("p", { class: "what" }, "None, as far as this instance knows.");
      element.replaceChildren(...(wanted.length === 0 ? [none] : [list, make("p", { class: "actions" }, rest)]));
      return wanted.length;
    },
  };
}

/** @param {any} event @param {ReadonlySet<string | undefined>} open */
function row(event, open) {
  const isGood = event.outcome === "success";
  const about = event.resource ?? event.client_id ?? event.claimed?.client_id ?? event.issuer ?? "";
  const whom = event.subject?.sub ?? event.claimed?.subject?.sub ?? event.administrator ?? "";
  const head = make(
    "summary",
    {},
    timeOf(event.time),
    make("span", { class: "event-name" }, event.event),
    make("span", { class: isGood ? "tag good" : "tag bad" }, isGood ? "done" : (event.reason ?? "refused")),
    make("span", { class: "about" }, [about, whom].filter((text) => text !== "").join(" · ")),
  );
  const key = `${event.request_id} ${event.resource ?? ""}`;
  const made = make("details", { "data-request": key }, head, make("pre", { tabindex: "0" }, jsonText(event)));
  if (open.has(key)) made.setAttribute("open", "");
  return make("li", {}, made);
}

/** @returns {Promise<{ element: HTMLElement, close: () => void }>} */
export async function eventsView() {
  const about = select([
    ["", "everything"],
    ["token.", "tokens"],
    ["admin.", "administration"],
    ["issuer.", "issuers"],
  ]);
  const outcome = select([
    ["", "done and refused"],
    ["success", "done"],
    ["refused", "refused"],
  ]);
  const words = /** @type {HTMLInputElement} */ (
    make("input", { type: "search", autocomplete: "off", spellcheck: "false", placeholder: "alice" })
  );
  const count = make("p", { class: "count", role: "status" });
  const list = eventsOf(() => true);
  const isWanted = (/** @type {any} */ event) =>
    event.event.startsWith(about.value) &&
    (outcome.value === "" || event.outcome === outcome.value) &&
    (words.value.trim() === "" || JSON.stringify(event).includes(words.value.trim()));
  const load = async () => {
    const last = await lastEvents();
    const wanted = list.show(last, isWanted);
    count.replaceChildren(`${wanted} of ${last.events.length} kept events; ${last.seen} since this instance started`);
  };
  for (const control of [about, outcome, words]) control.addEventListener("input", load);
  const follow = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const close = () => clearInterval(timer);
  follow.addEventListener("change", () => {
    close();
    if (follow.checked) timer = setInterval(() => load().catch(close), INTERVAL);
  });
  await load();
  const tools = make("div", { class: "search" }, labelled("About", about), labelled("Outcome", outcome));
  tools.append(labelled("With the words", words), button("Look again", load), checkbox("every 5 seconds", follow));
  const element = make("div", {}, make("h1", { tabindex: "-1" }, "Events"), make("p", { class: "what" }, WHERE), tools);
  element.append(count, list.element);
  return { element, close };
}
