// The right-hand side: what came of it.
import { CHECKS, checkOf, explain } from "./checks.js";
import { changes } from "./claims.js";
import { changesTable, claimLines, element, make, tokenParts } from "./elements.js";
import { jsonText } from "./json_text.js";
import { decode } from "./jwt.js";

/** @import { Answer } from "./service.js" */
/** @import { FieldName } from "./checks.js" */

/** @typedef {"idle" | "ok" | "refused"} Status */

/**
 * An exchange that succeeded. `meaning`: what introspection says of an opaque token.
 * @param {Answer} answer
 * @param {Record<string, unknown>} subjectClaims
 * @param {Record<string, unknown> | undefined} meaning
 */
export function showIssued(answer, subjectClaims, meaning) {
  const token = String(answer.body.access_token);
  const decoded = decode(token);
  const claims = decoded?.claims ?? meaning ?? {};
  const compared = changes(subjectClaims, claims);
  const marks = new Map(compared.map(({ name, mark }) => [name, mark]));

  element("issued-title", HTMLElement).textContent = decoded
    ? "Claims of the issued token"
    : "An opaque token; asked, the service says of it";
  element("issued-claims", HTMLElement).replaceChildren(...claimLines(claims, (name) => marks.get(name) ?? "new"));
  element("issued-token", HTMLElement).replaceChildren(...tokenParts(token));
  element("issued-header", HTMLElement).textContent = decoded ? JSON.stringify(decoded.header) : "";
  show("issued-header-of", decoded !== undefined);
  element("changes", HTMLElement).replaceChildren(changesTable(compared));
  show("issued", true);
  show("changes-of", true);

  const time = duration(answer.milliseconds);
  verdict("ok", `Exchanged in ${time}`, [
    make("p", { class: "verdict-title" }, `Exchanged in ${time}`),
    make(
      "p",
      {},
      `All ${CHECKS.length} checks hold. The answer has a token that is good for ${answer.body.expires_in} seconds.`,
    ),
  ]);
  showHttp(answer);
  showChecks(CHECKS.length);
}

/**
 * An exchange that the service refused.
 * @param {Answer} answer
 * @returns {readonly FieldName[]} the fields that it is about
 */
export function showRefused(answer) {
  const reason = String(answer.event?.reason ?? "");
  const explained = explain(reason);
  const error = String(answer.body.error);
  const failed = checkOf(reason);
  verdict(
    "refused",
    failed === undefined ? `Refused: ${error}` : `Refused at check ${failed + 1}: ${CHECKS[failed]?.title}`,
    [
      make("p", { class: "verdict-title" }, "Refused"),
      make(
        "dl",
        { class: "refusal" },
        make("dt", {}, "error"),
        make("dd", {}, make("code", { "data-testid": "error" }, error)),
        make("dt", {}, "error_description"),
        make("dd", { "data-testid": "error-description" }, String(answer.body.error_description)),
        make("dt", {}, "reason"),
        make("dd", {}, make("code", { "data-testid": "reason" }, reason), make("small", {}, " for the operator only")),
      ),
      ...(explained === undefined ? [] : [make("p", { class: "why" }, explained.why)]),
    ],
  );
  hideToken();
  showHttp(answer);
  showChecks(failed);
  return explained?.fields ?? [];
}

/**
 * No exchange was possible: what stands in the fields is not yet acceptable.
 * @param {Status} status
 * @param {string} title
 * @param {readonly string[]} lines
 */
export function showProblem(status, title, lines) {
  verdict(status, title, [
    make("p", { class: "verdict-title" }, title),
    ...lines.map((line) => make("p", { class: "problem-line" }, line)),
  ]);
  hideToken();
  show("response-of", false);
  show("event-of", false);
  showChecks(undefined);
}

/**
 * @param {Status} status
 * @param {string} short
 * @param {HTMLElement[]} content
 */
function verdict(status, short, content) {
  element("answer", HTMLElement).dataset.status = status;
  element("verdict", HTMLElement).replaceChildren(...content);
  const brief = element("verdict-short", HTMLElement);
  brief.textContent = short;
  brief.dataset.status = status;
}

/** @param {Answer} answer */
function showHttp({ status, headers, body, event }) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`).join("");
  element("response", HTMLElement).textContent = `${status}\n${lines}\n${jsonText(body)}`;
  show("response-of", true);
  element("event", HTMLElement).textContent = event === undefined ? "" : jsonText(event);
  show("event-of", event !== undefined);
}

function hideToken() {
  for (const id of ["issued", "changes-of"]) show(id, false);
  for (const id of ["issued-claims", "issued-token", "issued-header", "changes"]) {
    element(id, HTMLElement).replaceChildren();
  }
}

/**
 * @param {string} id
 * @param {boolean} shown
 */
function show(id, shown) {
  element(id, HTMLElement).hidden = !shown;
}

/**
 * The list of checks: those before `failed` hold, those after it were not made. Undefined: none was made.
 * @param {number | undefined} failed
 */
export function showChecks(failed) {
  const items = CHECKS.map(({ title, good }, index) => {
    const state = failed === undefined || index > failed ? "open" : index === failed ? "failed" : "good";
    const words = { open: "not checked", failed: "failed", good: "holds" }[state];
    return make(
      "li",
      { class: state },
      make("span", { class: "check-title" }, title),
      make("span", { class: "unseen" }, ` (${words}) `),
      make("span", { class: "check-good" }, good),
    );
  });
  element("checks", HTMLElement).replaceChildren(...items);
}

// Browsers measure no finer than 0.1 ms, or 0.005 ms where the page is isolated.
/** @param {number} milliseconds */
function duration(milliseconds) {
  if (milliseconds < 0.05) return "less than 0.1 ms";
  const digits = milliseconds < 1 ? 2 : milliseconds < 10 ? 1 : 0;
  return `${milliseconds.toFixed(digits)} ms`;
}
