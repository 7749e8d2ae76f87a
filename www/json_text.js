// JSON as people write it: what is short stands on one line; and what it is the text of.

const WIDTH = 44;

/**
 * @param {unknown} value
 * @param {string} [indent]
 * @param {string} [name] of the member that the value is
 * @returns {string} JSON
 */
export function jsonText(value, indent = "", name) {
  const start = name === undefined ? "" : `${JSON.stringify(name)}: `;
  return start + valueText(value, indent, indent.length + start.length);
}

/**
 * @param {unknown} value
 * @param {string} indent
 * @param {number} column  where it begins
 */
function valueText(value, indent, column) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const inner = `${indent}  `;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => jsonText(member, inner, list ? undefined : name));
  const [open, close] = list ? "[]" : "{}";
  if (members.length === 0) return `${open}${close}`;
  const line = `${open}${members.join(", ")}${close}`;
  // Objects are read member by member; only lists go on one line.
  if (list && !line.includes("\n") && column + line.length <= WIDTH) return line;
  return `${open}\n${members.map((member) => inner + member).join(",\n")}\n${indent}${close}`;
}

/** The value of a text; `undefined` where it is not JSON. @param {string} text @returns {any} */
export function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
