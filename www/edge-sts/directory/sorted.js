/** Lists of different texts that are kept in the order of their code units. */
/** Adds a text that is not in the list. */
export function insert(list, text) {
  list.splice(placeOf(list, text), 0, text);
}
/** Takes a text out of the list that is in it. */
export function remove(list, text) {
  const place = placeOf(list, text);
  if (list[place] === text) list.splice(place, 1);
}
// Where the text is or would be.
function placeOf(list, text) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle] < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
