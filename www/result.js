// The right-hand side: what came of it.
import { chainOf, chainPicture, chainText } from "./chain.js";
import { inWords, lifetime, meaning } from "./claims.js";
import { changes } from "./diff.js";
import { element, make } from "./elements.js";
import { FIELDS } from "./fields.js";
import { focusField } from "./json_fields.js";
import { jsonText } from "./json_text.js";
import { sign } from "./marks.js";
import { answered } from "./opening.js";
import { CHECKS } from "./reasons.js";
import { stepper, stepsOf } from "./steps.js";
import { decode } from "./tokens.js";

/** @import { Link } from "./chain.js" */
/** @import { Answer } from "./service.js" */
/** @import { Change } from "./diff.js" */
/** @import { Fix } from "./fixes.js" */
/** @import { Explanation, FieldName } from "./reasons.js" */

/** @typedef {"idle" | "ok" | "refused"} Status */

/**
 * An exchange that succeeded. `told`: what introspection says of an opaque token.
 * @param {Answer} answer
 * @param {Record<string, unknown>} subject  claims
 * @param {Record<string, unknown> | undefined} told
 */
export function showIssued(answer, subject, told) {
  const token = String(answer.body.access_token);
  const claims = decode(token)?.claims ?? told ?? {};
  element("claims").replaceChildren(...claimRows(subject, claims));
  showToken("issued", token);
  const chain = chainOf(claims);
  element("chain").replaceChildren(...(chain.length === 0 ? [] : stepped(chain)));
  element("chain-of").hidden = chain.length === 0;
  element("issued-of").hidden = false;

  const acting = chain.length === 0 ? "" : ` ${chainText(chain)}`;
  // RFC 9449 section 5.
  const bound =
    answer.body.token_type === "DPoP" ? " It is bound to the key, too: without the key it is worthless." : "";
  say("ok", "Exchanged", `A new token, good for ${lifetime(Number(answer.body.expires_in))}.${acting}${bound}`);
  showHttp(answer);
  showChecks(CHECKS.length);
}

/** @param {readonly Link[]} chain */
function stepped(chain) {
  const picture = chainPicture(chain);
  return [picture, stepper(picture, stepsOf(chain))];
}

/**
 * An exchange that the service refused.
 * @param {Answer} answer
 * @param {Explanation} explanation
 * @param {Fix | undefined} fix
 * @param {() => void} apply  makes that change
 */
export function showRefused(answer, { origin, check, fields, why, todo }, fix, apply) {
  say("refused", `Refused: ${origin.toLowerCase()}`, why, [
    fix === undefined ? make("p", {}, make("strong", {}, "What to do: "), todo) : change(fix, apply),
    make("p", { class: "go" }, ...fields.flatMap((field, index) => [index === 0 ? "Look at " : ", ", link(field)])),
    refusal(answer, ""),
  ]);
  element("issued-of").hidden = true;
  showHttp(answer);
  showChecks(check, why);
}

/**
 * The rules that stand in the fields are not acceptable, or the page failed.
 * @param {Status} status
 * @param {string} title
 * @param {string} sentence
 */
export function showProblem(status, title, sentence) {
  say(status, title, sentence);
  for (const id of ["issued-of", "http-of"]) element(id).hidden = true;
  showChecks(undefined);
}

/**
 * The reader is in the middle of typing: what was found out before stays, and is said to be old.
 * @param {readonly FieldName[]} fields
 */
export function showWaiting(fields) {
  element("answer").dataset.status = "idle";
  element("verdict-title").textContent = "Waiting";
  element("brief").textContent = "Waiting";
  element("verdict-why").textContent = `Not JSON yet: ${fields.map((field) => FIELDS[field].label).join(", ")}.`;
}

/** @param {string} text */
export function showTime(text) {
  element("time").textContent = text;
}

/**
 * @param {Status} status
 * @param {string} title
 * @param {string} why
 * @param {Node[]} [more]
 */
function say(status, title, why, more = []) {
  answered();
  element("answer").dataset.status = status;
  element("brief").dataset.status = status;
  element("brief").textContent = title;
  element("out-what").textContent =
    status === "refused" ? "Nothing goes out." : "Signed anew. Each line says what changed.";
  element("verdict-title").textContent = title;
  element("verdict-why").textContent = why;
  element("verdict-more").replaceChildren(...more);
}

/**
 * The smallest change that would allow it, where it is made, and what it opens.
 * @param {Fix} fix
 * @param {() => void} apply
 */
function change({ field, member, change, risk }, apply) {
  const button = make("button", { type: "button", class: "trial", "data-testid": "apply" }, "Make this change");
  button.addEventListener("click", apply);
  const place = make("code", { "data-testid": "member" }, `${FIELDS[field].short}.${member}`);
  return make(
    "div",
    { class: "change" },
    make("p", {}, make("strong", {}, "The smallest change: "), change),
    make("p", { "data-testid": "risk" }, make("strong", {}, "What it opens: "), risk),
    make("p", { class: "change-at" }, button, "at ", place),
  );
}

/** @param {FieldName} field */
function link(field) {
  const made = make("a", { href: `#${field}` }, FIELDS[field].label);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    focusField(field);
  });
  return made;
}

/**
 * What the app is told of a refusal, and what the operator is.
 * @param {Answer} answer
 * @param {string} prefix  of the names that tests find them by
 */
export function refusal({ body, event }, prefix) {
  return make(
    "dl",
    { class: "refusal" },
    ...pair("The app is told", make("code", { "data-testid": `${prefix}error` }, String(body.error))),
    ...pair("The log says why", documented(String(event?.reason), `${prefix}reason`)),
  );
}

/**
 * A reason, and where the documentation has it.
 * @param {string} reason
 * @param {string} id
 */
function documented(reason, id) {
  const code = make("code", { "data-testid": id }, reason);
  // The same words speak of every token; the documentation has them once.
  const anchor = reason.replace(/^(?:subject_token|actor_token|client_assertion|assertion)\./, "");
  return make("a", { href: `docs/reference/errors.html#${anchor}`, title: "Open in the documentation" }, code);
}

/**
 * @param {string} term
 * @param {Node} value
 */
function pair(term, value) {
  return [make("dt", {}, term), make("dd", {}, value)];
}

/**
 * The claims of a token, each with what became of it since the token before. Without one before: what it says.
 * @param {Record<string, unknown> | undefined} before
 * @param {Record<string, unknown>} claims
 */
export function claimRows(before, claims) {
  const rows = changes(before ?? {}, claims).map(claimRow);
  if (before !== undefined) return rows;
  for (const row of rows) {
    row.querySelector(".mark")?.remove();
    row.className = "first";
  }
  return rows;
}

/** @param {Change} change */
function claimRow({ name, before, after, mark }) {
  const said = meaning(name);
  const head = make("p", { class: "claim-name" }, make("code", {}, name));
  if (said !== "") head.append(make("small", {}, said));
  const body = make("p", { class: "claim-value" }, ...(mark === "removed" ? old(name, before) : valueOf(name, after)));
  const was = make("p", { class: "claim-was" }, make("small", {}, "was "), ...old(name, before));
  const shown = mark === "narrowed" || mark === "replaced" ? [head, body, was] : [head, body];
  // A sign and a word each, so that no colour is needed.
  const tag = make("p", { class: "mark" }, sign(mark), " ", mark);
  return make("li", { class: mark, "data-claim": name, "data-mark": mark }, tag, make("div", {}, ...shown));
}

/**
 * A value; of a date the words first, which people read.
 * @param {string} name
 * @param {unknown} value
 */
function valueOf(name, value) {
  const words = inWords(name, value);
  const code = make("code", {}, textOf(value));
  return words === "" ? [code] : [`${words} `, make("small", {}, code)];
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function old(name, value) {
  return [make("del", {}, inWords(name, value) || textOf(value))];
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" ? value : jsonText(value);
}

/**
 * A token as it is sent, its parts in their colours, and its header.
 * @param {"subject" | "actor" | "proof" | "issued" | "id" | "assertion" | "access"} which
 * @param {string} token
 */
export function showToken(which, token) {
  const parts = token.split(".");
  const names = parts.length === 3 ? ["header", "payload", "signature"] : ["opaque"];
  const spans = parts.flatMap((part, index) => [
    ...(index === 0 ? [] : ["."]),
    make("span", { class: names[index] ?? "" }, part),
  ]);
  element(`${which}-token`).replaceChildren(...spans);
}

/** @param {Answer} answer */
function showHttp({ status, headers, body, event }) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join("");
  element("response").textContent = `${status}\n${lines}\n${jsonText(body)}`;
  element("event").textContent = event === undefined ? "" : jsonText(event);
  element("http-of").hidden = false;
}

/**
 * The list of checks: those before `failed` hold, those after it were not made. Undefined: none was made.
 * @param {number | undefined} failed
 * @param {string} [why]  it failed; its first sentence is said
 */
export function showChecks(failed, why = "") {
  const items = CHECKS.map(({ title, good }, index) => {
    const state = failed === undefined || index > failed ? "open" : index === failed ? "failed" : "good";
    const words = { open: "not checked", failed: "failed", good: "holds" }[state];
    const unseen = make("span", { class: "unseen" }, ` (${words}) `);
    const said = state === "failed" ? (why.match(/^.+?\.(?= |$)/)?.[0] ?? good) : good;
    return make("li", { class: state }, sign(state), make("strong", {}, title), unseen, make("small", {}, said));
  });
  element("checks").replaceChildren(...items);
}
