// The resources of one type, in pages, with search.
import { make } from "../elements.js";
import { KINDS } from "./kinds.js";
import { button, labelled, select, table } from "./pieces.js";
import { request } from "./session.js";

/** Resources on a page. */
const COUNT = 50;

/**
 * @param {import("./kinds.js").ResourceType} type
 * @returns {Promise<HTMLElement>}
 */
export async function listView(type) {
  const { many, what, filters, columns, isOff } = KINDS[type];
  let page = 1;
  const by = select(
    filters.map(([parameter, label]) => [parameter, label]),
    filters[0]?.[0],
  );
  const attributes = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", type: "search" };
  const wanted = /** @type {HTMLInputElement} */ (make("input", { ...attributes, "data-testid": "search" }));
  const example = () => (wanted.placeholder = filters.find(([parameter]) => parameter === by.value)?.[2] ?? "");
  by.addEventListener("change", example);
  example();
  const results = make("div", {});
  // What is read aloud when the results change: how many there are, and not all of them. The buttons stay, and so does the focus.
  const count = make("p", { class: "count", role: "status", "data-testid": "count" });
  const before = /** @type {HTMLButtonElement} */ (button("Previous", () => turn(-1), { class: "quiet" }));
  const after = /** @type {HTMLButtonElement} */ (button("Next", () => turn(1), { class: "quiet" }));

  const load = async () => {
    const query = new URLSearchParams({ _count: String(COUNT), _page: String(page) });
    const value = wanted.value.trim();
    if (value !== "") query.set(by.value, value);
    const { body } = await request("GET", `${type}?${query}`);
    const resources = body.entry.map((/** @type {any} */ entry) => entry.resource);
    const first = (page - 1) * COUNT;
    const none = value === "" ? "There is none yet." : "None found. The whole value must be the same.";
    count.textContent = body.total === 0 ? none : `${first + 1} to ${first + resources.length} of ${body.total}`;
    const rows = resources.map((/** @type {any} */ resource) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, make("a", { href: `#/${type}/${resource.id}` }, resource.id)),
        ...columns.map(([, cell]) => make("td", {}, cell(resource))),
        make(
          "td",
          {},
          isOff(resource) ? make("span", { class: "tag bad" }, "off") : make("span", { class: "tag" }, "on"),
        ),
        make("td", { class: "number" }, resource.meta?.versionId ?? ""),
      ),
    );
    before.disabled = page === 1;
    after.disabled = first + resources.length >= body.total;
    before.hidden = after.hidden = before.disabled && after.disabled;
    const heads = ["Id", ...columns.map(([title]) => title), "State", "Version"];
    results.replaceChildren(...(rows.length === 0 ? [] : [table(many, heads, rows)]));
  };
  const turn = (/** @type {number} */ pages) => {
    page += pages;
    return load();
  };
  const search = () => {
    page = 1;
    return load();
  };
  wanted.addEventListener("keydown", ({ key }) => key === "Enter" && search());

  const title = make("div", { class: "title" }, make("h1", { tabindex: "-1" }, many));
  title.append(make("a", { class: "button", href: `#/new/${type}` }, "New"));
  const tools = make("div", { class: "search", role: "search" }, labelled("Search by", by), labelled("Value", wanted));
  tools.append(button("Search", search));
  await load();
  return make(
    "div",
    {},
    title,
    make("p", { class: "what" }, what),
    tools,
    results,
    make("div", { class: "actions" }, count, before, after),
  );
}
