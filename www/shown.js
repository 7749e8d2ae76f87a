// What the page shows.
import { PRESETS } from "./presets.js";

/** @import { Example, Preset } from "./presets.js" */

/**
 * `situation`: the one that is chosen; `began`: what it began with; `trial`: the id of the one that is on.
 * @type {{ situation: { id: string, title: string, story: string }, began: Example | undefined, trial: string | undefined }}
 */
export const shown = { situation: /** @type {Preset} */ (PRESETS[0]), began: undefined, trial: undefined };
