// The issuers of the documentation's recipes, by the names of their pages: `edge-sts init --recipe` writes their resources, and
// the demo page recognises their tokens. Whether rules are sound the core says; here is what only the recipes know.
import { AUTOMATION } from "./automation.js";
import { CLOUD } from "./cloud.js";
import { PEOPLE } from "./people.js";
import type { Recipe } from "./recipe.js";

/** The first that fits a token counts. */
export const RECIPES: Readonly<Record<string, Recipe>> = { ...AUTOMATION, ...CLOUD, ...PEOPLE };
