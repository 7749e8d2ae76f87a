// Where a member stands in a JSON text, by CodeMirror's tree of it.

/** @typedef {(string | number)[]} Place  the path to a value */

/**
 * The place that a path of the module names, such as `Client.auth.token_exchange.audience[1]`, without the resource's type.
 * @param {string} path
 * @returns {Place}
 */
export function placeIn(path) {
  const steps = path.match(/[^.[\]]+|\[\d+\]/g) ?? [];
  return steps.slice(1).map((step) => (step.startsWith("[") ? Number(step.slice(1, -1)) : step));
}

/**
 * The text to mark for a place: the name of a member, or a value in a list. Where it is missing, what it should be in.
 * @param {any} tree
 * @param {any} doc
 * @param {Place} place
 * @returns {{ from: number, to: number }}
 */
export function rangeOf(tree, doc, place) {
  let node = tree.topNode.firstChild;
  let range = { from: 0, to: Math.min(1, doc.length) };
  for (let index = 0; node !== null && index < place.length;) {
    const step = place[index];
    if (node.name === "Array" && typeof step === "number") {
      node = values(node)[step] ?? null;
      if (node !== null) range = { from: node.from, to: node.to };
      index += 1;
      continue;
    }
    if (node.name !== "Object") break;
    const found = member(node, doc, place.slice(index));
    if (found === undefined) break;
    const { name, value, steps } = found;
    range = { from: name.from, to: name.to };
    node = value;
    index += steps;
  }
  return range;
}

/** @param {any} array */
function values(array) {
  const found = [];
  for (let one = array.firstChild; one !== null; one = one.nextSibling) if (/^[A-Z]/.test(one.name)) found.push(one);
  return found;
}

/**
 * A name may have dots of its own, such as `kubernetes.io`: the longest that is there counts.
 * @param {any} object
 * @param {any} doc
 * @param {Place} place
 */
function member(object, doc, place) {
  const properties = object.getChildren("Property");
  for (let steps = place.length; steps > 0; steps--) {
    const wanted = place.slice(0, steps).join(".");
    for (const property of properties) {
      const name = property.getChild("PropertyName");
      if (name === null || doc.sliceString(name.from + 1, name.to - 1) !== wanted) continue;
      return { name, value: property.lastChild === name ? null : property.lastChild, steps };
    }
  }
  return undefined;
}
