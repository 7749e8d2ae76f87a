// The demo page: it reads the fields, lets the service that runs in this page do the exchange, and shows what came of it.
import { inWords } from "./claims.js";
import { element, make } from "./elements.js";
import { fillFields, isShown, makeFields, markFields, readFields } from "./fields.js";
import { PRESETS } from "./presets.js";
import { MCP_TRIALS, SITUATION, travel } from "./mcp.js";
import { showJourney, showMcp } from "./mcp_view.js";
import { proofFor } from "./proof.js";
import { explain } from "./reasons.js";
import { showChecks, showIssued, showProblem, showRefused, showTime, showToken, showWaiting } from "./result.js";
import { ISSUER, measure, ownKey, startService } from "./service.js";
import { makeTabs, showSnippets } from "./tabs.js";
import { introspectionRequest, TOKEN_PATH, tokenRequest } from "./token_request.js";
import { decode, forger, sign, signerOf } from "./tokens.js";
import { TRIALS } from "./trials.js";

/** @import { Given, FieldName } from "./fields.js" */
/** @import { McpTrial } from "./mcp.js" */
/** @import { Preset, Example } from "./presets.js" */
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
/** @type {Preset | typeof SITUATION} */
let chosen = /** @type {Preset} */ (PRESETS[0]);

await begin();

async function begin() {
  makeFields(exchangeSoon);
  makeTabs();
  showChecks(undefined);
  for (const preset of [...PRESETS, SITUATION]) element("presets").append(choice(preset));
  element("start-over").addEventListener("click", () => choose(chosen));
  element("run").addEventListener("click", exchangeNow);
  if (globalThis.crypto?.subtle === undefined) {
    const why = "Browsers give WebCrypto, which signs the tokens, only to https and to localhost.";
    showProblem("idle", "This page needs a secure connection", why);
    return;
  }
  await choose(chosen);
}

/** @param {Preset | typeof SITUATION} preset */
function choice(preset) {
  const radio = make("input", { type: "radio", name: "preset", value: preset.id, id: `preset-${preset.id}` });
  radio.toggleAttribute("checked", preset === chosen);
  radio.addEventListener("change", () => choose(preset));
  return make("label", { class: "chip" }, radio, preset.title);
}

/** @param {Preset | typeof SITUATION} preset */
async function choose(preset) {
  chosen = preset;
  element("story").textContent = preset.story;
  showMcp(!("of" in preset));
  if (!("of" in preset)) {
    offer(MCP_TRIALS, journey);
    await journey();
    return;
  }
  const example = await preset.of();
  if (chosen !== preset) return;
  const fitting = TRIALS.filter(({ fits }) => fits(example));
  offer(fitting, async ({ change }) => {
    const changed = await preset.of();
    change(changed);
    await tryOut(changed);
  });
  await tryOut(example);
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

/**
 * The way over both services, with what one trial changes.
 * @param {McpTrial} [trial]
 */
async function journey(trial) {
  clearTimeout(pause);
  const run = ++latest;
  try {
    const found = await travel(trial);
    if (run === latest) showJourney(found, trial);
  } catch (error) {
    console.error(error);
    if (run !== latest) return;
    showMcp(false);
    showProblem("idle", "The page failed", String(error));
  }
}

/** @param {Example} example */
async function tryOut(example) {
  fillFields(example);
  await exchangeNow();
}

function exchangeSoon() {
  clearTimeout(pause);
  pause = setTimeout(exchangeNow, PAUSE);
}

async function exchangeNow() {
  clearTimeout(pause);
  const run = ++latest;
  const isLatest = () => run === latest;
  const given = readFields();
  if (given.faults.size > 0) {
    markFields(given.faults);
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
    if (isLatest()) showFault(error);
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
    showRefused(answer, { ...explanation, fields });
    const [first] = fields;
    if (first !== undefined) markFields(new Map([[first, explanation.why]]), hints);
    showTime("");
    return;
  }
  showIssued(answer, isObject(json.subject) ? json.subject : {}, told);
  const measured = await measure(send, request, isLatest);
  if (measured === undefined || !isLatest()) return;
  const { milliseconds, runs } = measured;
  showTime(`${milliseconds.toPrecision(2)} ms here: median of ${runs} runs`);
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
  const resources = RESOURCES.flatMap(([field, resourceType]) => listOf(json[field]).map(withType(resourceType)));
  const rules = JSON.stringify(resources);
  if (known?.rules !== rules) known = { rules, service: startService(resources) };
  return known.service;
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
 * The service could not be made. Where the rules are at fault, each line of the message says which one and where.
 * @param {unknown} error
 */
function showFault(error) {
  if (!(error instanceof Error)) throw error;
  const { json } = readFields();
  const origins = RESOURCES.flatMap(([field]) => listOf(json[field]).map(() => field));
  /** @type {Map<FieldName, string>} */
  const faults = new Map();
  for (const line of error.message.split("\n")) {
    const [place, index] = /^\[(\d+)\][.: ]*/.exec(line) ?? [];
    const field = origins[Number(index)];
    if (place === undefined || field === undefined) continue;
    faults.set(field, [faults.get(field), line.slice(place.length)].filter(Boolean).join("\n"));
  }
  markFields(faults);
  showTime("");
  if (faults.size === 0) showProblem("refused", "The service cannot start", error.message);
  else showProblem("refused", "These rules are not accepted", [...faults.values()].join("\n"));
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
