// A token of the reader's own: what it says, who issued it, and the rules that would accept it. It is decoded here, and its
// signature is neither needed nor kept.
import { recognised } from "./edge-sts/recipes/recognised.js";
import { element, make } from "./elements.js";
import { findingsOf } from "./findings.js";
import { jsonText } from "./json_text.js";
import { answered } from "./opening.js";
import { asIfNew, conditionsOf, resourcesFor, risksOf, withKey } from "./own_rules.js";
import { SAMPLES } from "./own_samples.js";
import { explain } from "./reasons.js";
import { claimRows } from "./result.js";
import { startService } from "./service.js";
import { tokenRequest } from "./token_request.js";
import { decode, issuerKey, randomId, sign, signerOf } from "./tokens.js";

/** @import { Decoded } from "./tokens.js" */
/** @import { Condition } from "./own_rules.js" */

export const OWN = {
  id: "own",
  title: "Paste your own token",
  story: "Paste a token, and see the rules that would accept it. It is decoded in this page and sent nowhere.",
};

/** @type {Decoded | undefined} */
let given;
/** @type {readonly string[]} paths of claims that are compared */
let chosen = [];
// Made once, so that the rules do not change while one looks at them.
const secret = `${randomId()}${randomId()}`;
// The latest look; what an earlier one finds out is no longer of interest.
let latest = 0;
/** @type {() => void} */
let changed = () => undefined;

/**
 * Makes the controls.
 * @param {() => void} whenChanged  called when what `ownState` gives has changed
 */
export function makeOwn(whenChanged) {
  changed = whenChanged;
  const field = /** @type {HTMLTextAreaElement} */ (element("own-token"));
  field.addEventListener("input", () => void take(field.value));
  for (const { id, title, claims } of SAMPLES) {
    const button = make("button", { type: "button", class: "trial", "data-sample": id }, title);
    button.addEventListener("click", async () => {
      const now = Math.floor(Date.now() / 1000);
      field.value = await signed({ header: { typ: "JWT" }, claims: { ...claims, iat: now, exp: now + 600 } });
      await take(field.value);
    });
    element("own-samples").append(button);
  }
  for (const name of ["own-audience", "own-scope"]) element(name).addEventListener("input", () => void look());
  // Where the panels stand below each other, the rules would come after all that a token says.
  /** @type {HTMLDetailsElement} */ (element("own-claims-of")).open = matchMedia("(min-width: 64.01rem)").matches;
  element("own-copy").addEventListener("click", copy);
  element("own-download").addEventListener("click", download);
}

/**
 * Takes a token that was pasted somewhere in the page.
 * @param {string} text
 */
export async function pasted(text) {
  /** @type {HTMLTextAreaElement} */ (element("own-token")).value = text.trim();
  await take(text);
}

/** Whether a text looks like a JWT, as it is pasted. @param {string} text */
export function isToken(text) {
  return /^\s*(?:Bearer\s+)?eyJ[\w-]+\.[\w-]+\.[\w-]*\s*$/.test(text);
}

/** What a link holds: the header and the claims, never the signature. */
export function ownState() {
  const wanted = { audience: valueOf("own-audience"), scope: valueOf("own-scope"), conditions: chosen };
  return given === undefined ? undefined : { ...given, ...wanted };
}

/** @param {any} state  as `ownState` gave it */
export async function restoreOwn(state) {
  if (typeof state?.claims !== "object") {
    if (given === undefined) sayUndecodable(valueOf("own-token"));
    return;
  }
  given = { header: state.header ?? {}, claims: state.claims };
  // The field shows what a link brought: the same claims, with a signature that is worth nothing.
  /** @type {HTMLTextAreaElement} */ (element("own-token")).value = await signed(given);
  for (const name of /** @type {const} */ (["audience", "scope"]))
    input(`own-${name}`).value = String(state[name] ?? "");
  showConditions(conditionsOf(recognised(given.claims), given.claims), state.conditions ?? []);
  await look();
}

/** @param {string} text */
async function take(text) {
  const token = text.trim().replace(/^Bearer\s+/i, "");
  given = decode(token);
  if (given === undefined) {
    latest++;
    showFound(false);
    sayUndecodable(token);
    changed();
    return;
  }
  const all = conditionsOf(recognised(given.claims), given.claims);
  showConditions(
    all,
    all.filter((one) => one.chosen).map(({ path }) => path),
  );
  await look();
}

/** @param {string} token */
function sayUndecodable(token) {
  const { title, why } = undecodable(token);
  say("idle", title, why);
}

/** @param {string} token */
function undecodable(token) {
  const parts = token.split(".").length;
  if (token === "") return { title: "Waiting for a token", why: "Paste one, or take one of the examples." };
  if (parts === 5)
    return { title: "This token is encrypted", why: "It is a JWE: only the one it is meant for can read it." };
  if (parts === 1)
    return {
      title: "This is no JWT",
      why: "An opaque token says nothing by itself. Its issuer can be asked about it: a TokenIntrospector of the type opaque.",
    };
  return {
    title: "This is no JWT",
    why: "A JWT has three parts of base64url with dots between them, and the first two are JSON.",
  };
}

/**
 * @param {readonly Condition[]} conditions
 * @param {readonly string[]} selected
 */
function showConditions(conditions, selected) {
  chosen = selected;
  const boxes = conditions.map(({ path, value }) => {
    const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", "data-condition": path }));
    box.checked = selected.includes(path);
    box.addEventListener("change", () => {
      chosen = box.checked ? [...chosen, path] : chosen.filter((one) => one !== path);
      void look();
    });
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return make("li", {}, make("label", { class: "check" }, box, make("span", {}, make("code", {}, path), ` ${text}`)));
  });
  element("own-conditions").replaceChildren(...boxes);
  element("own-conditions-of").hidden = boxes.length === 0;
}

/** Shows the rules for the token, what is dangerous about them, and whether the module accepts it with them. */
async function look() {
  if (given === undefined) return;
  const run = ++latest;
  const { header, claims } = given;
  const issuer = recognised(claims);
  const resources = rules();
  const { faults, doubts } = await findingsOf(resources);
  if (run !== latest) return;

  element("own-header").textContent = jsonText(header);
  element("own-claims").replaceChildren(...claimRows(undefined, claims));
  element("own-claims-title").textContent = `What it says (${Object.keys(claims).length} claims)`;
  element("own-issuer").textContent = issuer.name;
  element("own-iss").textContent = String(claims.iss ?? "");
  const recipe = element("own-recipe");
  recipe.setAttribute("href", `docs/how-to/${issuer.recipe}.html`);
  recipe.textContent = issuer.recipe === "recipes" ? "All recipes" : `The recipe for ${issuer.name}`;
  showDangers([
    ...faults.map(({ path, message }) => `${withoutIndex(path)}: ${message}`),
    ...risksOf(issuer, claims, chosen),
    ...doubts.map(({ path, message }) => `${withoutIndex(path)}: ${message}`),
  ]);
  element("own-resources").textContent = text(resources);
  element("own-about").textContent =
    issuer.about === "program"
      ? "This token is a program’s. It needs no User."
      : "This token is a person’s. Nobody gets in who is not listed as a User.";
  showFound(true);
  if (faults.length > 0) say("refused", "These rules are not accepted", "See what is dangerous, below.");
  else await tryOut(run, resources);
  changed();
}

/** @param {boolean} isFound */
function showFound(isFound) {
  for (const id of ["own-said", "own-found", "own-file"]) element(id).hidden = !isFound;
}

/** @param {readonly string[]} sentences */
function showDangers(sentences) {
  const items = sentences.map((sentence) => make("li", {}, sentence));
  element("own-dangers").replaceChildren(
    ...(items.length > 0 ? items : [make("li", { class: "none" }, "Nothing that the module or the recipe warns of.")]),
  );
}

/**
 * Exchanges the same claims in this page by these rules. Its issuer's key is not here, so that a key of the page signs them.
 * @param {number} run
 * @param {Record<string, any>[]} resources
 */
async function tryOut(run, resources) {
  if (given === undefined) return;
  const now = Math.floor(Date.now() / 1000);
  const claims = asIfNew(given.claims, now);
  const key = await issuerKey(typeof given.header.kid === "string" ? given.header.kid : "own");
  const tried = withKey(resources, key);
  const [client] = resources;
  const subjectToken = await signed({ header: given.header, claims }, tried[1]);
  const request = tokenRequest({
    id: String(client?.id),
    secret: client?.secret,
    subjectToken,
    subjectType: "jwt",
    scope: valueOf("own-scope"),
    audience: valueOf("own-audience"),
  });
  const send = await startService(tried);
  const answer = await send(request);
  if (run !== latest) return;
  const moved = claims === given.claims ? "" : " It has expired; it was tried as if it had been issued now.";
  if (answer.status === 200) {
    const why = `The service in this page exchanged the same claims by these rules. A key of the page signed them: your token’s own signature is not checked.${moved}`;
    say("ok", "These rules accept it", why);
    return;
  }
  const { origin, why, todo } = explain(String(answer.event?.reason));
  say("refused", `Refused: ${origin.toLowerCase()}`, `${why} ${todo}`);
}

/**
 * A token with this header and these claims, signed by a key of the page.
 * @param {Decoded} decoded
 * @param {unknown} [introspector]  whose key signs; a new one otherwise
 */
async function signed({ header, claims }, introspector) {
  const by = introspector ?? { jwt: { keys: [await issuerKey("own")] } };
  const signer = await signerOf(by);
  if (signer === undefined) throw new Error("The key that was just made is not in this page.");
  return sign(claims, { ...signer, typ: typeof header.typ === "string" ? header.typ : "JWT" });
}

function rules() {
  const { header, claims } = /** @type {Decoded} */ (given);
  const wanted = { audience: valueOf("own-audience"), scope: valueOf("own-scope"), conditions: chosen };
  return resourcesFor(recognised(claims), claims, wanted, header, secret);
}

/** @param {readonly unknown[]} resources */
function text(resources) {
  return `${jsonText(resources)}\n`;
}

async function copy() {
  const shown = element("own-resources");
  try {
    await navigator.clipboard.writeText(shown.textContent ?? "");
    element("own-copy").textContent = "Copied";
    element("own-status").textContent = "resources.json: copied";
  } catch {
    // Without permission the reader copies himself what is selected for him.
    getSelection()?.selectAllChildren(shown);
    element("own-copy").textContent = "Selected: press Ctrl+C";
  }
}

function download() {
  const address = URL.createObjectURL(
    new Blob([element("own-resources").textContent ?? ""], { type: "application/json" }),
  );
  const link = /** @type {HTMLAnchorElement} */ (make("a", { href: address, download: "resources.json" }));
  link.click();
  URL.revokeObjectURL(address);
  element("own-status").textContent = "resources.json: saved";
}

/**
 * @param {"idle" | "ok" | "refused"} status
 * @param {string} title
 * @param {string} why
 */
function say(status, title, why) {
  answered();
  element("own-answer").dataset.status = status;
  element("own-title").textContent = title;
  element("own-why").textContent = why;
  const brief = element("brief");
  brief.dataset.status = status;
  brief.textContent = title;
  brief.setAttribute("href", "#own-answer");
  element("own-copy").textContent = "Copy resources.json";
}

/** @param {string} path */
function withoutIndex(path) {
  return path.replace(/^\[\d+\]\./, "");
}

/** @param {string} id */
function valueOf(id) {
  return input(id).value.trim();
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (element(id));
}
