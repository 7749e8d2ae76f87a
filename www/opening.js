// How the page opens: the document says what it is for, then come the fields, then the first answer, and then the rest.
import { element } from "./elements.js";

/** @type {() => void} */
let tell;

/** The first answer is there, or it is clear that none will come. @type {Promise<void>} */
export const opened = new Promise((resolve) => (tell = resolve));

/** Shows what the reader can change. The answer has its place, so that nothing moves when it comes. */
export function ready() {
  element("main").dataset.ready = "";
}

/** What more there is may be loaded now. */
export function answered() {
  ready();
  element("main").dataset.answered = "";
  tell();
}
