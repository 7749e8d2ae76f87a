// Registered claims in plain words.

const MEANINGS = new Map([
  ["iss", "who issued it"],
  ["sub", "about whom"],
  ["act", "who acts for them"],
  ["may_act", "who may act for them"],
  ["cnf", "to which key it is bound"],
  ["aud", "for whom it is good"],
  ["resource", "at which API"],
  ["scope", "what it allows"],
  ["client_id", "which app asked"],
  ["iat", "issued"],
  ["nbf", "not before"],
  ["exp", "good until"],
  ["jti", "its number"],
]);

/**
 * What a registered claim says, in a few words.
 * @param {string} name
 * @returns {string}
 */
export function meaning(name) {
  return MEANINGS.get(name) ?? "";
}

/**
 * A date claim for people: the time of day, and how far away it is. Empty for other claims.
 * @param {string} name
 * @param {unknown} value
 * @returns {string}
 */
export function inWords(name, value) {
  if (!["iat", "nbf", "exp"].includes(name) || typeof value !== "number") return "";
  const date = new Date(value * 1000);
  if (Number.isNaN(date.getTime())) return "";
  const seconds = Math.round(value - Date.now() / 1000);
  return `${clock(date)}, ${distance(seconds)}`;
}

/**
 * How long a token is good, for people.
 * @param {number} seconds
 */
export function lifetime(seconds) {
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
}

/** @param {Date} date */
function clock(date) {
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString("en-GB") : date.toLocaleString("en-GB");
}

/** @param {number} seconds */
function distance(seconds) {
  const size = Math.abs(seconds);
  if (size < 2) return "now";
  const [length, unit] =
    size < 120 ? [1, "s"] : size < 7200 ? [60, "min"] : size < 172800 ? [3600, "h"] : [86400, "days"];
  const amount = `${Math.round(size / Number(length))} ${unit}`;
  return seconds < 0 ? `${amount} ago` : `in ${amount}`;
}
