// Runs what stands in the fields, and shows what came of it: at once when it was filled in, after a pause while one types.
import { keep } from "./address.js";
import { inWords } from "./claims.js";
import { element } from "./elements.js";
import { answerOf, requestFor, serviceFor } from "./exchange.js";
import { currentExample, fillFields, isShown, markFields, readFields } from "./fields.js";
import { findingsOf, jsonFaultOf } from "./findings.js";
import { fixFor } from "./fixes.js";
import { showFlow } from "./flow.js";
import { JSON_NAMES, markMore, markPlaces, textOf } from "./json_fields.js";
import { ready } from "./opening.js";
import { explain } from "./reasons.js";
import { showIssued, showProblem, showRefused, showTime, showToken, showWaiting } from "./result.js";
import { doubtsIn, isObject, marksOf, resourcesOf } from "./rules.js";
import { shown } from "./shown.js";
import { showSnippets } from "./tabs.js";
import { durationOf } from "./timing.js";
import { decode } from "./tokens.js";
import { press } from "./trial_buttons.js";
import { nextTurn, whenSeen } from "./turns.js";

/** @import { Given, FieldName } from "./fields.js" */
/** @import { Mark } from "./editor.js" */
/** @import { Example } from "./presets.js" */
/** @import { Answer } from "./service.js" */

// Milliseconds after the last key stroke.
const PAUSE = 250;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;
// The latest run; what an earlier one finds out is no longer of interest.
let latest = 0;

/** Begins another run, and ends what is under way. Gives whether it is still the latest. */
export function nextRun() {
  clearTimeout(pause);
  const run = ++latest;
  return () => run === latest;
}

/**
 * Fills the fields and runs them.
 * @param {Example} example
 * @param {string} [trial]  that changed it
 */
export async function tryOut(example, trial) {
  fillFields(example);
  press(trial);
  ready();
  await exchangeNow();
}

/** What the reader changes is no trial any more. */
export function exchangeSoon() {
  press(undefined);
  clearTimeout(pause);
  pause = setTimeout(exchangeNow, PAUSE);
}

export async function exchangeNow() {
  const isLatest = nextRun();
  const given = readFields();
  await keep();
  if (!isLatest()) return;
  if (given.faults.size > 0) {
    markFields(given.faults);
    void markNotJson(given.faults);
    showWaiting([...given.faults.keys()]);
    return;
  }
  try {
    await exchange(given, isLatest);
  } catch (error) {
    console.error(error);
    if (isLatest()) showProblem("idle", "The page failed", String(error));
  }
}

/**
 * Marks where the module finds that a text is not JSON.
 * @param {Given["faults"]} faults
 */
async function markNotJson(faults) {
  /** @type {Map<FieldName, Mark[]>} */
  const marks = new Map();
  for (const name of JSON_NAMES) {
    if (!faults.has(name)) continue;
    const fault = await jsonFaultOf(textOf(name));
    if (fault === undefined) continue;
    marks.set(name, [{ at: fault.at, message: fault.message, severity: "error" }]);
    faults.set(name, `Not JSON yet: line ${fault.line}, column ${fault.column}.`);
  }
  markFields(faults);
  markMore(marks);
}

/**
 * Performs the exchange, and shows what came of it if nothing newer was asked for meanwhile.
 * @param {Given} given
 * @param {() => boolean} isLatest
 */
async function exchange(given, isLatest) {
  const { json } = given;
  const asking = await requestFor(given);
  let send;
  try {
    send = await serviceFor(json);
  } catch (error) {
    if (isLatest()) await showFault(error, json);
    return;
  }
  const { answer, told } = await answerOf(send, asking);
  if (!isLatest()) return;

  await nextTurn();
  if (!isLatest()) return;
  const { subject, actor, asked, request } = asking;
  showToken("subject", subject.token);
  showToken("actor", actor?.token ?? "");
  element("actor-token-of").hidden = actor === undefined;
  showToken("proof", asked.proof ?? "");
  element("proof-of").hidden = asked.proof === undefined;
  showSnippets(request);
  /** @type {Map<FieldName, string>} what is good to know of a field */
  const hints = new Map([
    ["subject", lineOf(json.subject)],
    ["actor", lineOf(json.actor)],
  ]);
  if (subject.stranger) hints.set("signer", "The issuer’s key is not in this page: another one signs.");
  markFields(new Map(), hints);
  if (answer.status !== 200) {
    await showRefusal(answer, json, hints, isLatest);
    return;
  }
  await nextTurn();
  if (!isLatest()) return;
  const before = isObject(json.subject) ? json.subject : {};
  showFlow(before, decode(String(answer.body.access_token))?.claims ?? told ?? {}, undefined);
  await nextTurn();
  if (!isLatest()) return;
  showIssued(answer, before, told);
  await nextTurn();
  await markDoubts(json, isLatest);
  // It keeps the processor busy for a while.
  await whenSeen(element("time"));
  if (!isLatest()) return;
  const time = await durationOf(send, request, json, isLatest);
  if (time !== undefined && isLatest()) showTime(time);
}

/**
 * @param {Answer} answer
 * @param {Given["json"]} json
 * @param {Map<FieldName, string>} hints
 * @param {() => boolean} isLatest
 */
async function showRefusal(answer, json, hints, isLatest) {
  const explanation = explain(String(answer.event?.reason));
  const fields = explanation.fields.filter(isShown);
  const { began } = shown;
  const example = began && currentExample(began);
  const now = Math.floor(Date.now() / 1000);
  const fix = began && example && fixFor(String(answer.event?.reason), example, began, now);
  showFlow(isObject(json.subject) ? json.subject : {}, undefined, explanation.check);
  showRefused(answer, { ...explanation, fields }, fix, () => {
    if (example === undefined || fix === undefined) return;
    fix.apply(example);
    void tryOut(example);
  });
  const [first] = fields;
  if (first !== undefined) markFields(new Map([[first, explanation.why]]), hints);
  showTime("");
  const about = fix === undefined ? undefined : { field: fix.field, member: fix.member, why: explanation.why };
  await markDoubts(json, isLatest, about);
}

/**
 * The service could not be made. Where the rules are at fault, the module says which of them, and where.
 * @param {unknown} error
 * @param {Given["json"]} json
 */
async function showFault(error, json) {
  if (!(error instanceof Error)) throw error;
  const { faults } = await findingsOf(resourcesOf(json));
  const marks = marksOf(faults, "error", json);
  const lines = [...marks].map(([field, list]) => /** @type {const} */ ([field, list.map(sentenceOf).join("\n")]));
  markFields(new Map(lines));
  markPlaces(marks);
  showTime("");
  if (lines.length === 0) showProblem("refused", "The service cannot start", error.message);
  else showProblem("refused", "These rules are not accepted", lines.map(([, text]) => text).join("\n"));
}

/**
 * Marks what is doubtful about rules that are accepted, and the member that a refusal is about.
 * @param {Given["json"]} json
 * @param {() => boolean} isLatest
 * @param {{ field: FieldName, member: string, why: string }} [refused]
 */
async function markDoubts(json, isLatest, refused) {
  const marks = await doubtsIn(json, refused);
  if (isLatest()) markPlaces(marks);
}

/** @param {Mark & { path?: string }} mark */
function sentenceOf({ path, message }) {
  return path === undefined ? message : `${path}: ${message}`;
}

/**
 * Until when a token is good, in words.
 * @param {unknown} claims
 */
function lineOf(claims) {
  const words = isObject(claims) ? inWords("exp", claims.exp) : "";
  return words === "" ? "" : `Good until (exp): ${words}`;
}
