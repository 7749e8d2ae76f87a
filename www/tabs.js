// The request in several languages: one tablist (WAI-ARIA, automatic activation) and a button that copies.
import { element, make } from "./elements.js";
import { SNIPPETS } from "./snippets.js";

/** @import { TokenRequest } from "./token_request.js" */

const COPY = "Copy";

export function makeTabs() {
  const tabs = SNIPPETS.map(({ id, title }) =>
    make("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `code-${id}` }, title),
  );
  const panels = SNIPPETS.map(({ id }) =>
    make(
      "div",
      { role: "tabpanel", id: `code-${id}`, "aria-labelledby": `tab-${id}` },
      make("pre", { tabindex: "0", role: "group", "aria-labelledby": `tab-${id}`, "data-testid": id }),
    ),
  );
  element("tabs").append(...tabs);
  element("codes").append(...panels);

  let shown = 0;
  /** @param {number} index */
  const show = (index) => {
    shown = (index + tabs.length) % tabs.length;
    tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === shown));
      tab.tabIndex = place === shown ? 0 : -1;
    });
    panels.forEach((panel, place) => (panel.hidden = place !== shown));
    element("copy").textContent = COPY;
  };
  tabs.forEach((tab, index) => tab.addEventListener("click", () => show(index)));
  element("tabs").addEventListener("keydown", (event) => {
    const to = { ArrowRight: shown + 1, ArrowLeft: shown - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
    tabs[shown]?.focus();
  });
  show(0);

  element("copy").addEventListener("click", async () => {
    const code = panels[shown]?.querySelector("pre");
    if (!code) return;
    const done = await copied(code);
    element("copy").textContent = done;
    element("copy-status").textContent = `${tabs[shown]?.textContent}: ${done}`;
  });
}

/** @param {TokenRequest} request */
export function showSnippets(request) {
  for (const { id, of } of SNIPPETS) {
    const code = element(`code-${id}`).querySelector("pre");
    if (code) code.textContent = of(request);
  }
  element("copy").textContent = COPY;
  element("copy-status").textContent = "";
}

/** @param {HTMLElement} code */
async function copied(code) {
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
    return "Copied";
  } catch {
    // Without permission the reader copies himself what is selected for him.
    getSelection()?.selectAllChildren(code);
    return "Selected: press Ctrl+C";
  }
}
