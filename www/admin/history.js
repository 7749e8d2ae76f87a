// The versions of a resource: who changed what, and when. The service keeps the last hundred, without secrets.
import { make } from "../elements.js";
import { differences, differencesTable } from "./changes.js";
import { button, timeOf } from "./pieces.js";
import { request } from "./session.js";

/** Versions on a page. One more is read, so that the oldest of a page has one to be compared with. */
const COUNT = 10;

/**
 * @param {string} name  `Type/id`
 * @param {(document: any) => void} take  a version that is to be edited
 */
export function historyView(name, take) {
  const list = make("ol", { class: "versions" });
  /** @type {any[]} */
  let entries = [];
  let total = 0;
  const more = button("Older versions", () => load(), { class: "quiet" });
  const element = make(
    "section",
    { "aria-labelledby": "history-title" },
    make("h2", { id: "history-title" }, "History"),
  );
  element.append(list, more);

  const load = async () => {
    const page = entries.length / COUNT + 1;
    const { body } = await request("GET", `${name}/_history?_count=${COUNT}&_page=${page}`);
    total = body.total;
    entries = [...entries, ...body.entry];
    show();
  };
  const show = () => {
    const isAll = entries.length >= total;
    list.replaceChildren(...entries.map((entry, index) => version(entry, entries[index + 1], isAll, take)));
    more.hidden = isAll;
  };
  return {
    element,
    load: async () => {
      entries = [];
      await load();
    },
  };
}

/** @param {any} entry @param {any} older @param {boolean} isAll @param {(document: any) => void} take */
function version(entry, older, isAll, take) {
  const number = /\d+/.exec(entry.response.etag)?.[0] ?? "";
  const seconds = Date.parse(entry.response.lastModified) / 1000;
  const by = make(
    "p",
    {},
    make("strong", {}, `Version ${number}`),
    " · ",
    timeOf(seconds),
    ` · ${entry.administrator}`,
  );
  const made = make("li", { "data-version": number }, by);
  if (entry.resource === undefined) {
    made.append(make("p", {}, "Deleted."));
    return made;
  }
  const list = differences(older?.resource, entry.resource);
  if (older?.resource === undefined && isAll) made.append(make("p", {}, "Created."));
  else if (older === undefined) made.append(make("p", {}, "Load the older versions to see what changed."));
  else if (list.length === 0)
    made.append(make("p", {}, "None of the members that are shown changed. A secret may have."));
  else made.append(differencesTable(`Changes of version ${number}`, list));
  made.append(button("Edit this version", () => take(entry.resource), { class: "link" }));
  return made;
}
