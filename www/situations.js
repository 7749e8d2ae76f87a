// The situations of the page, and what of the page belongs to which.
import { keep, keptOwn } from "./address.js";
import { element, make } from "./elements.js";
import { applyChanges } from "./link.js";
import { MCP_TRIALS, SITUATION, travel } from "./mcp.js";
import { showJourney, showJourneyFailed } from "./mcp_view.js";
import { OWN, restoreOwn } from "./own_token.js";
import { PRESETS } from "./presets.js";
import { nextRun, tryOut } from "./run.js";
import { shown } from "./shown.js";
import { randomId } from "./tokens.js";
import { offer, press } from "./trial_buttons.js";
import { TRIALS } from "./trials.js";

/** @import { State } from "./link.js" */
/** @import { McpTrial } from "./mcp.js" */
/** @import { Preset } from "./presets.js" */

/** @typedef {Preset | typeof SITUATION | typeof OWN} Situation */

export const SITUATIONS = /** @type {readonly Situation[]} */ ([...PRESETS, SITUATION, OWN]);

const PARTS = /** @type {const} */ ([
  ["exchange", (/** @type {Situation} */ one) => "of" in one],
  ["drawn", (/** @type {Situation} */ one) => "of" in one],
  ["program", (/** @type {Situation} */ one) => "of" in one],
  ["mcp", (/** @type {Situation} */ one) => one === SITUATION],
  ["own", (/** @type {Situation} */ one) => one === OWN],
  ["try", (/** @type {Situation} */ one) => one !== OWN],
]);

/** Makes the choice of situations. */
export function makeSituations() {
  for (const situation of SITUATIONS) element("presets").append(choice(situation));
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
export async function choose(situation, state = {}) {
  shown.situation = situation;
  /** @type {HTMLInputElement} */ (element(`preset-${situation.id}`)).checked = true;
  element("story").textContent = situation.story;
  for (const [id, fits] of PARTS) element(id).hidden = !fits(situation);
  element("brief").setAttribute(
    "href",
    situation === SITUATION ? "#access" : situation === OWN ? "#own-answer" : "#out",
  );
  if ("of" in situation) return exchangeIn(situation, state);
  shown.began = undefined;
  if (situation === OWN) {
    nextRun();
    await restoreOwn(state.own ?? keptOwn());
    return keep();
  }
  offer(MCP_TRIALS, journey);
  return journey(MCP_TRIALS.find(({ id }) => id === state.trial));
}

/**
 * @param {Preset} situation
 * @param {Partial<State>} state
 */
async function exchangeIn(situation, state) {
  const example = await situation.of();
  if (shown.situation !== situation) return;
  shown.began = structuredClone(example);
  offer(
    TRIALS.filter(({ fits }) => fits(example)),
    async (trial) => {
      const changed = await situation.of();
      shown.began = structuredClone(changed);
      trial.change(changed);
      await tryOut(changed, trial.id);
    },
  );
  const now = Math.floor(Date.now() / 1000);
  applyChanges(example, state.changes ?? [], { now, newSecret: () => randomId() + randomId() });
  await tryOut(example, state.trial);
}

/**
 * The way over both services, with what one trial changes.
 * @param {McpTrial} [trial]
 */
async function journey(trial) {
  const isLatest = nextRun();
  press(trial?.id);
  void keep();
  try {
    const found = await travel(trial);
    if (isLatest()) showJourney(found, trial);
  } catch (error) {
    console.error(error);
    if (isLatest()) showJourneyFailed();
  }
}
