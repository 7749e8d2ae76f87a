// The demo page: it reads the fields, lets the service that runs in this page do the exchange, and shows what came of it.
import { inWords } from "./claims.js";
import { measure, timeText } from "./duration.js";
import { element, make, ready } from "./elements.js";
import {
  currentExample,
  fillFields,
  isShown,
  JSON_NAMES,
  makeFields,
  markFields,
  markPlaces,
  readFields,
  textOf,
  useEditors,
} from "./fields.js";
import { findingsOf, jsonFaultOf } from "./findings.js";
import { fixFor } from "./fixes.js";
import { makeFlow, showFlow } from "./flow.js";
import { applyChanges, changesBetween, fragmentOf, stateOf } from "./link.js";
import { MCP_TRIALS, SITUATION, travel } from "./mcp.js";
import { showJourney, showJourneyFailed } from "./mcp_view.js";
import { placeIn } from "./json_places.js";
import { offersAt } from "./members.js";
import { isToken, makeOwn, OWN, ownState, pasted, restoreOwn } from "./own_token.js";
import { PRESETS } from "./presets.js";
import { proofFor } from "./proof.js";
import { explain } from "./reasons.js";
import { showChecks, showIssued, showProblem, showRefused, showTime, showToken, showWaiting } from "./result.js";
import { ISSUER, ownKey, startService } from "./service.js";
import { makeTabs, showSnippets } from "./tabs.js";
import { introspectionRequest, TOKEN_PATH, tokenRequest } from "./token_request.js";
import { decode, forger, randomId, sign, signerOf } from "./tokens.js";
import { TRIALS } from "./trials.js";

/** @import { Given, FieldName } from "./fields.js" */
/** @import { Mark } from "./editor.js" */
/** @import { Finding } from "./findings.js" */
/** @import { State } from "./link.js" */
/** @import { McpTrial } from "./mcp.js" */
/** @import { Preset, Example } from "./presets.js" */
/** @import { Send } from "./service.js" */
/** @import { TokenRequest } from "./token_request.js" */
/** @import { Signer } from "./tokens.js" */

const RESOURCES = /** @type {const} */ ([
  ["client", "Client"],
  ["introspector", "TokenIntrospector"],
  ["user", "User"],
]);

// Milliseconds after the last key stroke.
const PAUSE = 250;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;
// The latest run; what an earlier one finds out is no longer of interest.
let latest = 0;
/** @type {{ rules: string, service: ReturnType<typeof startService> } | undefined} */
let known;
/** @typedef {Preset | typeof SITUATION | typeof OWN} Situation */

const SITUATIONS = /** @type {readonly Situation[]} */ ([...PRESETS, SITUATION, OWN]);
// What of the page belongs to which situation.
const SHOWN = /** @type {const} */ ([
  ["exchange", (/** @type {Situation} */ one) => "of" in one],
  ["drawn", (/** @type {Situation} */ one) => "of" in one],
  ["program", (/** @type {Situation} */ one) => "of" in one],
  ["mcp", (/** @type {Situation} */ one) => one === SITUATION],
  ["own", (/** @type {Situation} */ one) => one === OWN],
  ["try", (/** @type {Situation} */ one) => one !== OWN],
]);

/** @type {Situation} */
let chosen = /** @type {Preset} */ (PRESETS[0]);
/** @type {Example | undefined} what the situation began with */
let began;
/** @type {string | undefined} the trial that is on */
let trialOn;

await begin().finally(ready);

async function begin() {
  makeFields(exchangeSoon);
  await useEditor();
  makeTabs();
  makeFlow();
  makeOwn(keep);
  showChecks(undefined);
  for (const situation of SITUATIONS) element("presets").append(choice(situation));
  element("start-over").addEventListener("click", () => choose(chosen));
  element("run").addEventListener("click", exchangeNow);
  element("link").addEventListener("click", copyLink);
  addEventListener("hashchange", follow);
  addEventListener("paste", takePasted);
  if (globalThis.crypto?.subtle === undefined) {
    const why = "Browsers give WebCrypto, which signs the tokens, only to https and to localhost.";
    showProblem("idle", "This page needs a secure connection", why);
    return;
  }
  if (!(await open(location.hash))) await choose(chosen);
}

// Without the editor, such as where the site was not built, the fields are text areas.
async function useEditor() {
  const editor = await import("./editor.js").catch(() => undefined);
  if (editor === undefined) return;
  useEditors((area, name) => {
    const type = RESOURCES.find(([field]) => field === name)?.[1];
    return editor.makeEditor(
      area,
      async (place, isName) => (type === undefined ? [] : offersAt(type, place, isName)),
      exchangeSoon,
    );
  });
}

/** @param {Situation} situation */
function choice(situation) {
  const radio = make("input", { type: "radio", name: "preset", value: situation.id, id: `preset-${situation.id}` });
  radio.addEventListener("change", () => choose(situation));
  return make("label", { class: "chip" }, radio, situation.title);
}

/**
 * Begins a situation anew, or as a link has it.
 * @param {Situation} situation
 * @param {Partial<State>} [state]
 */
async function choose(situation, state = {}) {
  chosen = situation;
  /** @type {HTMLInputElement} */ (element(`preset-${situation.id}`)).checked = true;
  element("story").textContent = situation.story;
  for (const [id, fits] of SHOWN) element(id).hidden = !fits(situation);
  element("brief").setAttribute(
    "href",
    situation === SITUATION ? "#access" : situation === OWN ? "#own-answer" : "#out",
  );
  if (situation === OWN) {
    latest++;
    await restoreOwn(state.own ?? keptOwn());
    keep();
    return;
  }
  if (!("of" in situation)) {
    offer(MCP_TRIALS, journey);
    await journey(MCP_TRIALS.find(({ id }) => id === state.trial));
    return;
  }
  const example = await situation.of();
  if (chosen !== situation) return;
  began = structuredClone(example);
  offer(
    TRIALS.filter(({ fits }) => fits(example)),
    async (trial) => {
      const changed = await situation.of();
      began = structuredClone(changed);
      trial.change(changed);
      await tryOut(changed, trial.id);
    },
  );
  applyChanges(example, state.changes ?? [], { now: now(), newSecret: () => randomId() + randomId() });
  await tryOut(example, state.trial);
}

/**
 * The buttons of the trials that a situation has.
 * @template {{ id: string, title: string }} T
 * @param {readonly T[]} trials
 * @param {(trial: T) => void} use
 */
function offer(trials, use) {
  element("trials").replaceChildren(
    ...trials.map((trial) => {
      const button = make("button", { type: "button", class: "trial", "data-trial": trial.id }, trial.title);
      button.addEventListener("click", () => use(trial));
      return button;
    }),
  );
}

/** @param {string | undefined} id  of the trial that is on */
function press(id) {
  trialOn = id;
  for (const button of element("trials").querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.trial === id));
}

/**
 * The way over both services, with what one trial changes.
 * @param {McpTrial} [trial]
 */
async function journey(trial) {
  clearTimeout(pause);
  press(trial?.id);
  keep();
  const run = ++latest;
  try {
    const found = await travel(trial);
    if (run === latest) showJourney(found, trial);
  } catch (error) {
    console.error(error);
    if (run === latest) showJourneyFailed();
  }
}

/** What the page shows, for a link; undefined while a field is not JSON. */
function shownState() {
  const withSecrets = /** @type {HTMLInputElement} */ (element("with-secrets")).checked;
  if (chosen === OWN) return { preset: OWN.id, own: ownState() };
  if (!("of" in chosen) || began === undefined) return { preset: chosen.id, trial: trialOn };
  const example = currentExample(began);
  if (example === undefined) return undefined;
  const changes = changesBetween(began, example, { now: now(), withSecrets });
  return { preset: chosen.id, trial: trialOn, changes };
}

/** Keeps what is shown in the address, so that a reload brings it back; a token of the reader's own only in this tab. */
async function keep() {
  const state = shownState();
  if (state === undefined) return;
  if ("own" in state) sessionStorage.setItem(OWN.id, JSON.stringify(state.own ?? null));
  const fragment = await fragmentOf({ ...state, own: undefined });
  history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
}

function keptOwn() {
  return JSON.parse(sessionStorage.getItem(OWN.id) ?? "null");
}

async function copyLink() {
  const state = shownState();
  // What is not JSON yet is in no link: the address has what was there before.
  const fragment = state === undefined ? location.hash : await fragmentOf(state);
  const link = `${location.origin}${location.pathname}${fragment}`;
  const said = await navigator.clipboard.writeText(link).then(
    () => "Link copied",
    () => "Copy the address of this page",
  );
  element("link").textContent = said;
  setTimeout(() => (element("link").textContent = "Copy link"), 2000);
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
  if (chosen !== OWN) await choose(OWN);
  await pasted(text);
  element("own-token").focus();
}

function now() {
  return Math.floor(Date.now() / 1000);
}

/**
 * @param {Example} example
 * @param {string} [trial]  that changed it
 */
async function tryOut(example, trial) {
  fillFields(example);
  press(trial);
  await exchangeNow();
}

function exchangeSoon() {
  press(undefined);
  clearTimeout(pause);
  pause = setTimeout(exchangeNow, PAUSE);
}

async function exchangeNow() {
  clearTimeout(pause);
  const run = ++latest;
  const isLatest = () => run === latest;
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
  markPlaces(marks);
}

/**
 * Performs the exchange, and shows what came of it if nothing newer was asked for meanwhile.
 * @param {Given} given
 * @param {() => boolean} isLatest
 */
async function exchange({ json, text, forged, prover }, isLatest) {
  const subject = await issued(json.subject, json.introspector, forged);
  const actor = json.actor === undefined ? undefined : await issued(json.actor, json.introspector, false);
  const asked = {
    id: String(json.client?.id ?? ""),
    secret: text.secret,
    subjectToken: subject.token,
    subjectType: subject.own ? /** @type {const} */ ("access_token") : /** @type {const} */ ("jwt"),
    actorToken: actor?.token,
    proof: await proofFor(prover, ISSUER + TOKEN_PATH),
    scope: text.scope,
    audience: text.audience,
  };
  const request = tokenRequest(asked);
  let send;
  try {
    send = await serviceFor(json);
  } catch (error) {
    if (isLatest()) await showFault(error, json);
    return;
  }
  const answer = await send(request);
  const isIssued = answer.status === 200;
  // A JWT says itself what it means; of an opaque token only the service knows.
  const opaque = isIssued && decode(String(answer.body.access_token)) === undefined;
  const told = opaque ? (await send(introspectionRequest(asked, String(answer.body.access_token)))).body : undefined;
  if (!isLatest()) return;

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
  if (!isIssued) {
    const explanation = explain(String(answer.event?.reason));
    const fields = explanation.fields.filter(isShown);
    const given = began && currentExample(began);
    const fix = began && given && fixFor(String(answer.event?.reason), given, began, now());
    showFlow(isObject(json.subject) ? json.subject : {}, undefined, explanation.check);
    showRefused(answer, { ...explanation, fields }, fix, () => {
      if (given === undefined || fix === undefined) return;
      fix.apply(given);
      void tryOut(given);
    });
    const [first] = fields;
    if (first !== undefined) markFields(new Map([[first, explanation.why]]), hints);
    showTime("");
    const about = fix === undefined ? undefined : { field: fix.field, member: fix.member, why: explanation.why };
    await markRules(json, isLatest, about);
    return;
  }
  void markRules(json, isLatest);
  const before = isObject(json.subject) ? json.subject : {};
  showIssued(answer, before, told);
  showFlow(before, decode(String(answer.body.access_token))?.claims ?? told ?? {}, undefined);
  await showDuration(send, request, json, isLatest);
}

/**
 * Measures the exchange as it is, and by the same rules without the signature of the new token.
 * @param {Send} send
 * @param {TokenRequest} request
 * @param {Given["json"]} json
 * @param {() => boolean} isLatest
 */
async function showDuration(send, request, json, isLatest) {
  if (request.proof !== undefined) {
    const times = await measure([() => send(request)], isLatest);
    if (times !== undefined && isLatest())
      showTime(`${timeText(times[0] ?? 0)} with the proof and the new token’s signature`);
    return;
  }
  const unsigned = await startService(resourcesOf({ ...json, client: asOpaque(json.client) }));
  await unsigned.exchange(request);
  const times = await measure([() => unsigned.exchange(request), () => send.exchange(request)], isLatest);
  if (times === undefined || !isLatest()) return;
  const [inside = 0, whole = 0] = times;
  showTime(`${timeText(inside)} in the module, ${timeText(whole)} with the new token’s signature`);
}

/**
 * The same Client, for whom nothing is signed: its access tokens are opaque.
 * @param {any} client
 */
function asOpaque(client) {
  const { token_format: _format, ...policy } = client?.auth?.token_exchange ?? {};
  return { ...client, auth: { ...client?.auth, token_exchange: policy } };
}

/**
 * What an issuer does elsewhere: the token with these claims.
 * @param {any} claims
 * @param {unknown} introspectors
 * @param {boolean} forged
 */
async function issued(claims, introspectors, forged) {
  const own = claims?.iss === ISSUER;
  const list = listOf(introspectors);
  const introspector = list.find((one) => one?.jwt?.iss === claims?.iss) ?? list[0];
  const signer = own ? (await ownKey()).signer : await signerOf(introspector);
  const stranger = signer === undefined && introspector !== undefined;
  const token = await sign(claims, signer !== undefined && !forged ? signer : await forger(signer ?? UNKNOWN));
  return { token, own, stranger };
}

const UNKNOWN = /** @type {Signer} */ ({ alg: "HS256", typ: "JWT" });

/**
 * The service with the rules that stand in the fields; the same one for as long as they do not change.
 * @param {Given["json"]} json
 */
function serviceFor(json) {
  const resources = resourcesOf(json);
  const rules = JSON.stringify(resources);
  if (known?.rules !== rules) known = { rules, service: startService(resources) };
  return known.service;
}

/** @param {Given["json"]} json */
function resourcesOf(json) {
  return RESOURCES.flatMap(([field, resourceType]) => listOf(json[field]).map(withType(resourceType)));
}

/**
 * The how-to writes the type into the path; in one list each resource must name its own.
 * @param {string} resourceType
 * @returns {(resource: unknown) => unknown}
 */
function withType(resourceType) {
  return (resource) => (isObject(resource) ? { resourceType, ...resource } : resource);
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

/** @param {Mark & { path?: string }} mark */
function sentenceOf({ path, message }) {
  return path === undefined ? message : `${path}: ${message}`;
}

/**
 * What the module found, by the field where it stands.
 * @param {readonly Finding[]} findings
 * @param {"error" | "warning"} severity
 * @param {Given["json"]} json
 */
function marksOf(findings, severity, json) {
  // Of each resource in the list that the module was given: its field, and its number where the field holds several.
  const origins = RESOURCES.flatMap(([field]) =>
    listOf(json[field]).map((_one, index) => ({ field, at: Array.isArray(json[field]) ? [index] : [] })),
  );
  /** @type {Map<FieldName, (Mark & { path: string })[]>} */
  const marks = new Map();
  for (const { path: whole, message } of findings) {
    const [, index, path = ""] = /^\[(\d+)\]\.?(.*)$/.exec(whole) ?? [];
    const origin = origins[Number(index)];
    if (index === undefined || origin === undefined) continue;
    const place = [...origin.at, ...placeIn(path)];
    marks.set(origin.field, [...(marks.get(origin.field) ?? []), { place, path, message, severity }]);
  }
  return marks;
}

/**
 * Marks what is doubtful about rules that are accepted, and the member that a refusal is about.
 * @param {Given["json"]} json
 * @param {() => boolean} isLatest
 * @param {{ field: FieldName, member: string, why: string }} [refused]
 */
async function markRules(json, isLatest, refused) {
  const { doubts } = await findingsOf(resourcesOf(json));
  if (!isLatest()) return;
  /** @type {Map<FieldName, Mark[]>} */
  const marks = marksOf(doubts, "warning", json);
  if (refused !== undefined) {
    const { field, member, why } = refused;
    const at =
      field !== "subject" && field !== "actor" && Array.isArray(json[/** @type {"client"} */ (field)]) ? [0] : [];
    const place = [...at, ...placeIn(`it.${member}`)];
    marks.set(field, [{ place, message: why, severity: "error" }, ...(marks.get(field) ?? [])]);
  }
  markPlaces(marks);
}

/**
 * Until when a token is good, in words.
 * @param {unknown} claims
 */
function lineOf(claims) {
  const words = isObject(claims) ? inWords("exp", claims.exp) : "";
  return words === "" ? "" : `Good until (exp): ${words}`;
}

/**
 * @param {unknown} value
 * @returns {any[]}
 */
function listOf(value) {
  return Array.isArray(value) ? value : [value];
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
