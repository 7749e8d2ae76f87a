// Changes as the core asks for them, for the tests of directories.

export function documentOf(type, id, version) {
  return JSON.stringify({ resourceType: type, id, meta: { versionId: String(version) } });
}

/** The next version of a resource. */
export function change(type, id, expected, { name = null, unique = [], shared = [] } = {}) {
  const version = expected + 1;
  const document = documentOf(type, id, version);
  return { type, id, expected, version, document, shown: `shown ${document}`, name, unique, shared };
}

export function deletion(type, id, expected) {
  return { ...change(type, id, expected), document: null, shown: null };
}

/** What requests read; from a replica when everything is published. */
export async function readOf(directory, keys) {
  if (directory.replicated) await published(directory);
  return directory.read(keys);
}

export async function published(directory) {
  while ((await directory.waiting()).waiting > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}
