/** From a line and a column, both counted from 1, to the place in this text. */
export function placesIn(text) {
  const lines = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  return ({ line, column }) => lines[line - 1] + column - 1;
}
