/** The value of a grant at a version: longer than a page of SQLite, so that a torn write would show. */
export function valueOf(name, version) {
  return JSON.stringify({ name, version, filling: `${version}.`.repeat(3000) });
}
