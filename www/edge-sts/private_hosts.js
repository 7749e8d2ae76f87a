// Names of servers inside the own network that may be fetched from: whole host names, and suffixes that begin with a dot.
/** Why a list cannot be used, as a sentence; undefined if it can. */
export function privateHostsFault(list) {
  if (list.every((entry) => typeof entry === "string" && isEntry(entry))) return undefined;
  return "it holds host names, such as keycloak.default.svc, and suffixes that begin with a dot, such as .svc.cluster.local; no addresses, URLs or ports, and neither localhost nor .internal, which are never fetched from over https";
}
const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/i;
// The core refuses URLs with such a last label, or with an address.
const NEVER = /^([0-9]+|0x[0-9a-f]*|localhost|localdomain|internal)$/i;
function isEntry(entry) {
  const labels = (entry.startsWith(".") ? entry.slice(1) : entry).split(".");
  return entry.length <= 253 && labels.every((label) => LABEL.test(label)) && !NEVER.test(labels.at(-1) ?? "");
}
/** Whether the host of a URL is one of the list. */
export function isPrivateHost(url, list) {
  const host = new URL(url).hostname.replace(/\.$/, "");
  return list.some((entry) => {
    const name = entry.toLowerCase();
    return name.startsWith(".") ? host.endsWith(name) : host === name;
  });
}
