// Where each value stands in a text that is JSON: the editor's own tree comes too late for the form, and knows more than it needs.

/**
 * @typedef {object} Node
 * @property {number} from
 * @property {number} to
 * @property {Member[]} [members]  of an object
 * @property {Node[]} [values]  of an array
 */

/** @typedef {{ name: string, from: number, to: number, nameTo: number, value: Node }} Member  from its name to the end of its value */

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/g;

/**
 * The tree of a text.
 * @param {string} text  that `JSON.parse` takes
 * @returns {Node}
 */
export function treeOf(text) {
  const tokens = [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({
    token,
    from: index,
    to: index + token.length,
  }));
  let next = 0;
  return node();

  function take() {
    const token = tokens[next++];
    if (token === undefined) throw new TypeError("The text is not JSON.");
    return token;
  }

  /** @returns {Node} */
  function node() {
    const { token, from, to } = take();
    if (token === "[") {
      const values = [];
      while (tokens[next]?.token !== "]") values.push(node());
      return { from, to: take().to, values };
    }
    if (token !== "{") return { from, to };
    const members = [];
    while (tokens[next]?.token !== "}") members.push(member());
    return { from, to: take().to, members };
  }

  /** @returns {Member} */
  function member() {
    const { token, from, to } = take();
    const value = node();
    return { name: JSON.parse(token), from, nameTo: to, value, to: value.to };
  }
}
