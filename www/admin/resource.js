// One resource: form, JSON, history, its last events, and its end.
import { make } from "../elements.js";
import { jsonText, valueOf } from "../json_text.js";
import { differences, differencesTable } from "./changes.js";
import { findingsIn } from "./check.js";
import { ask } from "./dialog.js";
import { eventsOf, lastEvents } from "./events.js";
import { grantsView, standsBehind } from "./grants.js";
import { historyView } from "./history.js";
import { KINDS } from "./kinds.js";
import { button, labelled, notice, timeOf } from "./pieces.js";
import { Refused, request } from "./session.js";

/** Milliseconds after the last change when a text is looked at. */
const PAUSE = 400;

const DELETES =
  "Everything that was issued for it ends, and stays ended if somebody creates one with the same id later.";

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {() => boolean} [isDirty]  whether something is not saved
 */

/**
 * @param {import("./kinds.js").ResourceType} type
 * @param {string | undefined} id  `undefined` for a new one
 * @param {(sentence: string, kind?: string) => void} tell
 * @returns {Promise<View>}
 */
export async function resourceView(type, id, tell) {
  const kind = KINDS[type];
  const isNew = id === undefined;
  const name = () => `${type}/${id}`;
  // What stands in the address of the page may be anything: no other path comes of it.
  const path = `${type}/${encodeURIComponent(id ?? "")}`;
  /** What the service has, as far as it is known here. */
  let stored = isNew ? undefined : await request("GET", path);
  /** The version that a change replaces: the text was made from it. */
  let opened = stored;
  let saved = isNew ? jsonText(kind.example) : shown(stored?.body);

  const newId = /** @type {HTMLInputElement} */ (
    make("input", { autocomplete: "off", autocapitalize: "none", spellcheck: "false", "data-testid": "id" })
  );
  const problem = make("div", { "data-testid": "problem" });
  const version = make("p", { class: "what", "data-testid": "version" });

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let later;
  const check = async () => {
    const text = editor.text;
    const findings = await findingsIn(text, type, id ?? (newId.value.trim() || "new"));
    if (text === editor.text) editor.show(findings);
    return findings;
  };
  const checkSoon = () => {
    clearTimeout(later);
    later = setTimeout(check, PAUSE);
  };
  // Here, since it is large, and signing in does not need it.
  const { makeEdit } = await import("./edit.js");
  const editor = await makeEdit({ type, text: saved, changed: checkSoon });
  if (!isNew) checkSoon();

  /** Shows what the service has now. @param {import("./session.js").Answer} answer */
  const settle = (answer) => {
    stored = opened = answer;
    saved = shown(answer.body);
    editor.begin(saved); // a secret that was typed does not come back
    editor.show([]);
    checkSoon(); // what is stored has no faults, and may be doubtful
    problem.replaceChildren();
    showVersion();
  };
  const showVersion = () => {
    const { meta } = stored?.body ?? {};
    version.replaceChildren(`Version ${meta?.versionId ?? "?"}`);
    if (meta?.lastUpdated !== undefined) version.append(" · ", timeOf(Date.parse(meta.lastUpdated) / 1000));
    if (stored?.body.not_before !== undefined)
      version.append(` · what was issued before ${stored.body.not_before} has ended`);
  };

  const save = async () => {
    clearTimeout(later);
    const body = parsed(editor.text);
    // The browser accepts JSON in which a member appears twice, and takes one of them. The service refuses it.
    const isNotJson = (await check()).some(({ at }) => at !== undefined);
    if (body === undefined || isNotJson) return undefined;
    const target = isNew ? newId.value.trim() : id;
    if (target === "") {
      problem.replaceChildren(notice("bad", "Give it an id."));
      newId.focus();
      return undefined;
    }
    const etag = opened?.etag;
    /** @type {Record<string, string>} */
    const headers = isNew ? { "if-none-match": "*" } : etag === undefined ? {} : { "if-match": etag };
    try {
      const answer = await request("PUT", `${type}/${encodeURIComponent(target)}`, { body, headers });
      tell(`${type}/${target} is saved. It takes effect everywhere within the cache time.`, "good");
      settle(answer);
      if (isNew) location.hash = `#/${type}/${target}`;
      else await lookAgain();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await refused(error);
    }
    return undefined;
  };

  const refused = async (/** @type {Refused} */ error) => {
    editor.show(error.faults.filter(({ path }) => path !== ""));
    if (error.status === 412 && isNew) {
      problem.replaceChildren(notice("bad", "There is one with this id already. Choose another id, or edit that one."));
    } else if (error.status === 412) {
      await conflict();
    } else {
      problem.replaceChildren(notice("bad", error.faults.map(({ sentence }) => sentence).join(" ")));
    }
    problem.scrollIntoView({ block: "nearest" });
  };

  /** Somebody else has changed it meanwhile: shows what, and lets one choose. */
  const conflict = async () => {
    const now = await request("GET", path).catch((error) => {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    });
    const box = make("section", { class: "conflict", "aria-labelledby": "conflict-title" });
    box.append(make("h2", { id: "conflict-title", tabindex: "-1" }, "Somebody else changed it meanwhile"));
    if (now === undefined) {
      box.append(
        make("p", {}, "It was deleted. Your text is still in the editor; copy it to create the resource again."),
      );
    } else {
      const [typed, { not_before }] = [parsed(editor.text), now.body];
      // What was typed before somebody else ended what was issued does not take that away.
      if (typed !== undefined && not_before !== undefined && typed.not_before === opened?.body.not_before)
        editor.set(shown({ ...typed, not_before }));
      const theirs = differences(opened?.body, now.body);
      box.append(
        make("p", {}, "Nothing was saved. These members have changed since you opened it:"),
        theirs.length === 0
          ? make("p", {}, "None that is shown here. A secret may have changed.")
          : differencesTable("What somebody else changed", theirs, ["when you opened it", "now"]),
        make("p", {}, "Your text would change these members of the current version:"),
        differencesTable("What your text changes", differences(now.body, parsed(editor.text)), ["now", "yours"]),
        make(
          "div",
          { class: "actions" },
          button("Take theirs", () => (settle(now), history.load()), { class: "quiet" }),
          button("Save mine over it", () => ((stored = opened = now), save()), { class: "danger" }),
        ),
      );
    }
    problem.replaceChildren(box);
    box.querySelector("h2")?.focus();
  };

  /** A document with `not_before` as it is stored: what has ended must not begin again. @param {any} document */
  const withEnd = (document) => {
    const { not_before } = stored?.body ?? {};
    return not_before === undefined ? document : { ...document, not_before };
  };
  const take = (/** @type {any} */ document) => {
    editor.set(shown(withEnd(document)));
    checkSoon();
    editor.element.scrollIntoView({ block: "nearest" });
    tell(
      "The version is in the editor. Save it to make it current; secrets and not_before stay as they are stored now.",
    );
  };
  const history = historyView(isNew ? type : path, take);
  const concerns = (/** @type {any} */ event) =>
    event.resource === name() || standsBehind(event, type, id ?? "", stored?.body);
  const events = eventsOf(concerns, 8);

  const ended = async (/** @type {string} */ time) => {
    const before = opened;
    const now = await request("GET", path);
    const typed = editor.text === saved ? undefined : editor.text;
    settle(now);
    if (typed !== undefined) {
      // What was typed stays, and does not take the end away. It is still a change of the version that was opened.
      const own = parsed(typed);
      editor.set(own === undefined ? typed : shown(withEnd(own)));
      opened = before;
    }
    tell(`What was issued for ${name()} before ${time} has ended.`, "good");
    await lookAgain();
  };
  const grants = grantsView(type, id ?? "", { path, stored: () => stored?.body, ended });
  const untold = make("div", { "data-testid": "untold" });
  /** What has happened to it. Where that cannot be told, everything else is there: above all the buttons that end something. */
  const lookAgain = async () => {
    const shown = lastEvents().then((seen) => {
      events.show(seen);
      grants.show(seen);
    });
    const asked = await Promise.allSettled([shown, history.load()]);
    const faults = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    for (const fault of faults) if (!(fault instanceof Refused)) reportError(fault);
    const sentence = "What has happened to it lately cannot be shown. It can be changed and ended all the same.";
    untold.replaceChildren(...(faults.length === 0 ? [] : [notice("bad", sentence)]));
  };

  const remove = async () => {
    if (!(await ask({ title: `Delete ${name()}?`, text: DELETES, go: "Delete", name: id ?? "" }))) return;
    const etag = stored?.etag;
    try {
      await request("DELETE", path, { headers: etag === undefined ? {} : { "if-match": etag } });
      saved = editor.text; // nothing to be kept
      tell(`${name()} is deleted.`, "good");
      location.hash = `#/${type}`;
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 412) throw error;
      await conflict();
    }
  };

  const head = make("div", {}, make("p", { class: "way" }, make("a", { href: `#/${type}` }, kind.many)));
  head.append(make("h1", { tabindex: "-1" }, isNew ? `New ${kind.one}` : (id ?? "")));
  if (!isNew) head.append(version);
  showVersion();
  const bar = make("div", { class: "actions save" }, button("Save", save, { "data-testid": "save" }));
  if (!isNew) {
    const discard = () => {
      if (stored !== undefined) settle(stored);
    };
    bar.append(button("Discard changes", discard, { class: "quiet" }));
  }
  const element = make("div", {}, head, problem);
  if (isNew) {
    const field = labelled("Id", newId, "1 to 64 of A-Z a-z 0-9 - . _");
    field.classList.add("new-id");
    element.append(field);
  }
  element.append(editor.element, bar);
  if (!isNew) {
    await lookAgain();
    element.append(
      untold,
      grants.element,
      make(
        "section",
        { "aria-labelledby": "own-events" },
        make("h2", { id: "own-events" }, "Its last events"),
        events.element,
      ),
      history.element,
      make(
        "section",
        { class: "danger-zone", "aria-labelledby": "delete-title" },
        make("h2", { id: "delete-title" }, "Delete"),
        make("p", {}, `${DELETES} Its history stays.`),
        make(
          "div",
          { class: "actions" },
          button(`Delete this ${kind.one}`, remove, { class: "danger", "data-testid": "delete" }),
        ),
      ),
    );
  }
  return { element, isDirty: () => editor.text !== saved };
}

/** A resource as it is edited: `meta` is the service's own. @param {any} resource */
function shown(resource) {
  const { meta: _, ...document } = resource;
  return jsonText(document);
}

/** @param {string} text @returns {any} `undefined` where it is no JSON object */
function parsed(text) {
  const value = valueOf(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
