// Descriptions of the schema.
import { make } from "./elements.js";

/** A description, with what stands between backticks as code. @param {string} text @returns {(Node | string)[]} */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : make("code", {}, part)));
}
