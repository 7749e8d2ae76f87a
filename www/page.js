// The demo page: it reads the fields, lets the service that runs in this page do the exchange, and shows what came of it.
import { showChecks, showIssued, showProblem, showRefused } from "./answer.js";
import { inWords } from "./claims.js";
import { element, make, tokenParts } from "./elements.js";
import { howTo, REFUSED } from "./examples.js";
import { fillFields, markFields, readFields, watchFields } from "./fields.js";
import { decode } from "./jwt.js";
import { startService } from "./service.js";
import { mint, sharedKey } from "./subject_token.js";
import { introspectionRequest, requestText, tokenRequest } from "./token_request.js";

/** @import { Given } from "./fields.js" */
/** @import { FieldName } from "./checks.js" */
/** @import { Example } from "./examples.js" */
/** @import { Asked } from "./token_request.js" */

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

await begin();

async function begin() {
  showChecks(undefined);
  foldOnSmallScreens();
  for (const { id, title, of } of REFUSED) {
    const button = make("button", { type: "button", class: "trial", "data-trial": id }, title);
    button.addEventListener("click", () => tryOut(of()));
    element("trials", HTMLElement).append(button);
  }
  element("start-over", HTMLElement).addEventListener("click", () => tryOut(howTo()));
  const run = element("run", HTMLButtonElement);
  run.addEventListener("click", exchangeNow);
  watchFields(exchangeSoon);

  if (globalThis.crypto?.subtle === undefined) {
    showProblem("idle", "This page needs a secure connection", [
      "Browsers give WebCrypto, which signs the tokens, only to https and to localhost.",
    ]);
    return;
  }
  run.disabled = false;
  await tryOut(howTo());
}

// What is there for those who want to see every byte would make a long page on a phone.
function foldOnSmallScreens() {
  if (!matchMedia("(max-width: 40rem)").matches) return;
  for (const raw of document.querySelectorAll("details.raw")) raw.removeAttribute("open");
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
  const given = readFields();
  const claims = given.json["subject-claims"];
  showTimes(claims);
  if (given.faults.size > 0) {
    markFields([], given.faults);
    showProblem("idle", "Waiting for JSON", [`There is something to mend in: ${[...given.faults.keys()].join(", ")}.`]);
    return;
  }
  try {
    const show = await exchange(given);
    if (run === latest) show();
  } catch (error) {
    console.error(error);
    if (run === latest) showProblem("idle", "The page failed", [String(error)]);
  }
}

/**
 * Performs the exchange.
 * @param {Given} given
 * @returns {Promise<() => void>} shows what came of it
 */
async function exchange({ json, text }) {
  const key = sharedKey(json.introspector, text["signing-secret"]);
  if (key === undefined) {
    return () => {
      markFields(
        [],
        new Map([["introspector", "There is no secret to sign with: give jwt.secret, or a key in jwt.keys."]]),
      );
      showProblem("idle", "Nothing to sign with", [
        "The page plays the login service too, and needs the secret that it shares with this one.",
      ]);
    };
  }
  const claims = json["subject-claims"];
  const subjectToken = await mint(claims, key);
  const client = /** @type {{ id?: unknown, secret?: unknown } | null} */ (json.client);
  /** @type {Asked} */
  const asked = {
    clientId: String(client?.id ?? ""),
    clientSecret: text["client-secret"] || String(client?.secret ?? ""),
    subjectToken,
    scope: text.scope,
    audience: text.audience,
  };
  const request = tokenRequest(asked);
  let send;
  try {
    send = await serviceFor(json);
  } catch (error) {
    return () => showFault(error);
  }
  const answer = await send(request);
  const issued = answer.status === 200;
  // A JWT says itself what it means; of an opaque token only the service knows.
  const opaque = issued && decode(String(answer.body.access_token)) === undefined;
  const meaning = opaque ? (await send(introspectionRequest(asked, String(answer.body.access_token)))).body : undefined;
  return () => {
    element("subject-token", HTMLElement).replaceChildren(...tokenParts(subjectToken));
    element("subject-header", HTMLElement).textContent = JSON.stringify(decode(subjectToken)?.header ?? {});
    element("request", HTMLElement).textContent = requestText(request);
    markFields([], new Map());
    if (issued) showIssued(answer, asClaims(claims), meaning);
    else markFields(showRefused(answer), new Map());
  };
}

/**
 * The service with the rules that stand in the fields; the same one for as long as they do not change.
 * @param {Given["json"]} json
 */
function serviceFor(json) {
  const resources = RESOURCES.map(([field, resourceType]) => withType(json[field], resourceType));
  const rules = JSON.stringify(resources);
  if (known?.rules !== rules) known = { rules, service: startService(resources) };
  return known.service;
}

/**
 * The how-to writes the type into the path; in one list each resource must name its own.
 * @param {unknown} resource
 * @param {string} resourceType
 * @returns {object}
 */
function withType(resource, resourceType) {
  return /** @type {object} */ (isObject(resource) ? { resourceType, ...resource } : resource);
}

/**
 * The service could not be made. Where the rules are at fault, each line of the message says which one and where.
 * @param {unknown} error
 */
function showFault(error) {
  if (!(error instanceof Error)) throw error;
  const lines = error.message.split("\n").filter(Boolean);
  /** @type {Map<FieldName, string>} */
  const faults = new Map();
  for (const line of lines) {
    const [place, index] = /^\[(\d)\][.: ]*/.exec(line) ?? [];
    const field = RESOURCES[Number(index)]?.[0];
    if (place === undefined || field === undefined) continue;
    faults.set(field, [faults.get(field), line.slice(place.length)].filter(Boolean).join("\n"));
  }
  markFields([], faults);
  const title = faults.size > 0 ? "These rules are not accepted" : "The service cannot start";
  showProblem("refused", title, faults.size > 0 ? [...faults.values()] : lines);
}

/** @param {unknown} claims */
function showTimes(claims) {
  const words = inWords("exp", asClaims(claims).exp);
  element("subject-claims-hint", HTMLElement).textContent = words === "" ? "" : `exp, until when it is good: ${words}`;
}

/**
 * @param {unknown} claims
 * @returns {Record<string, unknown>}
 */
function asClaims(claims) {
  return isObject(claims) ? { ...claims } : {};
}

/**
 * @param {unknown} value
 * @returns {value is object}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
