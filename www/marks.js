// Signs, drawn: as letters they are an empty box in one font and a coloured picture in another.
import { svg } from "./svg.js";

const PATHS = {
  good: "M4 8.5l3 3 5.5-7",
  failed: "M4.5 4.5l7 7m0-7l-7 7",
  open: "M6.5 8h3",
  kept: "M4 6.25h8M4 9.75h8",
  narrowed: "M8 3v9.5m-4-4l4 4 4-4",
  replaced: "M3 5.5h9.5m-2.5-2.5l2.5 2.5-2.5 2.5M13 10.5h-9.5m2.5-2.5l-2.5 2.5 2.5 2.5",
  added: "M8 3.5v9M3.5 8h9",
  removed: "M3.5 8h9",
};

/**
 * A sign for the eye alone: beside it stands a word.
 * @param {keyof typeof PATHS} kind
 */
export function sign(kind) {
  const path = svg("path", { d: PATHS[kind] });
  return svg("svg", { viewBox: "0 0 16 16", class: "sign", "aria-hidden": "true" }, path);
}
