// The names that expressions on this page may read: those that the rules in its fields define, and the claims of its tokens.
import { namesIn, namesOf, together } from "./expression_names.js";
import { readFields } from "./fields.js";
import { resourcesOf } from "./rules.js";

/** @import { Names } from "./expression_names.js" */

/** @returns {Names} */
export function namesHere() {
  const { json } = readFields();
  const ofTokens = { claims: namesOf(json.subject), actor: namesOf(json.actor), attribute: [] };
  return together([ofTokens, ...resourcesOf(json).map(namesIn)]);
}
